#!/usr/bin/env bash
# pose2sim 0.10.49: filtered "on speed", a point that was hidden for a second is 0.76 m behind ever after.
#
# The filter `butterworth_on_speed`, one of those that its configuration offers, smooths the steps from frame to
# frame and adds them up again. Steps that are missing are all filled with half of the first step of the record, which
# is meant for the first frame alone. So a gap is walked through at half the speed that the point had at the start,
# the gap is filled without a word, and all positions after it are off by what is lacking. `butterworth` beside it
# leaves gaps as they are and is right after them. Gaps reach the filter with `fill_large_gaps_with = "nan"`.
#
# Input: a hip that runs at 1.5 m/s, at 60 Hz, hidden from frame 100 to 159. Expected: missing there, and 4.00 m at
# frame 160, as by `butterworth`. Seen: 2.49 to 3.23 m there, 3.25 m at frame 160, and 0.76 m behind to the end.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check numpy==2.4.6 scipy==1.17.1 pandas==3.1.1 matplotlib==3.11.2 statsmodels==0.15.0 filterpy==2.0.0 rtoml==0.14.0 c3d==0.6.0 anytree==2.13.0 opencv-python-headless==5.0.0.93
"$folder/venv/bin/pip" install -q --disable-pip-version-check --no-deps pose2sim==0.10.49
"$folder/venv/bin/python" -W ignore - 2>"$folder/log" <<'EOF' || { cat "$folder/log"; exit 1; }
import numpy as np
import pandas as pd
from Pose2Sim.filtering import butterworth_filter_1d, butterworth_on_speed_filter_1d

rate_hz, hidden = 60, slice(100, 160)
true_m = 1.5 * np.arange(300) / rate_hz
seen_m = pd.Series(true_m)
seen_m[hidden] = np.nan
settings = {name: {"order": 4, "cut_off_frequency": 6} for name in ("butterworth", "butterworth_on_speed")}
plain_m = butterworth_filter_1d({"filtering": settings}, rate_hz, seen_m)
on_speed_m = butterworth_on_speed_filter_1d({"filtering": settings}, rate_hz, seen_m)
for frame in (50, 100, 159, 160, 230, 299):
    print(f"frame {frame}: true {true_m[frame]:.2f} m, butterworth {plain_m[frame]:.2f}, on speed {on_speed_m[frame]:.2f}")
assert plain_m[hidden].isna().all() and np.abs(plain_m - true_m).max() < 0.01
assert on_speed_m[hidden].notna().all() and np.abs(on_speed_m - true_m)[:90].max() < 0.02
assert np.all(np.abs(true_m - on_speed_m - 0.76)[165:] < 0.02)
EOF
