"""Made-up athletes at session level, drawn from what the comparison does not assume.

Days have heavy tails, all measures of a day together and each alone; days hang together; belts and
straps sit as they did last time until the habit changes; measures move together; weeks are missed;
each athlete has slopes and bends of their own over pace and hills, and two pairs of shoes.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from imu.baseline.conditions import Conditions
from imu.baseline.expected import Expected
from imu.frames import FloatArray, IntArray

Shape = tuple[int, ...]
TOGETHER: Final = 50
LEFT: Final = np.array([1.0, 0.0])
BOTH: Final = np.array([1.0, 1.0])
"""A change of one leg and of both, to be multiplied by its size."""


@dataclass(frozen=True, slots=True)
class Habits:
    """How a group of athletes runs; the mix of everyday life unless said otherwise.

    Speeds in m/s lie about each athlete's own between `slowest` and `fastest`; `one_pace_mps`
    instead lets all run at one (or at one each session, (k, 1)). `hilly` is the share of runs on
    a grade up to `steepest_pct`, `second_pair` that in the second pair of shoes. Of `per_week`
    runs a share `gap` is followed by two to six weeks without. `common` is the share of the
    variance that both legs have in common, pods on the shanks aside; `day_share` is the range of
    the share of days that hang together, over `day_span` days.
    """

    slowest_mps: float = 2.4
    fastest_mps: float = 4.0
    one_pace_mps: float | FloatArray | None = None
    hilly: float = 0.3
    steepest_pct: float = 6.0
    second_pair: float = 0.35
    per_week: float = 2.5
    gap: float = 0.05
    common: float = 2 / 3
    day_share: tuple[float, float] = (0.0, 0.6)
    day_span: tuple[float, float] = (3.0, 15.0)


STEADY: Final = Habits(one_pace_mps=2.8, hilly=0.0, second_pair=0.0)


@dataclass(frozen=True)
class Athletes:
    """Sessions of athletes who do not change: `values` (k, a, 2) per metric, in its unit.

    `error` (a, 2) per metric is each athlete's true SD between sessions.
    """

    values: Mapping[str, FloatArray]
    conditions: Conditions
    error: Mapping[str, FloatArray]

    def groups(self) -> Iterator["Athletes"]:
        """Yield the athletes a few at a time: matrices of many sessions are large."""
        count = self.conditions.day.shape[1]
        for first in range(0, count, TOGETHER):
            some = slice(first, first + TOGETHER)
            yield Athletes(
                {name: value[:, some] for name, value in self.values.items()},
                self.conditions.at((slice(None), some)),
                {name: value[some] for name, value in self.error.items()},
            )


def drawn(
    rng: np.random.Generator,
    metrics: Mapping[str, Expected],
    levels: Mapping[str, tuple[float, float]],
    *,
    athletes: int,
    sessions: int,
    habits: Habits | None = None,
) -> Athletes:
    """Draw athletes; `levels` gives mean and SD over athletes of each metric, in its unit."""
    how = habits or Habits()
    conditions = _conditions(rng, (sessions, athletes), how)
    te = np.array([e.typical_error for e in metrics.values()])
    shape = (sessions, athletes, len(metrics), 2)
    own = np.exp(0.25 * rng.standard_normal((athletes, 1, 1)))
    own = own * np.exp(0.25 * rng.standard_normal(shape[1:]))
    noise = own * _noise(rng, list(metrics.values()), conditions, shape, how)
    mean = np.array([levels[name] for name in metrics]) / te[:, None]
    level = mean[:, :1] + mean[:, 1:] * rng.standard_normal((athletes, len(metrics), 1))
    level = level + 0.7 * rng.standard_normal(shape[1:])
    y = level + noise + _under(rng, list(metrics.values()), te, conditions, athletes)
    return Athletes(
        {name: y[..., i, :] * te[i] for i, name in enumerate(metrics)},
        conditions,
        {name: own[:, i] * te[i] for i, name in enumerate(metrics)},
    )


def _conditions(rng: np.random.Generator, shape: tuple[int, int], how: Habits) -> Conditions:
    k, athletes = shape
    rest = 0.8 + rng.exponential(7.0 / how.per_week - 0.8, shape)
    rest = rest + (rng.random(shape) < how.gap) * rng.uniform(14, 42, shape)
    if how.one_pace_mps is None:
        easy = rng.uniform(how.slowest_mps + 0.1, how.fastest_mps - 0.7, (1, athletes))
        faster = np.where(rng.random(shape) < 0.3, rng.uniform(0.2, 1.0, shape), 0.0)
        speed = np.clip(
            easy + 0.12 * rng.standard_normal(shape) + faster, how.slowest_mps, how.fastest_mps
        )
    else:
        speed = how.one_pace_mps + 0.05 * rng.standard_normal(shape)
    hills = rng.uniform(-how.steepest_pct, how.steepest_pct, shape)
    grade = np.where(rng.random(shape) < how.hilly, hills, 0.3 * rng.standard_normal(shape))
    bought = rng.integers(0, max(k, 1), (1, athletes))
    second = (rng.random(shape) < how.second_pair) & (np.arange(k)[:, None] >= bought)
    return Conditions(
        day=np.cumsum(rest, axis=0),
        speed_mps=speed,
        grade_pct=grade,
        shoes=second.astype(np.int64),
        surface=np.zeros(shape, dtype=np.int64),
    )


def _under(
    rng: np.random.Generator,
    known: list[Expected],
    te: FloatArray,
    conditions: Conditions,
    athletes: int,
) -> FloatArray:
    """Return what conditions do to each athlete, (k, a, m, 2), in typical errors.

    The slopes are others than are known beforehand: steeper by half an error per m/s, a fifth
    wider, heavy-tailed, bent, and measured against a speed with an error of 0.05 m/s.
    """
    both = (athletes, len(known), 1)

    def per_leg(sd: FloatArray) -> FloatArray:
        common = rng.standard_t(6, both) * np.sqrt(4 / 6)
        own = 0.25 * rng.standard_normal((athletes, len(known), 2))
        return np.asarray(sd[:, None] * (common + own))

    pace = np.array([e.pace for e in known]) / te[:, None]
    bend, grade, shoes = (
        np.array([getattr(e, name) for e in known]) / te for name in ("pace_bend", "grade", "shoes")
    )
    slope = pace[:, :1] + 0.4 + per_leg(1.2 * pace[:, 1])
    speed = conditions.speed_mps + 0.05 * rng.standard_normal(conditions.speed_mps.shape) - 3.0
    up, down = np.maximum(conditions.grade_pct, 0), np.minimum(conditions.grade_pct, 0)
    moved = slope * speed[..., None, None] + per_leg(bend) * speed[..., None, None] ** 2
    moved = moved + per_leg(grade) * up[..., None, None] + per_leg(grade) * down[..., None, None]
    return np.asarray(moved + per_leg(shoes) * (conditions.shoes == 1)[..., None, None])


def _noise(
    rng: np.random.Generator,
    known: list[Expected],
    conditions: Conditions,
    shape: Shape,
    how: Habits,
) -> FloatArray:
    """Return errors between sessions (k, a, m, 2), of unit variance: days, straps, and the rest."""
    k, athletes, *_ = shape
    share = rng.uniform(*how.day_share, (athletes, 1, 1))
    days = _days(rng, conditions.day, how, shape)
    straps = _straps(rng, known, shape)
    alone = np.sqrt(3 / 5) * _legs(rng.standard_t(5, shape[:-1]), rng.standard_t(5, shape), how)
    strapped = np.where([[e.moved_by_belt] for e in known], 0.4, 0.25)
    rest = np.sqrt(strapped) * straps + np.sqrt(1 - strapped) * alone
    odd = 1 / np.sqrt(rng.chisquare(8, (k, athletes, 1, 1)) / 8) * np.sqrt(6 / 8)
    return np.asarray(odd * (np.sqrt(share) * days + np.sqrt(1 - share) * rest))


def _days(rng: np.random.Generator, day: FloatArray, how: Habits, shape: Shape) -> FloatArray:
    """Form that fades over days: a few causes that many measures share, two thirds on both legs."""
    k, athletes, m, _ = shape
    shortest, longest = np.log(how.day_span)
    span = np.exp(rng.uniform(shortest, longest, (1, athletes)))
    kept = np.exp(-np.diff(day, axis=0, prepend=-1e9) / span)
    causes = 3
    loads = rng.standard_normal((1, athletes, m, causes))
    loads /= np.linalg.norm(loads, axis=-1, keepdims=True)

    def wandering(tail: Shape) -> FloatArray:
        steps = rng.standard_t(6, (k, athletes, *tail)) * np.sqrt(4 / 6)
        weight = kept.reshape(k, athletes, *(1 for _ in tail))
        now, out = np.zeros((athletes, *tail)), np.empty((k, athletes, *tail))
        for j in range(k):
            now = weight[j] * now + np.sqrt(1 - weight[j] ** 2) * steps[j]
            out[j] = now
        return out

    shared = np.einsum("kac,kamc->kam", wandering((causes,)), loads + np.zeros((k, 1, 1, 1)))
    both = np.sqrt(0.6) * shared + np.sqrt(0.4) * wandering((m,))
    return _legs(both, wandering((m, 2)), how)


def _legs(both: FloatArray, own: FloatArray, how: Habits) -> FloatArray:
    """Join what is common to both legs (k, a, m) with what is each leg's own (k, a, m, 2)."""
    return np.asarray(np.sqrt(how.common) * both[..., None] + np.sqrt(1 - how.common) * own)


