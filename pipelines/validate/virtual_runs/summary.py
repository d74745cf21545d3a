"""Summarise the outcomes of the virtual runs as figures and tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import numpy as np

from imu.frames import FloatArray
from pipelines.validate.matching import Errors, mean, median_size, pooled, rms, sd
from pipelines.validate.results import Figure, Part, Table, ms, number, signed_ms
from pipelines.validate.virtual_runs.score import LATE_S, Outcome

EVENT_LIMITS: Final = {  # initial contact, toe-off in ms, F1
    "clean": ("virtual runner, clean, 200 Hz", 3.0, 5.0, 0.998),
    "all faults": ("virtual runner, all faults together", 8.0, 12.0, 0.985),
}
PELVIS_DEG: Final = 0.3
SHANK_DEG: Final = 0.8
EXCURSION_DEG: Final = 1.0
SLOPE: Final = (0.95, 1.05)
EVENT_COLUMNS: Final = (
    *("", "F1", "right side", "IC bias", "SD", "RMSE", "TO bias", "SD", "RMSE"),
    *("contact bias", "median abs", "grade"),
)
SHOWN: Final = {
    "pelvic_tilt_range_deg": "pelvic tilt range",
    "pelvic_drop_deg": "pelvic drop",
    "pelvic_rotation_over_leg_deg": "pelvis over the leg",
    "shank_internal_rotation_deg": "shank rotation",
}
ABOUT: Final = {
    "clean": "Perfect pods, 200 Hz, 10 s of standing and then running from a standing start, at "
    "every speed, heel and forefoot. Errors in ms.",
    "all faults": "The same with every fault at once: turned by 20° and more, soft tissue (18 Hz, "
    "2°), ±16 g, bias, noise, scale, clocks 100 ppm off, 2 % lost in bursts, and the radio's "
    "delays. Errors in ms.",
    "one fault": "Perfect pods but for one fault; heel, 3 m/s. Errors in ms.",
    "rate": "Realistic pods at other sampling rates; heel, 3 m/s. Errors in ms.",
    "runner": "Other runners and ways, realistic pods. Errors in ms.",
    "worn": "Some pods or gyroscopes missing, realistic pods; heel. Errors in ms.",
    "people": "Made-up people with realistic pods, put on anew by each. Errors in ms.",
}
TITLES: Final = {
    "clean": "Events: perfect pods",
    "all faults": "Events: all faults together",
    "one fault": "Events: one fault at a time",
    "rate": "Events: sampling rate",
    "runner": "Events: other runners and ways",
    "worn": "Events: fewer pods",
    "people": "Events: people",
}


def part(outcomes: Sequence[Outcome]) -> Part:
    """Return figures and tables of the grid."""
    groups: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        groups.setdefault(outcome.group, []).append(outcome)
    figures = [
        f for group in EVENT_LIMITS if group in groups for f in _events(group, groups[group])
    ]
    tables = [_event_table(group, groups[group]) for group in TITLES if group in groups]
    people = groups.get("people", [])
    figures += [*_orientation_figures(people), *_walking(groups.get("walking", []))]
    tables += [_orientation_table(groups), _excursion_table(people)]
    return Part(figures=tuple(figures), tables=tuple(tables))


# --- events ---------------------------------------------------------------------------------------


def _events(group: str, outcomes: Sequence[Outcome]) -> tuple[Figure, ...]:
    on, contact_ms, toe_off_ms, least = EVENT_LIMITS[group]
    every = pooled(outcome.errors for outcome in outcomes)
    figures = (
        Figure(on, "initial contact RMSE", 1e3 * rms(every.contact_s), "ms", high=contact_ms),
        Figure(on, "toe-off RMSE", 1e3 * rms(every.toe_off_s), "ms", high=toe_off_ms),
        Figure(on, "F1", every.f1, low=least, decimals=4),
    )
    if group != "clean":
        return figures
    side = 100 * float(np.mean(every.right_side))
    return (*figures, Figure(on, "right side", side, "%", low=100.0, high=100.0, decimals=2))


def _walking(outcomes: Sequence[Outcome]) -> tuple[Figure, ...]:
    found = float(sum(outcome.errors.given for outcome in outcomes))
    if not outcomes:
        return ()
    on = "virtual runner, walking"
    return (Figure(on, "running stances", found, low=0.0, high=0.0, decimals=0),)


def _event_table(group: str, outcomes: Sequence[Outcome]) -> Table:
    named = {one.name: [one] for one in outcomes}
    if group not in ("worn", "one fault"):
        named["all"] = list(outcomes)
    drawn = "speeds" if group == "all faults" else ""
    return event_table(TITLES[group], ABOUT[group], named, drawing=drawn)


def event_table(
    title: str, about: str, named: Mapping[str, Sequence[Outcome]], *, drawing: str = ""
) -> Table:
    """Return detection and timing of each name's outcomes taken together."""
    rows = [
        _event_row(
            name,
            pooled(one.errors for one in outcomes),
            outcomes[0].grade if len(outcomes) == 1 else "",
        )
        for name, outcomes in named.items()
    ]
    return Table(title, about, EVENT_COLUMNS, tuple(rows), drawing=drawing)


