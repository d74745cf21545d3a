"""Gather the findings into one sentence where they belong together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from imu.baseline.comparisons import OUTSIDE, Comparison
from imu.baseline.comparisons import Finding as Family
from imu.baseline.conditions import PACE_MARGIN_MPS
from imu.baseline.expected import COMPENSATION, PATTERN
from imu.frames import SIDES, Side
from pipelines.formatting import inside, listed
from pipelines.report.compared import Compared
from pipelines.report.words.changes import REPEAT, SAID


def gathered(of: Compared, shown: Sequence[tuple[Family, Comparison]]) -> str:
    """Return one sentence for each leg that changed, and what to do next; empty without findings.

    `shown` has every family that changed with the comparison that stands for it.
    """
    changes: dict[str, list[Comparison]] = {}
    levels: dict[str, list[str]] = {}
    for family, first in shown:
        legs = _legs(family, first)
        changes.setdefault(legs, []).append(first)
        levels.setdefault(legs, []).append(family.level)
    sure = {legs: _level(found) for legs, found in levels.items()}
    for pattern in of.today.findings:
        if pattern.family == PATTERN:
            leg = _pattern_leg(pattern)
            legs = f"{leg.capitalize()} leg"
            sure[legs] = _of_pattern(pattern, levels.get(legs, []))
            mine = changes.setdefault(legs, [])
            mine += [c for c in of_pattern(of, leg) if c not in mine]
    if not changes:
        return ""
    said = [
        f"{inside(legs) if number else legs}: "
        f"{phrases((c.metric, c.difference) for c in changes[legs])}: {sure[legs]}"
        for number, legs in enumerate(_surest_first(sure))
    ]
    once = {family.level for family in of.today.findings} == {"seen once"}
    return f"{'; '.join(said)}, {at_pace(of)}.{f' {REPEAT}' if once else ''}"


def _surest_first(sure: Mapping[str, str]) -> list[str]:
    """Return whose changes are told, the surest first."""
    return sorted(sure, key=lambda legs: (sure[legs] == "seen once", "partly" in sure[legs]))


def _pattern_leg(pattern: Family) -> Side:
    return "left" if pattern.side == "left" else "right"


def _level(levels: Sequence[str]) -> str:
    return levels[0] if len({*levels}) == 1 else "partly firm"


def _of_pattern(pattern: Family, levels: Sequence[str]) -> str:
    """Say how sure the pattern is beside the `levels` of what of it stands out alone."""
    if not levels:
        return f"{pattern.level}, taken together, as none of it stands out alone"
    if pattern.level == "firm" and "seen once" in levels:
        return "firm when taken together"
    return _level(levels)


def of_pattern(of: Compared, leg: Side) -> list[Comparison]:
    """Return what of the pattern shows on its leg: each measure that clearly goes its way.

    Where no one of them stands out alone, all that go its way make it together.
    """
    way = [of.usual[name, leg] for name, sign in COMPENSATION.items() if _goes(of, name, leg, sign)]
    clear = [c for c in way if min(c.p_value, of.usual[c.metric, "left - right"].p_value) < OUTSIDE]
    alone = any(c.state == "outside" for c in clear)
    return clear if alone or len(clear) > 1 else way


def _goes(of: Compared, name: str, leg: Side, sign: float) -> bool:
    return bool((of.usual[name, leg].difference) * sign > 0)


def _legs(family: Family, first: Comparison) -> str:
    """Return the leg of a finding, or both where both lie outside on the same side."""
    outside = {
        c.side
        for c in (family.lead, *family.members)
        if c.metric == first.metric and c.difference * first.difference > 0
    }
    return "Both legs" if {*SIDES} <= outside else f"{first.side.capitalize()} leg"


def phrases(changes: Iterable[tuple[str, float]]) -> str:
    """Return who does what, each named once: the pelvis turns less and drops more, and the shin.

    `changes` has metric and difference.
    """
    order = [*COMPENSATION, *SAID]
    does: dict[str, list[str]] = {}
    for metric, difference in sorted(changes, key=lambda c: order.index(c[0])):
        who, more, less = SAID[metric]
        does.setdefault(who, []).append(more if difference > 0 else less)
    return ", and ".join(f"{who} {listed(what)}" for who, what in does.items())


def at_pace(of: Compared) -> str:
    """Say at which pace today's run was held against the others."""
    speeds = of.data.history.conditions.speed_mps
    now, past = float(speeds[-1]), speeds[of.data.past]
    past = past[np.isfinite(past)]
    if np.isnan(now) or not len(past):
        return "pace not known"
    if not of.data.history.conditions.pace_measured[-1]:
        return "pace not measured, an index of it allowed for"
    if abs(now - float(np.median(past))) <= PACE_MARGIN_MPS:
        return "at your usual pace"
    return f"today's pace ({now:.1f} m/s) allowed for"
