#!/usr/bin/env bash
# filterpy 2.0.0: smoothed with a fixed lag, a track is worse than the measurements it was made of.
#
# `FixedLagSmoother` is documented to smooth with the N later measurements, and its `smooth_batch` to return
# the smoothed track beside the filtered one. With more measurements each estimate should be better than the
# filter's. The gains that carry later innovations back start from the covariance after the update and step
# with the filter's gain, where both belong to the prediction: the more the process moves, the further off.
#
# Input: a random walk of speed seen through noise of SD 1, a model that is exactly right, 2000 points. Seen
# (RMS error): measurements 1.0, filter 0.86, `rts_smoother` of the same package 0.59, and with a lag of 1,
# 5 and 20 points 1.43, 1.32 and 1.34 (with these two put right 0.86, 0.60 and 0.60).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check filterpy==2.0.0 numpy==2.4.6 scipy==1.17.1
"$folder/venv/bin/python" - <<'EOF'
import numpy as np
from filterpy.kalman import FixedLagSmoother, KalmanFilter

MOVE, SEEN = np.array([[1.0, 1.0], [0.0, 1.0]]), np.array([[1.0, 0.0]])
NOISE = np.array([[1 / 3, 1 / 2], [1 / 2, 1.0]])
random = np.random.default_rng(1)
state, track = np.zeros(2), []
for step in random.normal(size=(2000, 2)) @ np.linalg.cholesky(NOISE).T:
    state = MOVE @ state + step
    track.append(state[0])
track = np.array(track)
measured = track + random.normal(size=2000)


def known(model):
    model.F, model.H, model.Q, model.R = MOVE, SEEN, NOISE, np.eye(1)
    model.P, model.x = np.eye(2), np.zeros((2, 1))
    return model


def error(estimate):
    return float(np.sqrt(np.mean((np.ravel(estimate) - track) ** 2)))


kalman = known(KalmanFilter(2, 1))
means, covariances, _, _ = kalman.batch_filter(measured)
smooth = kalman.rts_smoother(means, covariances)[0]
raw, filtered, best = error(measured), error(means[:, 0]), error(smooth[:, 0])
print(f"measured {raw:.2f}, filtered {filtered:.2f}, rts_smoother {best:.2f}")
assert best < 0.75 * filtered < 0.75 * raw
for lag in (1, 5, 20):
    lagged, own = known(FixedLagSmoother(2, 1, N=lag)).smooth_batch(measured, lag)
    print(f"lag {lag}: {error(lagged[:, 0]):.2f}, its own filter {error(own[:, 0]):.2f}")
    assert np.isclose(error(own[:, 0]), filtered)
    assert error(lagged[:, 0]) > 1.2 * raw
EOF
