#!/usr/bin/env bash
# quaternionmath 1.0.1: `a - b` is b less a, so a rate of turn taken from two orientations has the wrong sign.
#
# The method for the left operand takes itself from the right one, and the one for the right operand does so too, so
# with a number on either side the sign is wrong as well: 5 less a quaternion of 3 is -2. Sums, products and quotients
# of two of them are right, and so is `a + (-1) * b`.
#
# Input: a turn about z by 1 rad/s, as the orientations at 0 and at 0.01 s. Expected: twice their difference over the
# time, times the inverse of the first, is 1 rad/s about z. Seen: -1 rad/s.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check quaternionmath==1.0.1
"$folder/venv/bin/python" - <<'EOF'
from math import cos, sin

from quaternionmath import Quaternion

step_s = 0.01
before, after = Quaternion(1, 0, 0, 0), Quaternion(cos(step_s / 2), 0, 0, sin(step_s / 2))
by_minus = (after - before) / (step_s / 2) / before
by_sum = (after + (-1) * before) / (step_s / 2) / before
print(f"turn about z: by a sum {by_sum.d:.4f} rad/s, by minus {by_minus.d:.4f} rad/s")
print(f"quaternions 5 and 3: {Quaternion(5) - Quaternion(3)}; 5 and the number 3: {Quaternion(5) - 3}")
assert abs(by_sum.d - 1) < 1e-4 and abs(by_minus.d + 1) < 1e-4
assert (Quaternion(5) - Quaternion(3)).a == (Quaternion(5) - 3).a == (5 - Quaternion(3)).a == -2
EOF
