#!/usr/bin/env bash
# ahrs 0.4.0: an orientation that counts three times in a weighted average counts nine times.
#
# `QuaternionArray.average(weights=...)` is documented as the average by Markley et al. with a weight for
# each quaternion; there a weight multiplies the product of a quaternion with itself. Here it multiplies the
# quaternion before that product, so it counts by its square: stances weighted by their length, pods
# weighted by their trust or runs weighted by their minutes lean to the heavy side, by nothing where all
# weights are equal and by more the less they are. Without weights the average is right. Who averages a
# pod's orientations over our sessions by their length gives the longest run nearly all the say.
#
# Input: headings of 0 and 90 degrees with weights 3 and 1. Expected: 18.4 degrees, as of three headings of
# 0 and one of 90 without weights, and as scipy says. Seen: 6.3, which is right for weights 9 and 1.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check ahrs==0.4.0 numpy==2.4.6 scipy==1.17.1
"$folder/venv/bin/python" - <<'EOF'
import numpy as np
from ahrs import QuaternionArray
from scipy.spatial.transform import Rotation


def heading_deg(w, _x, _y, z):
    return np.degrees(2 * np.arctan2(z, w)) % 360


def average_deg(headings_deg, weights=None):
    turns = Rotation.from_rotvec([[0, 0, heading] for heading in headings_deg], degrees=True)
    return heading_deg(*QuaternionArray(turns.as_quat(scalar_first=True)).average(weights=weights))


def scipy_deg(weights):
    turns = Rotation.from_rotvec([[0, 0, 0], [0, 0, 90]], degrees=True)
    return heading_deg(*turns.mean(weights=weights).as_quat(scalar_first=True))


weighted = average_deg([0, 90], np.array([3.0, 1.0]))
repeated = average_deg([0, 0, 0, 90])
print(f"weights 3 and 1: {weighted:.2f}; scipy: {scipy_deg([3, 1]):.2f}")
print(f"three times 0 and once 90: {repeated:.2f}; scipy with weights 9 and 1: {scipy_deg([9, 1]):.2f}")
assert np.isclose(repeated, scipy_deg([3, 1])) and np.isclose(repeated, 18.43, atol=0.01)
assert np.isclose(weighted, scipy_deg([9, 1])) and np.isclose(weighted, 6.34, atol=0.01)
EOF
