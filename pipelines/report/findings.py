"""Describe the differences that stand out today in sentences with range and interval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from imu.baseline.compare import RULES, Change, ComparedSide
from imu.metrics.evidence import Matters, Meaning, Proof
from imu.metrics.registry import Metric
from pipelines.report.formatting import inside, listed, quantity, span, symbol

SHOWN: Final = 4
JUDGED: Final = ("inside", "at the edge", "outside")

OTHER_CAUSES: Final = "Pace, hills, surface, shoes and the position of the pod each change it too."
NOT_KNOWN: Final[dict[Matters, str]] = {
    "prospective studies agree": "why it changed, and what it means for you alone.",
    "mixed": "what it means for you. Studies of groups of runners disagree.",
    "prospective studies found none": (
        "what it means. Studies that followed runners found no difference by it."
    ),
    "cross-sectional only": (
        "what it means. That it matters is a hypothesis: runners were compared by it, but nobody "
        "was followed."
    ),
    "no study known": (
        "what it means. That it matters is a hypothesis: no study of runners by it is known."
    ),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One primary metric on one side that left the runner's usual range.

    `size` is the difference in typical errors between sessions.
    """

    metric: str
    side: ComparedSide
    direction: Literal["higher", "lower"]
    size: float
    runs: int
    title: str
    text: str
    measured: Proof
    matters: Meaning
    not_known: str


def findings(changes: Sequence[Change], metrics: Mapping[str, Metric]) -> tuple[Finding, ...]:
    """Return all that changed: what lasts first, then the largest against its error."""
    found = [_finding(change, metrics[change.metric]) for change in changes if change.changed]
    return tuple(sorted(found, key=lambda f: (f.runs < 2, -abs(f.size))))


def _finding(c: Change, m: Metric) -> Finding:
    higher = c.difference > 0
    by = quantity(abs(c.difference), m.unit)
    near, far = sorted((abs(c.difference_low), abs(c.difference_high)))
    seen = f"Seen in {c.runs} consecutive runs." if c.runs > 1 else _SEEN_ONCE
    return Finding(
        metric=c.metric,
        side=c.side,
        direction="higher" if higher else "lower",
        size=c.difference / c.typical_error,
        runs=c.runs,
        title=f"{m.label}, {c.side}: {by} {'higher' if higher else 'lower'}",
        text=(
            f"{quantity(c.today, m.unit)} today. Outside your usual range of "
            f"{span(c.low, c.high, m.unit)}{symbol(m.unit)} (n = {c.sessions} baseline runs), "
            f"{by} {'above' if higher else 'below'} its middle (95 % interval "
            f"{span(near, far, m.unit)}{symbol(m.unit)}). {seen}"
        ),
        measured=m.measured,
        matters=m.matters,
        not_known=f"{NOT_KNOWN[m.matters.tag]} {OTHER_CAUSES}",
    )


_SEEN_ONCE: Final = "Seen in this run only; the same in the next run would confirm it."


def headline(changes: Sequence[Change]) -> str:
    """Return one sentence on all comparisons together."""
    judged = [c for c in changes if c.primary and c.state in JUDGED]
    if not judged:
        return _nothing_judged(changes)
    found = sum(c.changed for c in judged)
    if found:
        return (
            f"{found} of {len(judged)} comparisons lie outside your usual range, more than "
            "chance alone would give."
        )
    return f"Nothing stands out in {len(judged)} comparisons with your past runs."


def _nothing_judged(changes: Sequence[Change]) -> str:
    primary = [c for c in changes if c.primary]
    sessions = max((c.sessions for c in primary), default=0)
    if sessions < RULES.minimum_sessions:
        return f"Building your baseline ({sessions}/{RULES.minimum_sessions})."
    return "Nothing could be compared today."


def detail(changes: Sequence[Change], metrics: Mapping[str, Metric]) -> str:
    """Return what the headline leaves open: why nothing is judged, or what could be seen."""
    judged = [c for c in changes if c.primary and c.state in JUDGED]
    if not judged:
        return _when_judged(changes)
    edge = [c for c in judged if c.state == "at the edge"]
    if edge:
        names = listed([f"{metrics[c.metric].label} ({c.side})" for c in edge])
        verb = "lies" if len(edge) == 1 else "lie"
        more = f"{names} {verb} outside the usual range, but no further than chance can explain. "
    else:
        more = ""
    if any(c.changed for c in judged):
        return more.strip()
    return more + _detectable(judged, metrics)


def _detectable(judged: Sequence[Change], metrics: Mapping[str, Metric]) -> str:
    worst: dict[str, float] = {}
    for c in judged:
        worst[c.metric] = max(worst.get(c.metric, 0.0), c.detectable)
    limits = [
        f"{inside(metrics[n].label)} {quantity(v, metrics[n].unit)}" for n, v in worst.items()
    ]
    return f"Changes smaller than these cannot be detected: {listed(limits)}."


def _when_judged(changes: Sequence[Change]) -> str:
    sessions = max((c.sessions for c in changes if c.primary), default=0)
    if sessions >= RULES.minimum_sessions:
        return "The table says why for each measure."
    return (
        "Today's run is added to it, if its quality allows. After "
        f"{RULES.minimum_sessions} such runs, each new run is compared with your own usual range; "
        "until then there are numbers but no verdicts."
    )


@dataclass(frozen=True, slots=True)
class Card:
    """One finding to show, and those that are the same matter: its rate, the other leg."""

    first: Finding
    with_it: tuple[Finding, ...]


def cards(found: Sequence[Finding]) -> tuple[Card, ...]:
    """Gather findings about one movement, in the order of `found`; an angle before its rate."""
    groups: dict[str, list[Finding]] = {}
    for finding in found:
        groups.setdefault(_movement(finding.metric), []).append(finding)
    ordered = [sorted(group, key=_is_rate) for group in groups.values()]
    return tuple(Card(group[0], tuple(group[1:])) for group in ordered)


MOVEMENTS: Final = ("pelvic_rotation", "pelvic_tilt", "pelvic_drop", "shank_internal_rotation")
"""What the metrics of one movement begin with: several angles of it, or an angle and its rate."""


def _movement(metric: str) -> str:
    return next((one for one in MOVEMENTS if metric.startswith(one)), metric)


def _is_rate(finding: Finding) -> bool:
    return finding.metric.rpartition("_")[0].endswith("_rate")


def also(hidden: Sequence[Card]) -> str:
    """Name what changed beyond the cards shown; empty when there is none."""
    titles = [finding.title for card in hidden for finding in (card.first, *card.with_it)]
    return f"Also outside your usual range: {'; '.join(titles)}." if titles else ""
