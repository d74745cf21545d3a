#!/usr/bin/env bash
# pykinematics 1.0.1: by "order 4" the derivative of a constant is not zero.
#
# The fourth-order difference lacks a minus: its last term is added and not taken away. So a sixth of the sample, over
# the time between two samples, is on top of a slope that is a third too steep. The faster a record is sampled, the
# more of it is the signal itself. The order can be chosen for the angular acceleration of `MimuAngles`, from which the
# places of the joints are found (`angular_velocity_derivative_order=4`). Order 2 is right.
#
# Input: angular velocity at 128 Hz: a steady 1 rad/s, and a swing of 2 rad/s at 1 Hz. Expected: 0, and 12.6 rad/s² at
# the most. Seen: 21.3 rad/s², and 45.6 rad/s².
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check numpy==2.4.6 scipy==1.17.1
"$folder/venv/bin/pip" install -q --disable-pip-version-check --no-deps pykinematics==1.0.1
"$folder/venv/bin/python" -W ignore - <<'EOF'
import numpy as np
import scipy.integrate

scipy.integrate.cumtrapz = scipy.integrate.cumulative_trapezoid  # by the name that the package knows
from pykinematics.imu.utility import calc_derivative

time_s = np.arange(1280) / 128
seen = {}
for name, radps in (("steady", np.ones(1280)), ("swing", 2 * np.sin(2 * np.pi * time_s))):
    for order in (2, 4):
        seen[name, order] = np.abs(calc_derivative(radps, 1 / 128, order=order)[2:-2]).max()
        print(f"{name}, order {order}: at the most {seen[name, order]:.1f} rad/s²")
assert seen["steady", 2] == 0 and abs(seen["swing", 2] - 4 * np.pi) < 0.02
assert abs(seen["steady", 4] - 128 / 6) < 1e-6 and abs(seen["swing", 4] - 45.6) < 0.1
EOF
