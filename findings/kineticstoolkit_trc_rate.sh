#!/usr/bin/env bash
# kineticstoolkit 0.17.0: a TRC file of 6 s at 100 Hz says that it was recorded at 60000 Hz.
#
# `kinematics.write_trc_file` writes DataRate, CameraRate and OrigDataRate as the number of frames over the time
# between two of them, so they are the rate times the number of frames. The times in the second column are right. Who
# takes the rate from the head of the file, as readers do that hand it over beside the markers, filters with a cut-off
# that is 600 times too low and has speeds that are 600 times too large; two trials of one session, of different
# length, differ in their rates.
#
# Input: trials of 1, 6 and 30 s at 100 Hz, read by trc-data-reader 0.4.1. Expected: 100 Hz. Seen: 10000, 60000 and
# 300000 Hz, so by its rate each trial lasts 10 ms.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check trc-data-reader==0.4.1 c3d==0.6.0 ezc3d==1.7.2 numpy==2.4.6 scipy==1.17.1 pandas==3.1.1 matplotlib==3.11.2 scikit-learn==1.9.1 limitedinteraction==1.0 tqdm==4.70.1 requests==2.34.2 requests-cache==1.3.3
"$folder/venv/bin/pip" install -q --disable-pip-version-check --no-deps kineticstoolkit==0.17.0
MPLBACKEND=agg "$folder/venv/bin/python" -W ignore - "$folder/trial.trc" <<'EOF'
import sys

import kineticstoolkit as ktk
import numpy as np
from trc import TRCData

for duration_s, seen_hz in ((1, 10_000), (6, 60_000), (30, 300_000)):
    time_s = np.arange(duration_s * 100) / 100
    markers = ktk.TimeSeries(time=time_s)
    markers.data["HEEL"] = np.column_stack([time_s, np.zeros((time_s.size, 2)), np.ones(time_s.size)])
    ktk.kinematics.write_trc_file(markers, sys.argv[1])
    read = TRCData()
    read.load(sys.argv[1])
    steps_s = np.diff(read["Time"])
    print(f"{duration_s} s at 100 Hz: rate in the file {read['DataRate']:.0f} Hz, frames {read['NumFrames']:.0f}", end=", ")
    print(f"{1 / np.median(steps_s):.0f} Hz by the times")
    assert abs(float(read["DataRate"]) - seen_hz) < 1 and abs(np.median(steps_s) - 0.01) < 1e-6
EOF