def _event_row(name: str, errors: Errors, grade: str) -> tuple[str, ...]:
    sides = float(np.mean(errors.right_side)) if len(errors.right_side) else np.nan
    cells = [name, number(errors.f1, 4), number(100 * sides, 1) + " %"]
    for error_s in (errors.contact_s, errors.toe_off_s):
        cells += [signed_ms(mean(error_s)), ms(sd(error_s)), ms(rms(error_s))]
    return (*cells, signed_ms(mean(errors.length_s)), ms(median_size(errors.length_s)), grade)


# --- orientation ----------------------------------------------------------------------------------


def _orientation_figures(people: Sequence[Outcome]) -> tuple[Figure, ...]:
    if not people:
        return ()
    on = "virtual runner, orientation"
    pelvis, shank = _inclination(people, "pelvis"), _inclination(people, "shank")
    figures = [
        Figure(on, "pelvis inclination RMS", pelvis, "°", high=PELVIS_DEG, decimals=2),
        Figure(on, "shank inclination RMS", shank, "°", high=SHANK_DEG, decimals=2),
    ]
    low, high = SLOPE
    for name, label in SHOWN.items():
        found, true = _known(people, name)
        off, slope = rms(found - true), slope_of(found, true)
        figures += [
            Figure(on, f"{label}, RMS error of a stance", off, "°", high=EXCURSION_DEG, decimals=2),
            Figure(on, f"{label}, slope against truth", slope, low=low, high=high, decimals=3),
        ]
    return tuple(figures)


def _inclination(outcomes: Iterable[Outcome], kind: str, *, late: bool = False) -> float:
    """Return the RMS over runs and pods whose placement begins with `kind`, deg."""
    values = [
        value[late]
        for outcome in outcomes
        for place, value in outcome.inclination_deg.items()
        if place.startswith(kind)
    ]
    return rms(np.array(values))


def _known(outcomes: Sequence[Outcome], name: str) -> tuple[FloatArray, FloatArray]:
    """Return all stances' (estimates, truths) of one metric where both are known."""
    nothing = (np.empty(0), np.empty(0))
    pairs = [one.metrics.get(name, nothing) for one in outcomes]
    found, true = (np.concatenate(part) for part in zip(nothing, *pairs, strict=True))
    known = np.isfinite(found) & np.isfinite(true)
    return found[known], true[known]


def slope_of(found: FloatArray, true: FloatArray) -> float:
    """Return the slope of estimates over truths (n,) each, least squares; NaN for too few."""
    if len(true) < 3 or np.ptp(true) == 0:
        return np.nan
    centred = true - true.mean()
    return float(centred @ (found - found.mean()) / (centred @ centred))


def _orientation_table(groups: Mapping[str, Sequence[Outcome]]) -> Table:
    named: dict[str, Sequence[Outcome]] = {
        "perfect pods": groups.get("clean", ()),
        "people, realistic pods": groups.get("people", ()),
        "other runners and ways": groups.get("runner", ()),
        "all faults": groups.get("all faults", ()),
        **{f"one fault: {one.name}": [one] for one in groups.get("one fault", ())},
    }
    rows = [(name, *_inclinations(outcomes)) for name, outcomes in named.items() if outcomes]
    return Table(
        "Orientation",
        "RMS angle between found and true direction of the vertical in each segment, in degrees, "
        "relative to standing, from 2 s after a start to 2 s before the end of running. The start "
        f'from standing itself tips the filter; "late" is what is left {LATE_S:g} s after it. A '
        "shank's axes may be turned about the bone, which changes no lean: that is taken out, and "
        "its RMS over legs stands last.",
        ("", "pelvis", "shank", "pelvis, late", "shank, late", "shank, about the bone"),
        tuple(rows),
    )


def _inclinations(outcomes: Sequence[Outcome]) -> tuple[str, ...]:
    turned = [
        value[2]
        for outcome in outcomes
        for place, value in outcome.inclination_deg.items()
        if place != "pelvis"
    ]
    return (
        *(
            number(_inclination(outcomes, kind, late=late), 2)
            for late in (False, True)
            for kind in ("pelvis", "shank")
        ),
        number(rms(np.array(turned)), 2),
    )


def _excursion_table(people: Sequence[Outcome]) -> Table:
    rows = []
    for name in SHOWN:
        found, true = _known(people, name)
        rows.append(
            (
                SHOWN[name],
                str(len(true)),
                number(mean(true), 1),
                number(mean(found - true), 2),
                number(sd(found - true), 2),
                number(rms(found - true), 2),
                number(slope_of(found, true), 3),
            )
        )
    return Table(
        "Excursions within a stance",
        "Every stance of all people against truth, degrees; slope by least squares.",
        ("", "stances", "true mean", "bias", "SD", "RMS", "slope"),
        tuple(rows),
        drawing="excursions",
    )
