#!/usr/bin/env bash
# dual-quaternions 0.4.0: a pose that is divided by another has the right rotation and a wrong place.
#
# Dual quaternions are poses: rotation and place in one. `/` is documented as their division, so that (a * b) / b is
# a again, as it is for the quaternions (pyquaternion) that they are made of. The dual part is computed as if factors
# could change places: the place is wrong as soon as there is a rotation, and what comes out is no unit dual
# quaternion, though it passes for one: `translation()` and `homogeneous_matrix()` give numbers for it. A pose over
# itself and translations alone are right. `a * b.inverse()` is right always.
#
# Input: a shank at (0.10, 0.90, 0.40) m turned by 30°, a foot on it at (0.05, -0.40, 0.02) m turned by 20° about
# another axis, and 1000 random pairs. Expected: shank * foot / foot is at (0.10, 0.90, 0.40). Seen: at (0.15, 0.72,
# 0.67), 33 cm away; of the random pairs, at places of some 1.7 m, half are more than 0.9 m away.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check dual-quaternions==0.4.0 pyquaternion==0.9.9 numpy==2.4.6
"$folder/venv/bin/python" - <<'EOF'
import numpy as np
from dual_quaternions import DualQuaternion
from pyquaternion import Quaternion


def pose(axis, degrees, place_m):
    return DualQuaternion.from_quat_pose_array([*Quaternion(axis=axis, degrees=degrees), *place_m])


def turn_between_deg(a, b):
    return (a.q_r.inverse * b.q_r).degrees


shank = pose([0, 0, 1], 30, [0.10, 0.90, 0.40])
foot = pose([1, 0, 0], 20, [0.05, -0.40, 0.02])
divided = (shank * foot) / foot
by_inverse = (shank * foot) * foot.inverse()
print("shank", np.round(shank.translation(), 3), "divided", np.round(divided.translation(), 3), end=" ")
print("by the inverse", np.round(by_inverse.translation(), 3), "unit:", divided.is_normalized, by_inverse.is_normalized)
assert abs(turn_between_deg(shank, divided)) < 1e-6 and np.allclose(by_inverse.translation(), shank.translation())
away_m = np.linalg.norm(np.subtract(divided.translation(), shank.translation()))
assert away_m > 0.05 and by_inverse.is_normalized and not divided.is_normalized

itself = shank / shank
only_places = (pose([0, 0, 1], 0, [1, 2, 3]) * pose([0, 0, 1], 0, [4, 5, 6])) / pose([0, 0, 1], 0, [4, 5, 6])
assert np.allclose(itself.translation(), 0) and np.allclose(only_places.translation(), [1, 2, 3])

random = np.random.default_rng(0)
wrong = []
for _ in range(1000):
    a, b = (pose(random.normal(size=3), random.uniform(5, 90), random.normal(size=3)) for _ in range(2))
    wrong.append(np.linalg.norm(np.subtract(((a * b) / b).translation(), a.translation())))
print(f"of 1000 random pairs {np.sum(np.array(wrong) > 0.01)} are more than 1 cm away, half of them {np.median(wrong):.1f} m")
assert np.sum(np.array(wrong) > 0.01) > 990 and np.median(wrong) > 0.8
EOF
