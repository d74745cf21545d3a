#!/usr/bin/env bash
# gpxpy 1.6.2: time in which the position does not change is neither moving nor stopped.
#
# `get_moving_data` documents `stopped_time` as the "time (seconds) of segment in which no movement was
# occurring". Pairs of points without any distance are left out of it (and of `moving_time`), so a stop
# counts only if the position jitters. A watch that holds its position at a traffic light, or writes
# one point before and one after a pause, has no stop at all, and moving and stopped time do not add
# up to `get_duration`.
#
# Input: 50 s at 3 m/s, 60 s standing, 50 s at 3 m/s, a point each second; the standing points equal, or
# 1 cm apart. Seen: 0 s stopped of 160 s where they are equal, 60 s where they jitter; 100 s moving
# in both.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check gpxpy==1.6.2
"$folder/venv/bin/python" - <<'EOF'
import gpxpy

M_PER_DEGREE = 111_195
found = {}
for name, jitter_m in (("held", 0.0), ("jitter", 0.01)):
    points = []
    for second in range(161):
        distance_m = 3 * (min(second, 50) + max(second - 110, 0))
        if 50 < second < 110:
            distance_m += jitter_m * (second % 2)
        latitude = 50 + distance_m / M_PER_DEGREE
        time = f"2026-11-01T08:{second // 60:02}:{second % 60:02}Z"
        points.append(f"<trkpt lat='{latitude:.9f}' lon='8'><time>{time}</time></trkpt>")
    gpx = gpxpy.parse(
        "<gpx version='1.1' creator='x' xmlns='http://www.topografix.com/GPX/1/1'>"
        f"<trk><trkseg>{''.join(points)}</trkseg></trk></gpx>"
    )
    data = gpx.get_moving_data()
    found[name] = (gpx.get_duration(), data.moving_time, data.stopped_time)
    print("{}: {:.0f} s, moving {:.0f} s, stopped {:.0f} s".format(name, *found[name]))
assert found == {"held": (160, 100, 0), "jitter": (160, 100, 60)}, found
EOF
