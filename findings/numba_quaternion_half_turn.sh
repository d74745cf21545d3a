#!/usr/bin/env bash
# numba-quaternion 0.3.0: the matrix of a half turn becomes no turn at all, or a quaternion of zeros.
#
# The signs of x, y and z are taken from differences of entries across the diagonal. A half turn has a symmetric matrix:
# the differences are zero, their sign is zero, and with it goes the whole axis. What is left is what rounding leaves of
# w. About one of the axes that is nothing; about another one it is 1e-8, and rotating by that changes nothing.
#
# Input: sensors mounted upside down or back to front: half turns about x, y, z and about (0.6, 0.8, 0). Expected: the
# quaternions of these axes, and the vector (1, 2, 3) turned as by the matrix. Seen: (0, 0, 0, 0) three times; then
# (0.000000007, 0, 0, 0), by which (1, 2, 3) stays (1, 2, 3). A quarter turn is right.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check numpy==2.4.6 numba==0.66.0
"$folder/venv/bin/pip" install -q --disable-pip-version-check --no-deps numba-quaternion==0.3.0
"$folder/venv/bin/python" -W ignore - <<'EOF'
import numpy as np
from numba_quaternion import Quaternion

vector = np.array([1.0, 2, 3])
pure = Quaternion.from_array(np.array([[0.0, *vector]]))
quarter = np.array([[0.0, -1, 0], [1, 0, 0], [0, 0, 1]])
turned = Quaternion.from_rotation_matrix(quarter[None]).rotate(pure).array[0, 1:]
print(f"a quarter turn about z: {turned.round(3)}, by its matrix {quarter @ vector}")
assert np.allclose(turned, quarter @ vector)
for axis in ((1, 0, 0), (0, 1, 0), (0, 0, 1), (0.6, 0.8, 0)):
    half = 2 * np.outer(axis, axis) - np.eye(3)
    quaternion = Quaternion.from_rotation_matrix(half[None])
    print(f"half a turn about {axis}: {quaternion.array[0]}")
    assert np.abs(quaternion.array).max() < 1e-7
turned = quaternion.rotate(pure).array[0, 1:]
print(f"the last one turns {vector} to {turned}, its matrix to {half @ vector}")
assert np.allclose(turned, vector) and np.allclose(half @ vector, (1.64, 1.52, -3))
EOF
