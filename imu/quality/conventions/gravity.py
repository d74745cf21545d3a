"""See whether acceleration holds gravity: in the quietest second, or in the mean of movement."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from imu.dsp.rows import norm
from imu.frames import GRAVITY_MPS2, FloatArray

PARTS: Final = 4
QUIET_MPS2: Final = 0.6
"""A pod on a standing person shakes less, as standard deviation over a second."""
STRIDES_S: Final = 10.0
REMOVED: Final = 0.35
"""Of g: less than this is left of it in quiet, or on average over many strides."""
SHARE_OFF: Final = 0.1
USUAL_OFF: Final = 0.05
"""Accelerometers in use are within 5 % of g: 690 of made-up people, up to 4.8 %."""


@dataclass(frozen=True)
class Quietest:
    """The quietest second of a pod: the mean of its specific force (3,), and how much it shakes.

    `start` is the first of its samples.
    """

    mean_mps2: FloatArray
    shake_mps2: float
    start: int = 0

    @property
    def quiet(self) -> bool:
        """Whether the pod really was at rest."""
        return self.shake_mps2 < QUIET_MPS2

    @property
    def size_mps2(self) -> float:
        """Its specific force."""
        return float(np.linalg.norm(self.mean_mps2))


def quietest(acc_mps2: FloatArray, *, rate_hz: float) -> Quietest | None:
    """Return the quietest second of `acc_mps2` (n, 3), None where there is none so long."""
    part = max(round(rate_hz / PARTS), 3)
    count = len(acc_mps2) // part
    if count < 2 * PARTS:
        return None
    mean, square = moments(acc_mps2, part)
    one, two = _second(mean), _second(square)
    shake = np.sqrt(np.maximum(two - one**2, 0).sum(axis=1))
    # Rows that an exporter filled in are quieter than any sensor.
    noisy = np.flatnonzero(shake > 0)
    if not len(noisy):
        return None
    at = noisy[int(np.argmin(shake[noisy]))]
    return Quietest(one[at], float(shake[at]), int(at) * part)


def moments(x: FloatArray, part: int) -> tuple[FloatArray, FloatArray]:
    """Return mean and mean square (k, axes) of each `part` samples of `x` (n, axes).

    What is left at the end is left out. Axis by axis: several times as fast.
    """
    count = len(x) // part
    cut = [axis[: count * part].reshape(count, part) for axis in x.T]
    mean = np.stack([one.mean(axis=1) for one in cut], axis=1)
    return mean, np.stack([np.einsum("kn,kn->k", one, one) / part for one in cut], axis=1)


def _second(of_parts: FloatArray) -> FloatArray:
    """Return the mean over each second of means (k, 3) over its parts."""
    return np.asarray(
        sum(of_parts[k : len(of_parts) - PARTS + 1 + k] for k in range(PARTS)) / PARTS
    )


def gravity_removed(acc_mps2: FloatArray, rest: Quietest | None, *, rate_hz: float) -> str:
    """Return how the acceleration (n, 3) shows that it is without gravity, else nothing.

    `rest` is its quietest second. Over many strides the body gets no faster, so on average nothing
    but gravity is left.
    """
    if rest is not None and rest.quiet:
        if rest.size_mps2 < REMOVED * GRAVITY_MPS2:
            return f"quiet standing reads {rest.size_mps2:.1f} m/s²"
        return ""
    mean = float(np.linalg.norm(acc_mps2.mean(axis=0)))
    usual = float(np.sqrt(np.mean(norm(acc_mps2) ** 2)))
    if len(acc_mps2) > STRIDES_S * rate_hz and mean < REMOVED * GRAVITY_MPS2 < usual:
        return f"the mean of all movement is {mean:.1f} m/s²"
    return ""


def off_by(rest: Quietest | None) -> float | None:
    """Return what quiet standing reads, m/s², where that is not gravity; None where it is."""
    if rest is None or not rest.quiet:
        return None
    size = rest.size_mps2
    return size if abs(size / GRAVITY_MPS2 - 1) > SHARE_OFF else None


def little_off_pct(rest: Quietest | None) -> float | None:
    """Return by how much quiet standing reads too much, in per cent, where that is a lot.

    None within `USUAL_OFF`, where no standing was seen, and where it is `off_by`.
    """
    if rest is None or not rest.quiet:
        return None
    off = rest.size_mps2 / GRAVITY_MPS2 - 1
    return 100 * off if USUAL_OFF < abs(off) <= SHARE_OFF else None