def _straps(rng: np.random.Generator, known: list[Expected], shape: Shape) -> FloatArray:
    """How pods sit: half the variance a habit that changes once in 15 runs, half each run anew.

    The belt moves its measures on both legs alike; a shank pod moves those of its leg together.
    """
    k, athletes, m, _ = shape

    def worn(pods: int) -> FloatArray:
        new = rng.random((k, athletes, pods)) < 1 / 15
        habit: IntArray = np.cumsum(new, axis=0, dtype=np.int64)
        of_habit = rng.standard_normal((k + 1, athletes, pods))
        usual = np.take_along_axis(of_habit, habit, axis=0)
        today = rng.standard_t(4, (k, athletes, pods)) * np.sqrt(1 / 2)
        return np.asarray(np.sqrt(0.5) * usual + np.sqrt(0.5) * today)

    belt, shanks = worn(1), worn(2)
    sign = rng.choice([-1.0, 1.0], (1, athletes, m, 1))
    by_belt = np.array([e.moved_by_belt for e in known])[:, None]
    return np.asarray(np.where(by_belt, belt[..., None], sign * shanks[:, :, None, :]))


def changed(athletes: Athletes, by: Mapping[str, FloatArray], *, since: int) -> Athletes:
    """Return the athletes with `by` (a, 2) or (k, a, 2) added per metric from run `since` on."""
    values = {name: value.copy() for name, value in athletes.values.items()}
    for name, step in by.items():
        values[name][since:] += step if np.ndim(step) < 3 else step[since:]
    return replace(athletes, values=values)


def hidden(athletes: Athletes, metric: str, run: int) -> Athletes:
    """Return the athletes with `metric` taken out of one run, as a known fault does."""
    values = {name: value.copy() for name, value in athletes.values.items()}
    values[metric][run] = np.nan
    return replace(athletes, values=values)
