#!/usr/bin/env bash
# ahrs 0.4.0: a quaternion to a power is not a quaternion's power.
#
# `Quaternion.__pow__` is documented as [cos(a t), u sin(a t)], the usual way to half a rotation or to repeat
# it. It answers e to the power of each of the four numbers of the logarithm: the logarithm's zero becomes
# a real part of 1, the vector is positive whatever the axis, and the norm is not 1. Normalised, as
# `Quaternion` does with what it is given, it is a rotation that looks plausible and is another.
#
# Input: a turn of 80 degrees about z, to the powers 0.5, 1 and 2. Expected: 40, 80 and 160 degrees.
# Seen: [1, 1, 1, 1.42], [1, 1, 1, 2.01] and [1, 1, 1, 4.04]: turns of 127, 136 and 154 degrees about
# three other axes; q * q is right.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check ahrs==0.4.0 numpy==2.4.6
"$folder/venv/bin/python" - <<'EOF'
import numpy as np
from ahrs import Quaternion

half = np.radians(80) / 2
turn = Quaternion([np.cos(half), 0, 0, np.sin(half)])
for power, expected_deg in ((0.5, 40), (1, 80), (2, 160)):
    answer = np.asarray(turn**power)
    turned_deg = 2 * np.degrees(np.arccos(answer[0] / np.linalg.norm(answer)))
    print(f"power {power}: {answer.round(2)}, a turn of {turned_deg:.0f} degrees for {expected_deg}")
    assert np.allclose(answer, np.exp([0, 0, 0, power * half])), answer
product = np.asarray(turn * turn)
assert np.allclose(product, [np.cos(2 * half), 0, 0, np.sin(2 * half)]), product
EOF
