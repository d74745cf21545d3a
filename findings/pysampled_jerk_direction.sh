#!/usr/bin/env bash
# pysampled 1.3.0: the smoothness of a movement depends on the direction it goes.
#
# `Data.logdj`, the log dimensionless jerk, is documented as "only valid for velocity signals (vectors) and not
# scalar speed signals". The jerk in it is that of the vector. What makes it dimensionless, the largest speed, is not:
# it is the largest number among the components of the velocity, with its sign. Turned by 45° a movement is less
# smooth by 0.7, and one that goes back along an axis, and up a little, is less smooth by as much as one pleases.
#
# Input: one minimum-jerk reach of 1 s and 1 m, in five directions. Expected: one number, -5.24, as by the speed in
# numpy. Seen: -5.24 along x or y, -5.93 at 45°, -7.38 at 160° and -10.12 at 175°.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check pysampled==1.3.0 numpy==2.4.6 scipy==1.17.1
"$folder/venv/bin/python" - <<'EOF'
import numpy as np
from pysampled import Data
from scipy.integrate import simpson

assert "only valid for velocity signals (vectors)" in " ".join(Data.logdj.__doc__.split())
rate_hz = 100
time_s = np.arange(rate_hz + 1) / rate_hz
speed_mps = 30 * time_s**2 * (1 - time_s) ** 2


def by_definition(velocity_mps):
    jerk = np.gradient(np.gradient(velocity_mps, 1 / rate_hz, axis=0), 1 / rate_hz, axis=0)
    largest_mps = np.linalg.norm(velocity_mps, axis=1).max()
    return -np.log(simpson((jerk**2).sum(axis=1), dx=1 / rate_hz) * time_s[-1] ** 3 / largest_mps**2)


for degrees, seen in ((0, -5.24), (90, -5.24), (45, -5.93), (160, -7.38), (175, -10.12)):
    direction = np.array([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))])
    velocity_mps = speed_mps[:, None] * direction
    found = Data(velocity_mps, rate_hz, axis=0).logdj()
    print(f"towards {degrees}°: {found:.2f}, by the speed {by_definition(velocity_mps):.2f}")
    assert abs(by_definition(velocity_mps) + 5.24) < 0.01 and abs(found - seen) < 0.01
EOF
