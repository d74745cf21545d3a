"""Say how each metric follows the truth, and which are published for what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from imu.frames import FloatArray
from pipelines.validate.matching import mean, rms
from pipelines.validate.metrics_on_people.scores import WAYS, LegScore, PersonScore
from pipelines.validate.results import UNKNOWN, Figure, Part, Table, number
from pipelines.validate.virtual_runs.summary import slope_of
from pipelines.validate.virtual_runs.worst_cell import worst

if TYPE_CHECKING:
    from imu.metrics import Metric

ON: Final = "virtual people, metrics"
LEAST_R: Final = 0.7
OVER_THE_LEG: Final = {
    "shank_lean_deg": "outward lean of the shank",
    "pelvic_rotation_over_leg_deg": "pelvis turned over the leg",
    "pelvic_obliquity_over_leg_deg": "swing side lowered at mid-stance",
}
STRAIGHT: Final = "straight and level"
WITHHELD: Final = "withheld"
Ways = Mapping[str, Mapping[str, FloatArray]]


def part(
    people: Sequence[PersonScore], lopsided: Sequence[PersonScore], ways: Sequence[Ways]
) -> Part:
    """Return figures and tables of the three groups of runs."""
    return Part(
        figures=(
            *_follows(people),
            *_over_the_leg(people),
            *_left_less_right(lopsided),
            *_moved_figures(ways),
        ),
        tables=(_metric_table(people), _moved_table(ways)),
    )


def _legs(people: Sequence[PersonScore], name: str) -> list[LegScore]:
    legs = [leg for one in people for leg in one.legs.get(name, ())]
    return [leg for leg in legs if np.isfinite(leg.found)]


def _of(legs: Sequence[LegScore], field: str) -> FloatArray:
    values = np.array([getattr(leg, field) for leg in legs], dtype=np.float64)
    return values[np.isfinite(values)]


def _middle(values: FloatArray) -> float:
    return float(np.median(values)) if len(values) else np.nan


def _follows(people: Sequence[PersonScore]) -> Iterator[Figure]:
    from imu.metrics.registry import of_stances

    middles = [(name, _middle(_of(_legs(people, name), "r"))) for name in of_stances()]
    known = [(name, r) for name, r in middles if np.isfinite(r)]
    name, least = worst(known, low=True) if known else ("none", np.nan)
    yield Figure(
        ON,
        f"correlation over the stances of one leg, median over people, lowest metric ({name})",
        least,
        low=LEAST_R,
        decimals=2,
    )


def _over_the_leg(people: Sequence[PersonScore]) -> Iterator[Figure]:
    for name, label in OVER_THE_LEG.items():
        legs = _legs(people, name)
        off = _of(legs, "found") - _of(legs, "true")
        spread = _of(legs, "sd")
        worst_off = f"worst {number(float(np.abs(off).max()), 2)}°" if len(off) else ""
        yield Figure(ON, f"{label}, SD of a stance", rms(spread), "°", high=0.5, decimals=2)
        yield Figure(
            ON, f"{label}, error of a session ({worst_off})", rms(off), "°", high=0.7, decimals=2
        )


def _left_less_right(lopsided: Sequence[PersonScore]) -> Iterator[Figure]:
    pairs = [one.legs["shank_internal_rotation_deg"] for one in lopsided if one.legs]
    known = [pair for pair in pairs if np.isfinite([leg.found for leg in pair]).all()]
    found = np.array([left.found - right.found for left, right in known])
    true = np.array([left.true - right.true for left, right in known])
    told = np.abs(true) >= 1.0
    sign = 100 * mean((np.sign(found) == np.sign(true))[told].astype(np.float64))
    off = np.abs(found - true)
    said = f"worst {number(float(off.max()), 1)}°, {100 * mean(off <= 1):.0f} % within 1°"
    yield Figure(ON, "shank rotation, left less right: sign", sign, "%", low=95.0)
    yield Figure(
        ON,
        f"shank rotation, left less right: error of a session ({said if len(off) else 'none'})",
        rms(found - true),
        "°",
        high=1.0,
        decimals=2,
    )


def _moves(ways: Sequence[Ways], name: str, way: str) -> FloatArray:
    """Return by how much the error of `name` moves on a way, people x sides; NaN: withheld."""
    rows = [one[way][name] - one[STRAIGHT][name] for one in ways if way in one and STRAIGHT in one]
    return np.array(rows).reshape(-1, 2)


def _published(ways: Sequence[Ways]) -> list[Metric]:
    from imu.metrics.registry import METRICS

    given = {name for one in ways for name in one.get(STRAIGHT, {})}
    return [metric for metric in METRICS.values() if metric.name in given]


def _moved_figures(ways: Sequence[Ways]) -> Iterator[Figure]:
    for way in WAYS:
        if way == STRAIGHT:
            continue
        sizes = []
        for metric in _published(ways):
            moves = _moves(ways, metric.name, way)
            known = moves[np.isfinite(moves)]
            if len(known):
                sizes.append((metric.name, rms(known) / metric.typical_error))
        name, most = worst(sizes) if sizes else ("none", np.nan)
        yield Figure(
            ON,
            f"{way}: error moves most, in typical errors of a session ({name})",
            most,
            high=0.5,
            decimals=2,
        )


def _moved_table(ways: Sequence[Ways]) -> Table:
    others = [way for way in WAYS if way != STRAIGHT]
    rows = []
    for metric in _published(ways):
        cells = []
        for way in others:
            moves = _moves(ways, metric.name, way)
            known = moves[np.isfinite(moves)]
            shown = number(rms(known) / metric.typical_error, 2) if len(known) else WITHHELD
            cells.append(shown)
        rows.append((metric.name, *cells))
    return Table(
        "Every metric on bends and slopes",
        f"By how much the error of a session's median moves against straight and level running, "
        f"RMS over {len(ways)} people and both legs, as a share of the metric's typical error "
        "between sessions. A metric that a bend would move by more is withheld there, with that "
        "reason in the stance's quality.",
        ("metric", *others),
        tuple(rows),
    )


def _metric_table(people: Sequence[PersonScore]) -> Table:
    from imu.metrics.registry import METRICS

    rows = [_metric_row(people, metric) for metric in METRICS.values()]
    return Table(
        "Every metric against truth",
        f"{len(people)} made-up people at 2-5 m/s and -6 to +6 %, {len(people)} runs of 75 s, "
        "realistic pods, in the units people read. r: correlation of estimates and truth over the "
        "stances of one leg, median over legs and the lowest tenth; SD: error of a stance about "
        "its own bias, median; session: bias and RMS of a session's median; slope: of the "
        "sessions' medians over the true ones, between people. Where a runner's stances hardly "
        "differ, r is low whatever the pod does. A metric marked session is published as a "
        "median alone.",
        ("metric", "unit", "r", "r, low", "SD", "true SD", "bias", "session", "slope", "for each",
         "declared"),
        tuple(rows),
    )  # fmt: skip


def _metric_row(people: Sequence[PersonScore], metric: Metric) -> tuple[str, ...]:
    legs, unit = _legs(people, metric.name), metric.unit
    r, found, true = (_of(legs, field) for field in ("r", "found", "true"))
    low = float(np.percentile(r, 10)) if len(r) else np.nan
    sizes = (
        _middle(_of(legs, "sd")),
        _middle(_of(legs, "spread")),
        mean(found - true) if len(found) else np.nan,
        rms(found - true) if len(found) else np.nan,
    )
    cells = [number(unit.factor * x, unit.decimals + 1) for x in sizes]
    slope = number(slope_of(found, true), 2) if len(found) else UNKNOWN
    of = "session" if metric.session_only else "stance"
    declared = f"{metric.measured_error} {unit.symbol}".strip()
    return (
        metric.name, unit.shown, number(_middle(r), 2), number(low, 2), *cells, slope, of, declared,
    )  # fmt: skip
