#!/usr/bin/env bash
# pykinematics 1.0.1: the sigma points of its unscented Kalman filter do not have the covariance they are drawn from.
#
# They are spread along the rows of the Cholesky factor where its columns are meant. NumPy gives the lower factor, so
# the two agree only where nothing is correlated. After the first step of a filter something always is.
#
# Input: a place and a speed, each of variance 1, that are correlated by 0.9; handed through a step that changes nothing
# and adds no noise. Expected: the same covariance. Seen: variances of 1.81 and 0.19, covariance 0.39: the filter now
# takes the speed for more than twice as certain as it is. Without correlation it is right.
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
from pykinematics.imu.optimize import UnscentedKalmanFilter

for correlation, expected in ((0.0, [[1, 0], [0, 1]]), (0.9, [[1.81, 0.392], [0.392, 0.19]])):
    given = np.array([[1, correlation], [correlation, 1]])
    points, weights = UnscentedKalmanFilter.sigma_points(np.array([[2.0], [1.0]]), given)
    mean, seen = UnscentedKalmanFilter.unscented_transform(points, weights)
    print(f"given {given.tolist()}, seen {seen.round(3).tolist()}, mean {mean.ravel().round(3).tolist()}")
    assert np.allclose(mean.ravel(), (2, 1), atol=1e-3) and np.allclose(seen, expected, atol=2e-3)
EOF
