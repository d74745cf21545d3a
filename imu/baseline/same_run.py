"""Two conditions within one run: laps in turn, with everything else left as it is.

The straps are not touched and the day is the same, so this is the strongest design there is. The
block is the unit: strides within a block hang together so much that hundreds of them are worth a
dozen. What a block's median is uncertain by comes from the blocks themselves and, while they are
few, from its strides, whose means settle with n to the power of H - 1 (long memory; Meardon 2011).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.special import stdtr, stdtrit

from imu.baseline.regression import Prior, fit
from imu.frames import SIDES, BoolArray, FloatArray

HURST: Final = 0.77
"""Of what is left of stride series (alpha .8 to .96 is published) once a straight drift is off."""
PRIOR_WEIGHT: Final = 4.0
LEAST_STANCES: Final = 25
LEAST_BLOCKS: Final = 2
SETTLE_S: Final = 15.0


@dataclass(frozen=True)
class Blocks:
    """Laps of one run in order, (b,) each.

    `start_s` and `end_s` are on the session clock; `second` is True for laps under the second of
    the two conditions.
    """

    start_s: FloatArray
    end_s: FloatArray
    second: BoolArray

    def __post_init__(self) -> None:
        sizes = {np.shape(self.start_s), np.shape(self.end_s), np.shape(self.second)}
        if len(sizes) > 1:
            raise ValueError("laps need a start, an end and a condition each; the counts differ")
        if np.any(self.end_s <= self.start_s):
            raise ValueError("a lap ends before it starts; check the markers")
        counts = (int(np.sum(self.second)), int(np.sum(~self.second)))
        if min(counts) < LEAST_BLOCKS:
            raise ValueError(
                f"each condition needs {LEAST_BLOCKS} laps in turn, so that a change over the run "
                f"is not taken for it, and one has {min(counts)}; run more laps, or correct them"
            )


@dataclass(frozen=True)
class Paired:
    """Second less first condition of each metric and side, (m, 2), in the metric's unit.

    `low` to `high` is the 95 % interval; NaN where a block has too few stances.
    """

    names: tuple[str, ...]
    difference: FloatArray
    error: FloatArray
    freedom: FloatArray
    p_value: FloatArray

    @property
    def low(self) -> FloatArray:
        """Lower end of the 95 % interval."""
        return np.asarray(self.difference - stdtrit(self.freedom, 0.975) * self.error)

    @property
    def high(self) -> FloatArray:
        """Upper end of the 95 % interval."""
        return np.asarray(self.difference + stdtrit(self.freedom, 0.975) * self.error)


def paired(
    side: npt.ArrayLike,
    time_s: npt.ArrayLike,
    values: Mapping[str, npt.ArrayLike],
    blocks: Blocks,
) -> Paired:
    """Compare the two conditions of `blocks` from stances (n,): their side, time and values.

    The first `SETTLE_S` of each block do not count.
    """
    sides, time = np.asarray(side), np.asarray(time_s, dtype=np.float64)
    inside = (time[:, None] >= blocks.start_s + SETTLE_S) & (time[:, None] < blocks.end_s)
    columns = {name: np.asarray(v, dtype=np.float64) for name, v in values.items()}
    of_blocks = [
        _block(column, inside & (sides == s)[:, None]) for column in columns.values() for s in SIDES
    ]
    median, settled = (np.stack(part, axis=-1) for part in zip(*of_blocks, strict=True))
    return between_conditions(tuple(columns), median, settled, blocks)


def _block(column: FloatArray, inside: BoolArray) -> tuple[FloatArray, FloatArray]:
    """Return the median of each block and what its strides say of its error, (b,) each."""
    known = inside & np.isfinite(column)[:, None]
    count = known.sum(axis=0)
    spread = np.where(known, column[:, None], np.nan)
    enough = count >= LEAST_STANCES
    median, sd = np.full((2, len(count)), np.nan)
    if enough.any():
        median[enough] = np.nanmedian(spread[:, enough], axis=0)
        quartiles = np.nanpercentile(spread[:, enough], [25, 75], axis=0)
        sd[enough] = (quartiles[1] - quartiles[0]) / 1.349
    return median, sd * np.maximum(count, 1) ** (HURST - 1.0)


def between_conditions(
    names: tuple[str, ...], median: FloatArray, settled: FloatArray, blocks: Blocks
) -> Paired:
    """Return the difference from block medians (b, 2 m) and their error beforehand (b, 2 m).

    A straight change over the run is taken off: tiring is not the shoe. Neighbouring blocks hang
    together, which alternation makes use of.
    """
    middle = (blocks.start_s + blocks.end_s) / 2
    lasts = float(np.mean(np.diff(np.sort(middle))))
    along = (middle - middle.mean()) / lasts
    columns = np.stack([np.ones(len(middle)), along, blocks.second.astype(np.float64)], axis=-1)
    known = np.isfinite(settled)
    error = np.sqrt(np.where(known, settled**2, 0.0).sum(axis=0) / np.maximum(known.sum(axis=0), 1))
    usable = known.all(axis=0) & (error > 0)
    error = np.where(usable, error, 1.0)
    sd = np.full((len(error), 3), np.inf)
    sd[:, 1] = error
    prior = Prior(error, PRIOR_WEIGHT, np.zeros(sd.shape), sd)
    none = np.zeros((len(middle), len(middle)))
    fitted = fit(median, columns, np.isfinite(median), none, prior)
    se = np.sqrt(fitted.inverse[:, 2, 2] * fitted.scale2)
    size = np.where(usable, fitted.slope[:, 2], np.nan)
    p_value = 2.0 * stdtr(fitted.freedom, -np.abs(size) / se)
    parts = (size, se, fitted.freedom, p_value)
    return Paired(names, *(part.reshape(-1, 2) for part in parts))
