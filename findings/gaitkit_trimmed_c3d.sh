#!/usr/bin/env bash
# gaitkit 1.5.0: angles beside a C3D file that was cut out of a trial are late by what was cut off, or all one value.
#
# `load_c3d(..., angles=...)` puts angles of another program to the frames of the markers, by default from the second
# heel strike of the file's events on. Times of events are times of the whole trial. They are turned into frames of
# the trial and used as frames of the file, which begins later where the trial was cut, as most are. Frames before and
# after are filled with the first and the last angle, so nothing is missing: where the cut is longer than the file all
# angles are one value.
#
# Input: 4 s at 100 Hz with heel strikes after 1.0 and 2.1 s, and 110 angles from the second one on; the file is the
# whole trial, or begins 1 or 2 s into one. Expected: the angles begin at frame 210 of the file each time. Seen: at
# 210, at 310, so that 20 of them are lost, and never: 400 times the first angle.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check gaitkit==1.5.0 ezc3d==1.7.2 numpy==2.4.6 scipy==1.17.1 pandas==3.1.1
"$folder/venv/bin/python" - "$folder/trial.c3d" <<'EOF'
import sys

import ezc3d
import numpy as np
from gaitkit import load_c3d

rate_hz, frames, second_strike_s = 100, 400, 2.1
names = [side + name for name in ("HEE", "TOE", "ANK", "KNE", "ASI") for side in "LR"]
angles_deg = np.arange(1.0, 111.0)


def cut_trial(path, first_frame):
    """Markers of a file that begins at `first_frame` of a trial, and its events at their times in the trial."""
    trial = ezc3d.c3d()
    points = np.ones((4, len(names), frames))
    points[:3] = 500 + np.random.default_rng(0).normal(size=(3, len(names), frames))
    trial["parameters"]["POINT"]["RATE"]["value"] = [float(rate_hz)]
    trial["parameters"]["POINT"]["LABELS"]["value"] = names
    trial["data"]["points"] = points
    trial["header"]["points"]["first_frame"] = first_frame
    start_s = first_frame / rate_hz
    trial.add_parameter("EVENT", "USED", [2])
    trial.add_parameter("EVENT", "LABELS", ["Foot Strike", "Foot Strike"])
    trial.add_parameter("EVENT", "CONTEXTS", ["Right", "Right"])
    trial.add_parameter("EVENT", "TIMES", np.array([[0, 0], [start_s + 1.0, start_s + second_strike_s]]))
    trial.write(path)


for first_frame, seen in ((0, 210), (100, 310), (200, None)):
    cut_trial(sys.argv[1], first_frame)
    read = load_c3d(sys.argv[1], angles={"left_knee_angle": list(angles_deg)})
    knee_deg = np.array([frame["left_knee_angle"] for frame in read["angle_frames"]])
    changing = np.flatnonzero(np.diff(knee_deg))
    begins = int(changing[0]) if changing.size else None
    print(f"cut at frame {first_frame}: angles begin at frame {begins} of {knee_deg.size}, {np.unique(knee_deg).size} different")
    assert begins == seen and knee_deg.size == frames
    assert np.unique(knee_deg).size == {0: 110, 100: 90, 200: 1}[first_frame]
EOF
