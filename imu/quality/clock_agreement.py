"""Judge pod by pod whether the clocks agree, from the movement itself, and name one that does not.

What a recorder knows of its clocks says nothing of files that were put together from loggers, each
from its own zero. Every pod is held against the others in every minute, never all of them pooled.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from typing import Final

import numpy as np

from imu.alignment.segment import Segment
from imu.frames import PLACEMENTS, BoolArray, FloatArray, Placement, shank_of
from imu.quality.clock_lags import Lags, Movement, wrapped
from imu.segmentation.running_stances.of_one_shank import LegSearch

LEFT: Final[Placement] = shank_of("left")
RIGHT: Final[Placement] = shank_of("right")
ONE_SHANK_S: Final = 0.018
"""Two shanks may differ so much against the pelvis: up to 8 ms on 80 made-up people."""
ALONE_S: Final = 0.025
"""So much between two shanks without a pelvis: steps that differ by 50 ms, one in seven."""
COMMON_S: Final = 0.04
"""So much may both shanks be from the pelvis: up to 17 ms on the same people, 17 ms in the averaged
stride of Dorschky 2019, 36 ms in a run of another simulator."""
WITHOUT_GYROSCOPE_S: Final = 0.1
"""Any of these where a shank has no gyroscope: its contacts alone may be off by 90 ms."""
UNEVEN_S: Final = 0.013
"""Where the pelvis shows single steps no further apart than this, the runner steps unevenly."""
MOST_UNEVEN_S: Final = 0.06
OFTEN: Final = 0.05
"""Share of the minutes in which clocks may seem to differ for other reasons."""
STEPS: Final = (-2, -1, 0, 1, 2)
SURELY: Final = 0.5
"""By how much, as a logarithm, steps must fit better if whole ones are to be believed."""
LEAST_S: Final = 1e-4
Pair = tuple[Placement, Placement]
STAMPS: Final = "the {} pod stamps"
NOT_KNOWN_WHICH: Final = "one of the two shank pods stamps"
DISAGREE: Final = "the {} pods do not agree by"
CHECK: Final = "check that their clocks agree; what needs them together is left out"


@dataclass(frozen=True)
class ClockAgreement:
    """How far the clocks of the pods are apart by what they show of the running.

    `late_s` has how late each pod is by minute (m,), 0 where it agrees with the others; `start_s`
    (m,) where each minute begins, from the start of the recording. `residual_s` has for each pair
    how much later the second stamps, as measured (m,), NaN where there is too little running.
    `named` is False where it is not known which of two pods it is; `sentences` name each that does
    not agree.
    """

    start_s: FloatArray
    late_s: Mapping[Placement, FloatArray]
    residual_s: Mapping[Pair, FloatArray]
    named: bool = True
    sentences: tuple[str, ...] = ()

    def late_at_s(self, at_s: FloatArray) -> dict[Placement, FloatArray]:
        """Return how late each pod is (k,) at times (k,) from the start of the recording."""
        minute = np.clip(np.searchsorted(self.start_s, at_s, "right") - 1, 0, None)
        return {place: late_s[minute] for place, late_s in self.late_s.items()}


NOTHING_KNOWN: Final = ClockAgreement(np.zeros(1), {}, {})


def judged(
    segments: Mapping[Placement, Segment],
    searched: Mapping[Placement, LegSearch],
    *,
    rate_hz: float,
) -> ClockAgreement:
    """Return how the clocks of the pods agree; `searched` has the strides of each shank."""
    if not searched:
        return NOTHING_KNOWN
    movement = Movement.of(segments, searched, rate_hz=rate_hz)
    late = _late(movement)
    minutes = _minutes(late)
    if not minutes.off.any():
        late = _Late({place: np.zeros_like(off_s) for place, off_s in late.late_s.items()})
    return ClockAgreement(
        start_s=movement.lags.start_s,
        late_s={place: np.nan_to_num(off_s) for place, off_s in late.late_s.items()},
        residual_s=_residuals(movement.lags),
        named=late.names,
        sentences=_sentences(late, minutes),
    )


@dataclass(frozen=True)
class _Late:
    """How late each pod is by minute, s; `names` says whether it is known which pod it is."""

    late_s: Mapping[Placement, FloatArray]
    names: bool = True


@dataclass(frozen=True)
class _Minutes:
    """In which minutes (m,) clocks differ, none if in too few, and which could be judged."""

    off: BoolArray
    known: BoolArray


def _late(movement: Movement) -> _Late:
    lags = movement.lags
    worn = [shank for shank in (LEFT, RIGHT) if shank in lags.to_pelvis]
    if movement.pelvis is None:
        limit_s = _limit_s(movement, ALONE_S)
        return _two_shanks(lags, limit_s) if len(worn) > 1 else _Late({})
    if len(worn) < 2:
        limit_s = _limit_s(movement, COMMON_S)
        one = {shank: _beyond(lags.to_pelvis[shank], limit_s) for shank in worn}
        nothing = np.zeros(movement.blocks)
        return _Late({"pelvis": nothing, **one}, names=False) if worn else _Late({})
    return _all_three(movement)


def _beyond(late_s: FloatArray, limit_s: float) -> FloatArray:
    """Return what is beyond a limit, else 0; NaN stays."""
    with np.errstate(invalid="ignore"):
        return np.where(np.abs(late_s) <= limit_s, 0.0, late_s)


def _limit_s(movement: Movement, limit_s: float) -> float:
    return limit_s if movement.gyroscopes else WITHOUT_GYROSCOPE_S


def _two_shanks(lags: Lags, limit_s: float) -> _Late:
    off_s = _beyond(lags.right_to_left, limit_s)
    return _Late({LEFT: np.zeros_like(off_s), RIGHT: off_s}, names=False)


def _all_three(movement: Movement) -> _Late:
    left_s, right_s, sure = _with_whole_steps(movement)
    differ_s, common_s = left_s - right_s, _limit_s(movement, COMMON_S)
    apart = np.abs(differ_s) > _limit_s(movement, ONE_SHANK_S)
    if abs(movement.apart_by_step_s(LEFT, RIGHT)) < UNEVEN_S:
        apart &= np.abs(differ_s) > MOST_UNEVEN_S
    both_s = (left_s + right_s) / 2
    one = apart & (np.minimum(np.abs(left_s), np.abs(right_s)) <= common_s)
    every = apart & ~one
    is_left = np.abs(left_s) > np.abs(right_s)
    nothing = np.where(np.isfinite(differ_s), 0.0, np.nan)
    late_s: dict[Placement, FloatArray] = {
        "pelvis": np.where(apart, 0.0, -_beyond(both_s, common_s)),
        LEFT: np.where(every, left_s, np.where(one & is_left, differ_s, nothing)),
        RIGHT: np.where(every, right_s, np.where(one & ~is_left, -differ_s, nothing)),
    }
    return _Late(late_s, names=sure)


def _with_whole_steps(movement: Movement) -> tuple[FloatArray, FloatArray, bool]:
    """Return how late both shanks are against the pelvis (m,), and whether it is known of each.

    The wave repeats with each step and the feet with each stride, so a shank may be late by whole
    steps more. Together the two waves and the feet say whether by an odd number; how the steps
    vary says on which side, and by how many.
    """
    lags = movement.lags
    left_s, right_s = lags.to_pelvis[LEFT], lags.to_pelvis[RIGHT]
    step_s = lags.stride_s / 2
    known = wrapped(lags.right_to_left - (right_s - left_s), lags.stride_s)
    with np.errstate(invalid="ignore"):
        odd = np.abs(known) > step_s / 2
    measured = np.isfinite(known)
    is_odd = bool(np.mean(odd[measured]) > 0.5) if measured.any() else False
    misfit = {
        (shank, steps): np.log(movement.scatter_s(shank, own_s + steps * step_s) + LEAST_S)
        for shank, own_s in ((LEFT, left_s), (RIGHT, right_s))
        for steps in STEPS
    }
    possible = [(a, b) for a, b in product(STEPS, STEPS) if (a - b) % 2 == is_odd]
    fits = {(a, b): misfit[LEFT, a] + misfit[RIGHT, b] for a, b in possible}
    more, sure = _believed(fits, fallback=_one_step(left_s, right_s) if is_odd else (0, 0))
    return left_s + more[0] * step_s, right_s + more[1] * step_s, sure


def _one_step(left_s: FloatArray, right_s: FloatArray) -> tuple[int, int]:
    """Return one whole step back or forth on the shank that is further off."""
    left, right = (float(np.median(s[np.isfinite(s)])) for s in (left_s, right_s))
    if abs(left) > abs(right):
        return (-1 if left > 0 else 1), 0
    return 0, (-1 if right > 0 else 1)


def _believed(
    fits: Mapping[tuple[int, int], float], *, fallback: tuple[int, int]
) -> tuple[tuple[int, int], bool]:
    """Return the whole steps that fit best where that is clear, else the `fallback`; and if so."""
    known = {steps: misfit for steps, misfit in fits.items() if np.isfinite(misfit)}
    if not known:
        return fallback, fallback == (0, 0)
    best = min(known, key=lambda steps: known[steps])
    rivals = [misfit for steps, misfit in known.items() if steps != best]
    if min(rivals, default=np.inf) - known[best] > SURELY:
        return best, True
    return fallback, fallback == (0, 0)


def _minutes(late: _Late) -> _Minutes:
    if not late.late_s:
        return _Minutes(np.zeros(1, dtype=bool), np.zeros(1, dtype=bool))
    every = np.stack(list(late.late_s.values()))
    known = np.asarray(np.all(np.isfinite(every), axis=0))
    off = np.asarray(known & (np.nan_to_num(every) != 0).any(axis=0))
    if np.count_nonzero(off) <= OFTEN * np.count_nonzero(known):
        off = np.zeros_like(off)
    return _Minutes(off, known)


def _residuals(lags: Lags) -> dict[Pair, FloatArray]:
    to_pelvis: dict[Pair, FloatArray] = {
        ("pelvis", shank): late_s for shank, late_s in lags.to_pelvis.items()
    }
    both = {(LEFT, RIGHT): lags.right_to_left}
    return {
        pair: late_s for pair, late_s in {**to_pelvis, **both}.items() if np.isfinite(late_s).any()
    }


# In words ---------------------------------------------------------------------------------------


def _sentences(late: _Late, minutes: _Minutes) -> tuple[str, ...]:
    if not minutes.off.any():
        return ()
    usual_s = {place: float(np.median(off_s[minutes.off])) for place, off_s in late.late_s.items()}
    off = {place: usual_s[place] for place in PLACEMENTS if usual_s.get(place)}
    some = np.count_nonzero(minutes.off), np.count_nonzero(minutes.known)
    when = f", in {some[0]} of {some[1]} minutes" if some[0] < some[1] else ""
    if late.names:
        others = "the other pods" if len(off) == 1 else "the pelvis pod"
        return tuple(
            f"{STAMPS.format(_name(place))} {_off(late_s)} than {others}{when}: {CHECK}"
            for place, late_s in off.items()
        )
    apart = f"{1000 * max(map(abs, off.values())):.0f} ms"
    if "pelvis" not in usual_s:
        uneven = "or she steps that unevenly"
        return (f"{DISAGREE.format('two shank')} {apart}, {uneven}{when}: {CHECK}",)
    shanks = [_name(place) for place in (LEFT, RIGHT) if place in usual_s]
    if len(shanks) == 1:
        return (f"{DISAGREE.format(f'pelvis and {shanks[0]}')} {apart}{when}: {CHECK}",)
    which = "which of them is not known"
    return (f"{NOT_KNOWN_WHICH} {apart} off, {which}{when}: {CHECK}",)


def _name(place: Placement) -> str:
    return " ".join(reversed(place.split("_")))


def _off(late_s: float) -> str:
    return f"{1000 * abs(late_s):.0f} ms {'later' if late_s > 0 else 'earlier'}"
