"""One session in numbers: medians, variability, dose, drift of each leg, and what both have in one.

Nothing is judged.

Medians count clipped peaks as above every measured one (`imu.session.censored`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from imu.frames import SIDES, BoolArray, FloatArray, IntArray
from imu.metrics.evidence import DESCRIBES, IMPACT, STIFFNESS, Meaning
from imu.metrics.registry import METRICS
from imu.metrics.table import StanceTable
from imu.session.censored import censored, clipped_by, median
from imu.session.drift import Drift, drift
from imu.session.impacts import BANDS, PEAK, dose, dose_by_speed, impact_counts
from imu.session.travel import together
from imu.session.variability import (
    FEWEST_STRIDES,
    alpha,
    variation_pct,
)
from imu.units import Unit, unit_of


@dataclass(frozen=True, slots=True)
class SessionMeasure:
    """Description of one number of a session, of each side or of both; unit by suffix."""

    name: str
    label: str
    doc: str
    equation: str
    matters: Meaning
    cite: str

    @property
    def unit(self) -> Unit:
        """The unit, from the suffix of the name."""
        return unit_of(self.name)


VARIABILITY: Final = Meaning(
    "cross-sectional only",
    "lower in 9 runners with a past injury than in 9 without (Meardon 2011, Gait Posture 33:36)",
)
MEASURES: Final[Mapping[str, SessionMeasure]] = {
    measure.name: measure
    for measure in (
        SessionMeasure(
            "stride_time_cv_pct",
            "Stride time variability",
            "SD over mean of the stride times, a straight trend of each bout taken out; from 100 "
            "strides on.",
            "100 SD(T - trend) / mean(T)",
            DESCRIBES,
            "Jones 2025, doi 10.1016/j.jbiomech.2025.112515 (MDC 0.525 % between days)",
        ),
        SessionMeasure(
            "stride_time_alpha_index",
            "Long-range correlation of stride times",
            "DFA exponent of the stride times of the longest bout, windows of 10 strides to a "
            "tenth of them; from 500 strides on. For research: it repeats poorly between days.",
            "slope of log F(n) on log n, F: RMS of the summed T - mean(T) about lines over n",
            VARIABILITY,
            "Jones 2025 (MDC 0.208 between days, ICC 0.46); Meardon 2011",
        ),
        SessionMeasure(
            "impact_dose_linear_count",
            "Impact dose",
            "Impacts in equivalents of 10 g: the sum of the resultant tibial peaks over 10 g. "
            "Unknown when a peak was clipped or over 5 % are missing.",
            "sum of (peak / 10 g)",
            IMPACT,
            "Edwards 2018 (magnitude counts more than number); not the load on the bone",
        ),
        SessionMeasure(
            "impact_dose_fourth_power_count",
            "Impact dose, large impacts weighted",
            "As the impact dose, each ratio to the fourth power, so that large impacts count most.",
            "sum of (peak / 10 g)⁴",
            IMPACT,
            "Edwards 2018 (magnitude counts more than number); not the load on the bone",
        ),
        SessionMeasure(
            "impacts_known_pct",
            "Impacts measured",
            "Share of the stances whose tibial peak was measured, neither missing nor clipped.",
            "100 known / stances",
            DESCRIBES,
            "what stands behind the dose",
        ),
        SessionMeasure(
            "impact_dose_per_km_count",
            "Impact dose per kilometre",
            "The impact dose of the strides whose speed is known, over how far they went.",
            "1000 sum of (peak / 10 g) / sum of (v T)",
            IMPACT,
            "Edwards 2018 (magnitude counts more than number); not the load on the bone",
        ),
        *(
            SessionMeasure(
                f"impact_dose_{band}_mps_count",
                f"Impact dose {words} m/s",
                "The impact dose of the strides at a speed in this band, the lower end included.",
                "sum of (peak / 10 g) over the strides in the band",
                IMPACT,
                "Edwards 2018 (magnitude counts more than number); not the load on the bone",
            )
            for band, words in BANDS.items()
        ),
    )
}
TOGETHER: Final[Mapping[str, SessionMeasure]] = {
    measure.name: measure
    for measure in (
        SessionMeasure(
            "distance_m",
            "Distance run",
            "How far the strides with a known speed went, level, mean of the legs that wear a pod. "
            "A gap, and the last stride of each bout, is not counted.",
            "sum of (v T)",
            DESCRIBES,
            "as the speed; its error is that of the speed of the session",
        ),
        SessionMeasure(
            "speed_known_pct",
            "Strides with a speed",
            "Share of the strides, of the legs that tell a speed, whose speed is known.",
            "100 known / strides",
            DESCRIBES,
            "what stands behind the distance",
        ),
        SessionMeasure(
            "leg_stiffness_bwpm",
            "Leg stiffness",
            "Median peak force of the sine model over how much the leg shortens, both legs. Times "
            "mass and g it is newtons per metre. Only on the level; needs the body height, of "
            "which the leg is taken to be 53 %.",
            "F / (L - sqrt(L² - (v tc / 2)²) + g tc² (F / pi² - 1/8)), F = pi / 2 (tf / tc + 1), "
            "L = 0.53 height",
            STIFFNESS,
            "Morin 2005, J Appl Biomech 21:167; a mean over a session, for its error per stance is "
            "large",
        ),
    )
}
"""What belongs to both legs at once. The median `speed_mps` does, too: see the metric."""


@dataclass(frozen=True)
class Summary:
    """One session, left and right: (2,) each, and both `together`; NaN where unknown.

    `together` maps each name in `TOGETHER`, and `speed_mps`, to its one value. `values` maps each
    name in `MEASURES` and `METRICS` to its value or its median over the stances,
    `left_minus_right` the medians' difference in native units. `drift` is how each metric changes
    over the run, `impacts_per_g` (2, bins) counts the known resultant tibial peaks from 0 g in
    steps of 1 g, the last bin open. `reasons` says why a value is unknown.
    """

    values: Mapping[str, FloatArray]
    left_minus_right: Mapping[str, float]
    drift: Drift
    impacts_per_g: IntArray
    together: Mapping[str, float]
    reasons: tuple[str, ...]


def summarise(table: StanceTable, *, leg_length_m: float = np.nan) -> Summary:
    """Return the summary of one session of a runner whose legs have that length, where known."""
    columns = {
        name: censored(values, table.quality, METRICS[name].clipping)
        for name, values in table.metrics.items()
    }
    sides = [table.events.side == side for side in SIDES]
    middle = np.array([[median(column[own]) for own in sides] for column in columns.values()])
    middle = middle.reshape(-1, 2)
    known = np.where(np.isfinite(middle), middle, np.nan)
    of_sides = [_of_side(table, own) for own in sides]
    values = {name: np.array([of[name] for of in of_sides]) for name in MEASURES}
    values |= dict(zip(columns, known, strict=True))
    both = together(table, leg_length_m=leg_length_m)
    return Summary(
        values=values,
        left_minus_right={name: float(v[0] - v[1]) for name, v in values.items()},
        drift=drift(table.events.side, {**table.metrics, **table.quality}),
        impacts_per_g=np.array([impact_counts(table.metrics[PEAK][own]) for own in sides]),
        together=both,
        reasons=(*_reasons(list(columns), middle, values), *_reasons_of_both(both, leg_length_m)),
    )


def _of_side(table: StanceTable, own: BoolArray) -> dict[str, float]:
    strides, bout = table.metrics["stride_time_s"][own], table.events.bout[own]
    time_s, peaks = table.events.initial_contact_s[own], table.metrics[PEAK][own]
    clipped = clipped_by("shank accelerometer", table.quality, len(table))[own]
    return {
        "stride_time_cv_pct": variation_pct(strides, time_s, bout),
        "stride_time_alpha_index": alpha(_longest(strides, bout)),
        "impact_dose_linear_count": dose(peaks, clipped, power=1),
        "impact_dose_fourth_power_count": dose(peaks, clipped, power=4),
        "impacts_known_pct": 100.0 * float(np.mean(np.isfinite(peaks))) if len(peaks) else np.nan,
        **dose_by_speed(table.metrics["speed_mps"][own], strides, peaks, clipped),
    }


def _reasons(
    names: list[str], middle: FloatArray, values: Mapping[str, FloatArray]
) -> tuple[str, ...]:
    out = []
    for j, side in enumerate(SIDES):
        hidden = [METRICS[n].label for n, m in zip(names, middle[:, j], strict=True) if np.isinf(m)]
        if hidden:
            out.append(f"{side}: clipped in half of the stances or more: {', '.join(hidden)}")
        if np.isnan(values["impact_dose_linear_count"][j]):
            out.append(f"{side}: impacts clipped or missing, so no impact dose")
        if np.isnan(values["stride_time_cv_pct"][j]):
            out.append(f"{side}: fewer than {FEWEST_STRIDES} strides, so no variability")
    return tuple(out)


def _reasons_of_both(both: Mapping[str, float], leg_length_m: float) -> list[str]:
    if np.isnan(both["speed_mps"]):
        return ["no stride shows its speed, so no distance and no leg stiffness"]
    if np.isnan(leg_length_m):
        return ["the body height is not known, so no leg stiffness"]
    return []


def _longest(strides: FloatArray, bout: IntArray) -> FloatArray:
    """Return the strides of the bout that has the most, in order; the last one is not known."""
    if not len(strides):
        return strides
    return np.asarray(strides[bout == np.argmax(np.bincount(bout))])
