"""An index of pace from step time, contact time and swing rate, where no speed was measured.

Faster running means shorter contacts, quicker steps and a faster swing, each by a power of the
speed. Those powers differ between runners and a change of technique moves them too, so the index
only stands in for a speed, with an error that says so.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from imu.frames import BoolArray, FloatArray

USUAL_MPS: Final = 3.0
"""What the index counts from for a runner none of whose runs has a speed."""


@dataclass(frozen=True, slots=True)
class Cue:
    """How a quantity follows speed: by its `power`, of which runners differ by `power_sd`.

    `day_sd` is how much it differs between days at one speed, as a share of itself.
    """

    power: float
    power_sd: float
    day_sd: float

    @property
    def noise(self) -> float:
        """Error of the speed from this cue alone, at the usual speed, as a share of it."""
        return self.day_sd / abs(self.power)

    @property
    def stretch(self) -> float:
        """Error of a distance from the usual speed, as a share of that distance."""
        return self.power_sd / abs(self.power)


CUES: Final = {
    "contact_time_s": Cue(-0.6, 0.15, 0.025),
    "step_time_s": Cue(-0.15, 0.06, 0.017),
    "shank_swing_rate_radps": Cue(0.5, 0.2, 0.04),
}
"""Round numbers: powers as between easy and fast distance running, days as the typical errors."""


@dataclass(frozen=True)
class Indexed:
    """Speeds (k, ...) with the index where none was measured, and its error there, else 0."""

    speed_mps: FloatArray
    error_mps: FloatArray


def indexed(speed_mps: FloatArray, cues: dict[str, FloatArray]) -> Indexed:
    """Fill the speeds (k, ...) of sessions of one runner that are not known, as far as cues tell.

    `cues` maps names of `CUES` to their medians (k, ...), NaN where not measured. Each is compared
    with its own level over the sessions of known speed, or over all where none is known. What
    neither speed nor contact time tells of stays NaN.
    """
    anchored = np.isfinite(speed_mps)
    no_speed = ~anchored.any(axis=0)
    usual = np.where(no_speed, np.log(USUAL_MPS), _mean(_log(speed_mps), anchored))
    total, weight, stretched = (np.zeros(speed_mps.shape) for _ in range(3))
    for name, cue in CUES.items():
        measured = _log(cues.get(name, np.full(speed_mps.shape, np.nan)))
        level = _mean(measured, anchored | no_speed)
        away = (measured - level) / cue.power
        known = np.isfinite(away)
        counts = np.where(known, cue.noise**-2, 0.0)
        total += counts * np.where(known, away, 0.0)
        stretched += (counts * cue.stretch) ** 2
        weight += counts
    needed = np.isfinite(cues.get("contact_time_s", np.full(speed_mps.shape, np.nan)))
    enough = (weight > 0) & needed & ~anchored
    safe = np.where(weight > 0, weight, 1.0)
    away = total / safe
    value = np.where(enough, np.exp(usual + away), speed_mps)
    share2 = 1.0 / safe + stretched / safe**2 * away**2
    return Indexed(value, np.where(enough, value * np.sqrt(share2), 0.0))


def _log(values: FloatArray) -> FloatArray:
    return np.asarray(np.log(np.where(values > 0, values, np.nan)))


def _mean(values: FloatArray, of: BoolArray) -> FloatArray:
    """Return the mean (...,) of what is known of `values` (k, ...) among `of`; NaN of nothing."""
    known = of & np.isfinite(values)
    count = known.sum(axis=0)
    total = np.where(known, values, 0.0).sum(axis=0)
    return np.asarray(np.where(count > 0, total / np.maximum(count, 1), np.nan))
