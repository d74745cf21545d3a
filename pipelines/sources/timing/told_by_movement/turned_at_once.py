"""Tell rows at which a pod at rest lies another way all at once, where only a rate times them.

No pod turns from one sample to the next: rows of another pod, or of a later time, begin there.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from imu.dsp.rows import norm
from imu.frames import FloatArray
from imu.recording.fills.side_by_side import Columns

REST_S: Final = 0.25
QUIET: Final = 0.03
"""Of what the accelerometer usually reads: at rest it changes by less, as standard deviation."""
TURNED: Final = 0.3
"""Of the same, from the mean before to that after: some 17 degrees."""
SAID: Final = (
    "at row {} a pod at rest lies another way than in the row before: rows of another pod or of a "
    "later time begin there; give each pod columns or a file of its own, and name a time"
)


def check_turns(values: Columns, rate_hz: float) -> None:
    """Raise ValueError where `values` (n, axes), of which three are acceleration, turn at once."""
    part = max(round(REST_S * rate_hz), 4)
    acc = np.array(list(values.T)[:3])
    usual = float(np.median(norm(acc.T)))
    at = np.flatnonzero(norm(np.diff(acc).T) > TURNED * usual) + 1
    at = at[(at >= part) & (at <= acc.shape[1] - part)]
    if not len(at):
        return
    level = acc.mean(axis=1, keepdims=True)
    one, two = (_summed((acc - level) ** power) for power in (1, 2))
    before, after = (
        ((one[:, at + k] - one[:, at + k - part]) / part, two[:, at + k] - two[:, at + k - part])
        for k in (0, part)
    )
    turned = norm((after[0] - before[0]).T) > TURNED * usual
    for mean, square in (before, after):
        turned &= (square / part - mean**2).max(axis=0) < (QUIET * usual) ** 2
    if turned.any():
        raise ValueError(SAID.format(int(at[np.argmax(turned)]) + 1))


def _summed(x: FloatArray) -> FloatArray:
    """Return the sums (axes, n + 1) of what comes before each place of `x` (axes, n)."""
    return np.concatenate([np.zeros((len(x), 1)), np.cumsum(x, axis=1)], axis=1)
