#!/usr/bin/env bash
# filterpy 2.0.0: a missing measurement counts in the likelihood as one that was met exactly.
#
# `KalmanFilter.update(None)` is the documented way to go over a missing measurement: nothing is updated.
# `log_likelihood`, "of the last measurement", then gives that of an innovation of zero, with the variance
# of the last measurement there was. Summed over a record, as one does to choose a noise, each gap adds
# about -1 to -2, the more the larger the variances: the noise with the best sum is another.
#
# Input: white noise of SD 1 about a constant, 1000 points, of which 700 are missing. Expected: the best SD
# of the measurement is near 1. Seen: 1.00 from the sum over the measurements, 0.56 from the sum over all.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check filterpy==2.0.0 numpy==2.4.6 scipy==1.17.1
"$folder/venv/bin/python" - <<'EOF'
import numpy as np
from filterpy.kalman import KalmanFilter

random = np.random.default_rng(1)
missing = random.random(1000) < 0.7
missing[0] = False
points = [None if gone else value for gone, value in zip(missing, random.normal(size=1000))]
sums = {}
for sd in np.arange(0.3, 1.5, 0.02):
    model = KalmanFilter(1, 1)
    model.F, model.H, model.Q, model.R = np.eye(1), np.eye(1), np.zeros((1, 1)), np.eye(1) * sd**2
    seen = every = 0.0
    for point in points:
        model.predict()
        model.update(point)
        every += model.log_likelihood
        seen += 0.0 if point is None else model.log_likelihood
    sums[sd] = seen, every
best_seen, best_every = (max(sums, key=lambda sd: sums[sd][which]) for which in (0, 1))
print(f"{missing.sum()} of 1000 points missing")
print(f"likeliest SD over measurements {best_seen:.2f}, over every step {best_every:.2f}")
assert 0.9 < best_seen < 1.1, best_seen
assert best_every < 0.7, best_every
EOF
