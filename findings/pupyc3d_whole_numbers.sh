#!/usr/bin/env bash
# pupyc3d 0.1.3: in C3D files of whole numbers all that is negative becomes large: -100 N is read as 16284 N.
#
# C3D holds points and analog channels as floats or as 16-bit whole numbers with a scale; whole numbers are signed
# (analog ones may be declared otherwise, and are not here). The reader takes both for unsigned, so negative
# values are 65536 steps too high, and those above 0 are right. Files of whole numbers are what several older
# motion capture systems of laboratories write: half of every coordinate that crosses the origin, and forces, which
# are negative on most plates. Nothing is said. Files of floats are read rightly.
#
# Input: a marker at -49.9, 99.9 and 19.9 mm (0.1 mm a step) and a force of -100 N (0.25 N a step), as ezc3d and c3d
# read them. Seen: 6503.7, 99.9 and 19.9 mm, and 16284 N.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check pupyc3d==0.1.3 c3d==0.6.0 ezc3d==1.7.2 numpy==2.4.6
cd "$folder"
"$folder/venv/bin/python" - <<'EOF'
import c3d
import ezc3d
import numpy as np
from pupyC3D import C3DFile

writer = c3d.Writer(point_rate=200.0, analog_rate=200.0, point_scale=0.1)
markers = np.array([[-49.95, 99.95, 19.95, 0.0, 0.0], [30.05, 100.05, 900.05, 0.0, 0.0]])
writer.add_frames([(markers, np.array([[-100.0]]))] * 4)
writer.set_point_labels(["knee", "hip"])
writer.set_analog_labels(["Fz"])
writer.set_analog_general_scale(0.5)
writer.set_analog_scales([0.5])
writer.set_analog_offsets([0])
with open("run.c3d", "wb") as file:
    writer.write(file)

data = ezc3d.c3d("run.c3d")["data"]
point, force = data["points"][:3, 0, 0], float(data["analogs"][0, 0, 0])
with open("run.c3d", "rb") as file:
    _, points, analogs = next(iter(c3d.Reader(file).read_frames()))
trial = C3DFile("run.c3d")
read, read_force = trial.get_point_data("knee")[0, :3], float(trial.get_analog_data("Fz")[0, 0])
print(f"ezc3d: {point.round(1)} mm, {force:.0f} N\npupyc3d: {read.round(1)} mm, {read_force:.0f} N")
assert np.allclose(point, [-49.9, 99.9, 19.9], atol=0.01) and force == -100
assert np.allclose(points[0, :3], point, atol=0.01) and analogs[0, 0] == force
assert np.allclose(read - point, [65536 * 0.1, 0, 0], atol=0.01), read
assert read_force - force == 65536 * 0.25, read_force
EOF
