#!/usr/bin/env bash
# ahrs 0.4.0: roll, pitch and yaw are three different things in one library.
#
# `Quaternion(rpy=...)`, `QuaternionArray(rpy=...)` and `DCM(rpy=...)` document their argument as
# roll, pitch and yaw. The quaternions take it so (since 0.4.0) and give it back by `to_angles`. The
# matrix takes yaw first, as a note further down says; and `DCM.to_rpy` gives the angles of the inverse
# rotation: neither the argument of its own constructor nor the angles of the quaternion that equals
# it. The wrong angles are as plausible as the right ones.
#
# Input: roll 10, pitch -20, yaw 30 degrees. Seen: 10, -20, 30 from the quaternion; from the matrix
# of the same rotation -19.0, 11.8, -33.8; from `DCM(rpy=...)` -33.8, 11.8, -19.0, a rotation 22.9
# degrees away.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check ahrs==0.4.0 numpy==2.4.6 scipy==1.17.1
"$folder/venv/bin/python" - <<'EOF'
import numpy as np
from ahrs import DCM, Quaternion
from scipy.spatial.transform import Rotation

angles = np.radians([10.0, -20.0, 30.0])  # roll, pitch, yaw
true = Rotation.from_euler("ZYX", angles[::-1]).as_matrix()
quaternion, matrix = Quaternion(rpy=angles), DCM(rpy=angles)
apart = np.degrees(Rotation.from_matrix(true.T @ np.asarray(matrix)).magnitude())
assert np.allclose(quaternion.to_DCM(), true)
assert abs(apart - 22.9) < 0.1, apart

expected = {
    "Quaternion(rpy).to_angles()": (quaternion.to_angles(), [10, -20, 30]),
    "DCM of that rotation .to_rpy()": (DCM(true).to_rpy(), [-19.0, 11.8, -33.8]),
    "DCM(rpy).to_rpy()": (matrix.to_rpy(), [-33.8, 11.8, -19.0]),
}
for name, (found, degrees) in expected.items():
    print(f"{name:30} {np.degrees(found).round(1)}")
    assert np.allclose(np.degrees(found), degrees, atol=0.1), found
print(f"DCM(rpy) is {apart:.1f} degrees from Quaternion(rpy)")
EOF
