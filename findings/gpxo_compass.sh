#!/usr/bin/env bash
# gpxo 0.3.0: run to the north-east at 60° north, the course of a track is 63°.
#
# `Track` has a column "compass (°)", and `gpxo.compass` gives the bearing between two points in degrees. The column
# hands that function radians, which it takes for degrees and converts once more: every point lies beside the
# equator then, where a degree of longitude is as long as one of latitude. North, east, south and west stay right,
# and all between them is drawn towards east and west: by 1° at 15° of latitude, by 18° at 60°.
#
# Input: tracks of 45°, made of six points each, at six latitudes. Expected: 45.0, as `gpxo.compass` gives for the
# same points. Seen: 45.0 at the equator, 54.7 at 45°, 63.4 at 60° and 71.1 at 70°; distances and speeds are right.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check gpxo==0.3.0 gpxpy==1.6.2 vincenty==0.1.4 numpy==2.4.6 pandas==3.1.1 matplotlib==3.11.2
"$folder/venv/bin/python" -W ignore - "$folder/run.gpx" <<'EOF'
import sys

import gpxo
import numpy as np

course_deg, step_deg = 45.0, 0.0007
for latitude_deg, seen_deg in ((0.0, 45.0), (15.0, 46.0), (30.0, 49.1), (45.0, 54.7), (60.0, 63.4), (70.0, 71.1)):
    along = np.arange(6) * step_deg
    latitudes = latitude_deg + along * np.cos(np.radians(course_deg))
    longitudes = 10.0 + along * np.sin(np.radians(course_deg)) / np.cos(np.radians(latitude_deg))
    points = [
        f'<trkpt lat="{latitude:.8f}" lon="{longitude:.8f}"><ele>5</ele><time>2026-11-01T08:00:{10 * i:02d}Z</time></trkpt>'
        for i, (latitude, longitude) in enumerate(zip(latitudes, longitudes))
    ]
    with open(sys.argv[1], "w") as file:
        file.write('<gpx version="1.1" creator="none" xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>')
        file.write("".join(points) + "</trkseg></trk></gpx>")
    track = gpxo.Track(sys.argv[1]).data
    column_deg = track["compass (°)"].median()
    pairs = list(zip(latitudes, longitudes))
    function_deg = np.median([gpxo.compass(a, b) for a, b in zip(pairs, pairs[1:])])
    print(f"at {latitude_deg:.0f}° north: column {column_deg:.1f}°, function {function_deg:.1f}°", end=", ")
    print(f"{1000 * track['distance (km)'].iloc[-1]:.0f} m")
    assert abs(function_deg - course_deg) < 0.1 and abs(column_deg - seen_deg) < 0.1
EOF
