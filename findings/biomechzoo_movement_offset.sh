#!/usr/bin/env bash
# biomechzoo 0.8.25: the end of a run is found two seconds before it, where its start is found one second early.
#
# `movement_offset` is documented to mirror `movement_onset` on the reversed signal and to map the result back. Onset
# is the start of the first window of two seconds that moves, up to a second before the movement. Mapped back, that
# would be up to a second after its end. The list of times is turned round instead, without the length of the record
# and of the window: three seconds are lost, whatever the sampling rate. A run cut out from onset to offset lacks its
# last seconds, and rests that follow begin with running.
#
# Input: runs of 20 to 60 s within quiet standing at 100 Hz. Expected: the record's length less the onset of the
# reversed record, 1 s after the end. Seen: 2 s before the end (1 s before the start, as expected). The module is
# loaded by its path, since others of the package need a Python below 3.12.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check --no-deps --ignore-requires-python biomechzoo==0.8.25
"$folder/venv/bin/pip" install -q --disable-pip-version-check numpy==2.2.6 scipy==1.16.2 2>/dev/null
"$folder/venv/bin/python" - <<'EOF'
import importlib.util
import sys
from pathlib import Path

import numpy as np

(root,) = importlib.util.find_spec("biomechzoo").submodule_search_locations
spec = importlib.util.spec_from_file_location("onset", Path(root) / "biomech_ops" / "movement_onset.py")
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)

rate_hz, thresholds = 100, [1.2, 0.2]
for start_s, end_s, length_s in ((20, 60, 90), (10, 70, 80), (30, 50, 120)):
    time_s = np.arange(length_s * rate_hz) / rate_hz
    run = (time_s >= start_s) & (time_s < end_s)
    size_g = 1 + np.random.default_rng(0).normal(0, 0.01, time_s.size)
    size_g[run] += 0.5 + 0.6 * np.sin(2 * np.pi * 2.8 * time_s[run])
    onset_s = module.movement_onset(size_g, rate_hz, thresholds) / rate_hz
    offset_s = module.movement_offset(size_g, rate_hz, thresholds) / rate_hz
    mirrored_s = length_s - module.movement_onset(size_g[::-1].copy(), rate_hz, thresholds) / rate_hz
    print(f"run from {start_s} to {end_s} s: {onset_s:.0f} to {offset_s:.0f} s; by the reversed record to {mirrored_s:.0f} s")
    assert onset_s == start_s - 1 and mirrored_s == end_s + 1 and offset_s == end_s - 2
EOF
