#!/usr/bin/env bash
# biosigio 1.2.13: written to EDF, an hour at 148.148 Hz lasts 3.6 s longer, and one at 99.9999 Hz 36 s longer.
#
# `Recording.to_edf` cuts the rate off to whole hertz; EDF has no need of that, its records need not last a second. The
# rates of Delsys Trigno, for which it has a reader, are 148.148 and 1259.259 Hz, and a rate that was computed from time
# stamps may be a little less than a whole number. The samples are all there and the file says 148 or 99 Hz. The table
# beside it, `_channels.tsv`, says 148.148, so which is right depends on who reads. Events keep their seconds.
#
# Input: ten minutes of strides at 1.4 Hz, at three rates; read by pyedflib 0.1.42. Expected: 600 s, 84.0 strides a
# minute. Seen: at 148.148 Hz 601 s; at 99.9999 Hz 607 s and 83.2 strides a minute; at 100 Hz 600 s.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check biosigio==1.2.13 pyedflib==0.1.42 numpy==2.4.6 scipy==1.17.1 pandas==3.1.1
cd "$folder"
"$folder/venv/bin/python" -W ignore - 2>"$folder/log" <<'EOF' || { cat "$folder/log"; exit 1; }
import contextlib
import csv
import io

import numpy as np
import pyedflib
from biosigio import Recording

for rate_hz, whole_hz, seen_s in ((100.0, 100, 600), (148.148, 148, 601), (99.9999, 99, 607)):
    time_s = np.arange(round(600 * rate_hz)) / rate_hz
    recording = Recording()
    recording.add_channel("SHANK_X", np.sin(2 * np.pi * 1.4 * time_s), rate_hz, "g", "ACC")
    with contextlib.redirect_stdout(io.StringIO()):
        recording.to_edf("run.edf", format="edf")
    with pyedflib.EdfReader("run.edf") as file:
        read_hz, duration_s, signal = file.getSampleFrequency(0), file.file_duration, file.readSignal(0)[: time_s.size]
    with open("run_channels.tsv") as file:
        table_hz = float(next(csv.DictReader(file, delimiter="\t"))["sampling_frequency"])
    upward = np.flatnonzero((signal[:-1] < 0) & (signal[1:] >= 0))
    strides_per_min = 60 * (upward.size - 1) / ((upward[-1] - upward[0]) / read_hz)
    print(f"{rate_hz} Hz: file {read_hz:.0f} Hz and {duration_s:.0f} s, table {table_hz}, {strides_per_min:.1f} strides a minute")
    assert read_hz == whole_hz and duration_s == seen_s and abs(table_hz - rate_hz) < 1e-6
    assert abs(strides_per_min - 84 * whole_hz / rate_hz) < 0.02
EOF
