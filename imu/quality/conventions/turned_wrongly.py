"""Say what would make angular rate fit the acceleration of its pod, where as it stands it does not.

What is tried: rates that count the other way round, of another size, late or early, with axes
exchanged, with one axis turned in one of the two sensors. Which of them fits best is told by what
they make of gravity (`Strides.misfit_mps2`); where none fits well, nothing is named.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import permutations
from typing import Final, Literal

import numpy as np

from imu.alignment.pelvis_forward import left_by_each
from imu.frames import BoolArray, FloatArray
from imu.quality.conventions.lag import LEAST_LAG_S, best_lag
from imu.quality.conventions.over_strides import (
    Overview,
    Strides,
    bias_at_rest,
    moving_seconds,
    strides,
)

DOUBT: Final = "angular rate and acceleration do not fit each other"
"""By which the sentences on a pod are known of which nothing explains it."""
Kind = Literal["reversed", "factor", "lag", "order", "gyr axis", "acc axis", "no turn"]
SHANK_MPS2: Final = 0.4
"""Right pods on a shank gave up to 0.35 on 300 made-up people, real ones up to 0.11; a scale off by
14 % gives 0.7 in the median."""
PELVIS_MPS2: Final = 0.15
"""On a pelvis 0.11 and 0.04; rates that count the other way round give 0.33 in the median."""
UNRESTED_MPS2: Final = 0.8
"""Where standing was not seen, as accelerometers are off by some per cent."""
TURNS_ON_MPS2: Final = 0.8
"""Right pods gave up to 2.0, as what is left of a bias turns gravity on, in any sign and order."""
SURELY: Final = 0.4
"""Another sign or order of the same rates left right pods half of such a misfit and more."""
PELVIS_TURNS_ON_MPS2: Final = 0.25
PELVIS_SURELY: Final = 0.45
"""Of 175 right pelvises none was taken for wrong by both."""
SAME_AXIS: Final = 0.6
"""Cosine between both normals of the mirror: right pods gave 0.9 and more, a real one 0.99."""
ONE_AXIS: Final = 0.9
WELL: Final = 0.6
"""What explains it must leave no more of the misfit."""
AS_WELL: Final = 1.25
SEARCHED: Final = 8
OF_A_SENSOR: Final = 0.05
"""Gyroscopes and accelerometers in use are off by so much together."""
FACTORS: Final = np.geomspace(0.12, 8.0, 50)
LEAST_FACTOR: Final = 0.3
STANDS_MPS2: Final = 0.3
"""What does not turn at all leaves no more; rates full of holes turn little as well."""
LITTLE_LEFT: Final = 0.4
"""Of what is off, turned the other way round: of right pods hardly any is off the other way."""
MOST_MINUTES: Final = 8
"""Of which the steps show how the axes of a pelvis are named."""
NEAR: Final = np.linspace(0.94, 1.06, 13)


@dataclass(frozen=True)
class Explanation:
    """What would make rates fit: a `kind` and its `value`.

    "factor": what they would have to be multiplied with; "lag": how much later they belong, s;
    "order": in which order its columns would fit, as a number of three digits; "gyr axis" and
    "acc axis": which axis, of 0, 1 and 2, counts the other way round; "reversed": all of them do;
    "no turn": the acceleration does not turn with the pod.
    """

    kind: Kind
    value: float
    misfit_mps2: float


@dataclass(frozen=True)
class Wrong:
    """By how much what a pod makes of gravity is off, and what would explain it, the best first."""

    off_mps2: float
    explanations: tuple[Explanation, ...]


def turned_wrongly(
    acc_mps2: FloatArray,
    gyr_radps: FloatArray,
    overview: Overview,
    *,
    pelvis: bool,
    rate_hz: float,
) -> Wrong | None:
    """Return what is wrong with the rates of a pod, None where they fit or too little is known.

    `acc_mps2`, `gyr_radps` (n, 3) on the pod's own axes, as their columns stand in the file;
    `overview` is theirs, on whatever axes.
    """
    bias = bias_at_rest(gyr_radps, overview.rest, rate_hz)
    seen = strides(acc_mps2, gyr_radps, overview, rate_hz=rate_hz, bias_radps=bias)
    if not seen.enough:
        return None
    off_mps2 = seen.off_mps2()
    if pelvis:
        order = _exchanged(acc_mps2, gyr_radps, bias, seen, rate_hz)
        if order:
            return Wrong(off_mps2, order)
        return _other_sense(seen, off_mps2) or _other_axes(seen, off_mps2)
    off = abs(off_mps2) > (SHANK_MPS2 if seen.rested else UNRESTED_MPS2)
    misfit = seen.misfit_mps2()
    signs = list(_of_signs(seen)) if off or misfit > TURNS_ON_MPS2 else []
    surely = any(one.misfit_mps2 < SURELY * misfit for one in signs)
    if not off and not surely:
        return None
    found = best_lag(acc_mps2, gyr_radps - bias, overview, rate_hz=rate_hz)
    late = found is not None and abs(found[0]) > LEAST_LAG_S
    lags = [Explanation("lag", *found)] if found is not None and late else []
    best = _best([*signs, _of_size(seen), *lags], misfit)
    if best and best[0].kind == "factor" and abs(best[0].value - 1) < OF_A_SENSOR:
        return None
    # Noise turns with nothing: without rest, less turning explains it as well.
    if not seen.rested and (not best or any(_turns_less(one) for one in best)):
        return None
    return Wrong(off_mps2, best)


def _turns_less(one: Explanation) -> bool:
    return one.kind == "no turn" or (one.kind == "factor" and one.value < LEAST_FACTOR)


def _best(tried: list[Explanation], as_it_is: float) -> tuple[Explanation, ...]:
    """Return those that leave little, the best first, and those that leave hardly more."""
    tried = sorted(tried, key=lambda one: one.misfit_mps2)
    most = min(WELL * as_it_is, AS_WELL * tried[0].misfit_mps2)
    well = tuple(one for one in tried if one.misfit_mps2 <= most)
    if any(_turns_less(one) for one in well) and well[0].misfit_mps2 > STANDS_MPS2:
        return ()
    return well


def _other_sense(seen: Strides, off_mps2: float) -> Wrong | None:
    """Return the same of a pod that turns little, where all its axes count the other way round."""
    if not seen.rested or off_mps2 > -PELVIS_MPS2:
        return None
    other = abs(seen.off_mps2(-np.eye(3)))
    if other > LITTLE_LEFT * abs(off_mps2):
        return None
    return Wrong(off_mps2, (Explanation("reversed", -1.0, other),))


def _other_axes(seen: Strides, off_mps2: float) -> Wrong | None:
    """Return which axis of a pelvis may count the other way round, where gravity turns on.

    It turns so little that other axes and orders often fit as well: only the best is given.
    """
    misfit = seen.misfit_mps2()
    if not seen.rested or misfit < PELVIS_TURNS_ON_MPS2:
        return None
    # Of 90 right pelvises another order left less on one, other signs half on one.
    tried = [one for one in _of_signs(seen) if one.kind not in ("no turn", "order")]
    best = min(tried, key=lambda one: one.misfit_mps2)
    return Wrong(off_mps2, (best,)) if best.misfit_mps2 < PELVIS_SURELY * misfit else None


def _exchanged(
    acc_mps2: FloatArray,
    gyr_radps: FloatArray,
    bias_radps: FloatArray,
    seen: Strides,
    rate_hz: float,
) -> tuple[Explanation, ...] | None:
    """Return which orders of the rates' columns fit, None where they need no other.

    One step of a run mirrors the next: the normal of that mirror, left or right, is seen in the
    acceleration of a pelvis alone and in its rotation alone.
    """
    level_from_sensor, moving = _levelled(acc_mps2, rate_hz)
    parts = _minutes(len(acc_mps2), rate_hz)
    acc, gyr, moves = (
        np.concatenate([x[one] for one in parts]) for x in (acc_mps2, gyr_radps, moving)
    )
    found = left_by_each(acc, gyr - bias_radps, level_from_sensor, moves, rate_hz=rate_hz)
    if found is None or abs(found[0] @ found[1]) > SAME_AXIS:
        return None
    by_acc, by_gyr = (axis @ level_from_sensor for axis in found)
    fitting = []
    for order in permutations(range(3)):
        turned = np.eye(3)[list(order)]
        off = abs(seen.off_mps2(turned))
        if abs(by_acc @ turned @ by_gyr) > ONE_AXIS and off < PELVIS_MPS2:
            fitting.append(Explanation("order", 100 * order[0] + 10 * order[1] + order[2], off))
    return tuple(sorted(fitting, key=lambda one: one.misfit_mps2))


def _minutes(count: int, rate_hz: float) -> list[slice]:
    """Return minutes all over a long recording: a pod's axes are the same in all of them."""
    length = round(60.0 * rate_hz)
    if count <= MOST_MINUTES * length:
        return [slice(0, count)]
    first = np.linspace(0, count - length, MOST_MINUTES).astype(np.int64)
    return [slice(at, at + length) for at in first.tolist()]


