#!/usr/bin/env bash
# imumocap 1.4.0: a quarter of the way from 0 to 120 degrees is 38 degrees, and to 180 it is 90.
#
# `Matrix.slerp` goes from one pose to another in equal steps; `solvers.interpolate` spreads the turn between
# pelvis and chest over the links between them by it. It weights the two quaternions by the sines of the angle of
# the turn, where slerp has the sines of half of it. Ends and middle are right; the rest leans to the middle, more
# the larger the turn, beyond 180 it goes the long way and past the end, and nothing fails.
#
# Input: from 0 to 30, 60, 120, 180 and 200 degrees about one axis in four steps. Expected: a quarter of the turn
# after the first, as scipy's `Slerp` says. Seen: 7.6, 15.8, 38.2, 90 and 128.1 degrees (of 200 degrees the short
# way's quarter is -40). The module is loaded by its path, since the others of the package need Python 3.12.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check imumocap==1.4.0 numpy==2.4.6 scipy==1.17.1
"$folder/venv/bin/python" - <<'EOF'
import runpy
import sysconfig

import numpy as np
from scipy.spatial.transform import Rotation, Slerp

Matrix = runpy.run_path(f"{sysconfig.get_path('purelib')}/imumocap/matrix.py")["Matrix"]
EXPECTED = {30: 7.5, 60: 15.0, 120: 30.0, 180: 45.0, 200: -40.0}
SEEN = {30: 7.6, 60: 15.8, 120: 38.2, 180: 90.0, 200: 128.1}
for turn_deg, expected_deg in EXPECTED.items():
    steps = Matrix.slerp(Matrix(), Matrix(rot_z=turn_deg), 5)
    ends = Rotation.from_rotvec([[0, 0, 0], [0, 0, turn_deg]], degrees=True)
    scipy_deg = Slerp([0, 1], ends)(0.25).as_rotvec(degrees=True)[2]
    quarter_deg = steps[1].rot_xyz[2]
    print(f"a quarter of {turn_deg:3}: {quarter_deg:6.1f}, scipy {scipy_deg:6.1f}")
    if turn_deg != 180:  # either way round is a half turn
        assert np.isclose(scipy_deg, expected_deg), scipy_deg
    assert abs(quarter_deg - SEEN[turn_deg]) < 0.1, quarter_deg
    assert np.isclose(np.cos(np.radians(steps[4].rot_xyz[2] - turn_deg)), 1)
EOF
