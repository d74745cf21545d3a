"""Refuse a recording that holds one pod's samples under two placements."""

from itertools import combinations
from typing import Final

import numpy as np

from imu.dsp.rows import norm, windows
from imu.frames import FloatArray, Placement
from imu.recording.recording import Recording, scattered

SAMPLES: Final = 5_000
"""Spread over the record: a correlation of 0.996 is then known to 0.0002."""
LAG_S: Final = 0.03
"""Two clock fits, or two exports, of one pod may lie this far apart."""
ALIKE: Final = 0.998
"""Correlation of the norm of the specific force: two virtual legs have 0.1 to 0.4 in running and
walking, up to 0.996 in hops on both feet; one pod in other axes, with noise, more than 0.999."""
LEAST_MOVEMENT_MPS2: Final = 1.0
"""Standard deviation below which two pods only lie still together."""


def check_streams_differ(recording: Recording) -> None:
    """Raise ValueError, naming both, where two placements hold one pod's samples.

    Compares the norm of the specific force, so that another mounting, noise or a small shift in
    time does not matter.
    """
    for one, other in combinations(recording.sensors, 2):
        if _alike(recording, one, other) > ALIKE:
            raise ValueError(
                f"{one} and {other} hold the samples of one and the same pod; "
                "check which columns or which pod belong to each and give them again"
            )


def _alike(recording: Recording, one: Placement, other: Placement) -> float:
    """Return the highest correlation of two pods within `LAG_S`; 0 where nothing moves."""
    first, second = recording.sensors[one], recording.sensors[other]
    reach = round(LAG_S * recording.rate_hz)
    common = first.valid & second.valid
    common[:reach] = common[len(common) - reach :] = False
    at = scattered(np.flatnonzero(common), SAMPLES)
    force = norm(first.acc_mps2[at])
    if len(at) < 3 or np.std(force) < LEAST_MOVEMENT_MPS2:
        return 0.0
    around = [windows(axis, at - reach, 2 * reach + 1) for axis in second.acc_mps2.T]
    by_lag = np.sqrt(sum(axis.T**2 for axis in around))
    whole = np.isfinite(by_lag).all(axis=0)
    if 2 * np.count_nonzero(whole) > len(at):
        return float(np.max(_correlations(force[whole], by_lag[:, whole])))
    return max(_correlation(force, y) for y in by_lag)


def _correlations(x: FloatArray, rows: FloatArray) -> FloatArray:
    """Return the correlation of `x` (n,), which moves, with each of `rows` (k, n); 0 if still."""
    x, rows = x - x.mean(), rows - rows.mean(axis=1, keepdims=True)
    power = np.einsum("kn,kn->k", rows, rows)
    still = power < len(x) * LEAST_MOVEMENT_MPS2**2
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(still, 0.0, rows @ x / np.sqrt(power * (x @ x)))


def _correlation(x: FloatArray, y: FloatArray) -> float:
    """Return the correlation of `x` and `y` (n,) where both are known; 0 where `y` is still."""
    known = np.isfinite(y)
    x, y = x[known], y[known]
    if len(x) < 3 or np.std(y) < LEAST_MOVEMENT_MPS2 or np.std(x) == 0:
        return 0.0
    return float(np.corrcoef(x, y)[0, 1])