def _levelled(acc_mps2: FloatArray, rate_hz: float) -> tuple[FloatArray, BoolArray]:
    """Return axes (3, 3) of which the last is up in the mean of a recording, and where it moves."""
    up = acc_mps2.mean(axis=0)
    up = up / max(float(np.linalg.norm(up)), 1e-12)
    across = np.cross(np.eye(3)[int(np.argmin(np.abs(up)))], up)
    across /= np.linalg.norm(across)
    second = max(round(rate_hz), 4)
    moves = np.repeat(moving_seconds(acc_mps2, second), second)
    moving = np.zeros(len(acc_mps2), dtype=bool)
    moving[: len(moves)] = moves
    return np.array([across, np.cross(up, across), up]), moving


def _of_signs(seen: Strides) -> Iterator[Explanation]:
    """Yield what exchanged columns and turned signs would leave."""
    yield Explanation("reversed", -1.0, seen.misfit_mps2(-np.eye(3)))
    yield Explanation("no turn", 0.0, seen.misfit_mps2(np.zeros((3, 3))))
    for axis in range(3):
        turned = np.eye(3)
        turned[axis, axis] = -1.0
        yield Explanation("gyr axis", axis, seen.misfit_mps2(turned))
        yield Explanation("acc axis", axis, seen.misfit_mps2(-turned))
    for order in permutations(range(3)):
        if order != (0, 1, 2):
            left = seen.misfit_mps2(np.eye(3)[list(order)])
            yield Explanation("order", 100 * order[0] + 10 * order[1] + order[2], left)


def _of_size(seen: Strides) -> Explanation:
    """Return the factor that leaves least."""
    some = seen.fewer(SEARCHED)

    def least(factors: FloatArray) -> float:
        left = [some.misfit_mps2(factor * np.eye(3)) for factor in factors]
        return float(factors[int(np.argmin(left))])

    factor = least(NEAR * least(FACTORS))
    near = factor * NEAR
    off = np.array([seen.off_mps2(x * np.eye(3)) for x in near])
    order = np.argsort(off)
    if off.min() < 0 < off.max():
        factor = float(np.interp(0.0, off[order], near[order]))
    return Explanation("factor", factor, seen.misfit_mps2(factor * np.eye(3)))
