#!/usr/bin/env bash
# ezc3d 1.7.2: of a trial longer than 65535 frames all is written and 65535 frames are read.
#
# C3D counts frames in 16 bits, and C3D files of longer trials exist: 65535 frames are five and a half
# minutes at 200 Hz, a usual treadmill run. ezc3d writes all frames and all analog samples, without a
# word, and POINT:FRAMES says 65535. What it reads from its own file, again without a word, ends
# there; the rest is in the file. TRIAL:ACTUAL_END_FIELD, the pair of words that C3D has
# for this, is not asked: the same with it. Versions differ (reports since 2023 in ezc3d's issues).
#
# Input: a marker at 200 Hz and a force at 400 Hz for 70000 frames (350 s), with and without
# TRIAL:ACTUAL_END_FIELD = 4464, 1. Seen: 327.7 s of both read; the file holds the bytes of 350 s.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check ezc3d==1.7.2 numpy==2.4.6
cd "$folder"
"$folder/venv/bin/python" - <<'EOF'
import os

import ezc3d
import numpy as np

FRAMES = 70_000
points = np.ones((4, 1, FRAMES))
points[0, 0] = np.arange(FRAMES)
for fields in (False, True):
    trial = ezc3d.c3d()
    for group, rate, label in (("POINT", 200.0, "shank"), ("ANALOG", 400.0, "Fz")):
        trial["parameters"][group]["RATE"]["value"] = [rate]
        trial["parameters"][group]["LABELS"]["value"] = [label]
    trial["data"]["points"] = points
    trial["data"]["analogs"] = np.arange(2.0 * FRAMES)[None, None]
    if fields:
        group = trial["parameters"]["TRIAL"] = {"__METADATA__": {"DESCRIPTION": "", "IS_LOCKED": False}}
        for name, words in (("START", [1, 0]), ("END", [FRAMES % 65536, FRAMES // 65536])):
            group[f"ACTUAL_{name}_FIELD"] = {
                "type": 2, "description": "", "is_locked": False, "value": np.array(words)
            }
    trial.write("trial.c3d")
    held = os.path.getsize("trial.c3d") // (4 * (4 + 2))  # floats: x, y, z, residual, two samples
    back = ezc3d.c3d("trial.c3d")
    frames, samples = (back["data"][kind].shape[2] for kind in ("points", "analogs"))
    said = int(back["parameters"]["POINT"]["FRAMES"]["value"][0])
    print(
        f"TRIAL {fields}: {frames / 200:.1f} s of points, {samples / 400:.1f} s of force, "
        f"FRAMES {said}; the file has room for {held / 200:.1f} s"
    )
    if fields:
        assert list(back["parameters"]["TRIAL"]["ACTUAL_END_FIELD"]["value"]) == [4464, 1]
    assert (frames, samples, said) == (65_535, 131_070, 65_535)
    assert back["data"]["points"][0, 0, -1] == 65_534
    assert FRAMES <= held < FRAMES + 500
EOF
