#!/usr/bin/env bash
# tcxreader 0.4.11: each gap that is filled delays what follows by one point.
#
# `TCXReader().read(path, null_value_handling=2)` is documented as "linear interpolation" of missing
# values. A gap of n points is filled with n + 1 values, and the list is then cut to the number of
# points: times stay, and heart rate (or cadence, position, speed: whatever has gaps) stands one point
# later after one gap, two after two, with its last values lost. No value is implausible.
#
# Input: an hour at 1 Hz, heart rate 120 and from 45:00 on 160, one point in each minute without it.
# Seen: 3600 points in both, the step at 45:00 as read (`null_value_handling=1`), at 45:45 when filled.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check tcxreader==0.4.11
cd "$folder"
"$folder/venv/bin/python" - <<'EOF'
from datetime import datetime, timedelta

from tcxreader.tcxreader import TCXReader

START, STEP_S = datetime(2026, 11, 1, 8), 2700
points = []
for second in range(3600):
    rate = 120 if second < STEP_S else 160
    heart = "" if second % 60 == 30 else f"<HeartRateBpm><Value>{rate}</Value></HeartRateBpm>"
    points.append(
        f"<Trackpoint><Time>{START + timedelta(seconds=second):%Y-%m-%dT%H:%M:%SZ}</Time><Position>"
        f"<LatitudeDegrees>{50 + 2.7e-5 * second:.6f}</LatitudeDegrees>"
        "<LongitudeDegrees>8.0</LongitudeDegrees></Position>"
        f"<DistanceMeters>{3 * second}</DistanceMeters>{heart}</Trackpoint>"
    )
with open("run.tcx", "w") as file:
    file.write(
        "<?xml version='1.0' encoding='UTF-8'?><TrainingCenterDatabase "
        "xmlns='http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2'><Activities>"
        "<Activity Sport='Running'><Id>2026-11-01T08:00:00Z</Id>"
        "<Lap StartTime='2026-11-01T08:00:00Z'><TotalTimeSeconds>3600</TotalTimeSeconds>"
        "<DistanceMeters>10800</DistanceMeters><Calories>700</Calories><Intensity>Active</Intensity>"
        f"<TriggerMethod>Manual</TriggerMethod><Track>{''.join(points)}</Track></Lap></Activity>"
        "</Activities></TrainingCenterDatabase>"
    )
steps = {}
for handling, name in ((1, "as read"), (2, "filled")):
    found = TCXReader().read("run.tcx", null_value_handling=handling).trackpoints
    first = next(point for point in found if (point.hr_value or 0) > 150)
    steps[name] = (first.time - START).total_seconds()
    missing = sum(point.hr_value is None for point in found)
    print(f"{name}: {len(found)} points, {missing} without heart rate, step at {steps[name]:.0f} s")
    assert len(found) == 3600
assert steps == {"as read": STEP_S, "filled": STEP_S + 45}, steps
EOF
