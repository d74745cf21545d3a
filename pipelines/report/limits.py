"""Say what today's comparison leaves out, and what no comparison of this kind can show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from imu.baseline.compare import RULES, Change, State
from imu.metrics.registry import Metric
from pipelines.report.data import ReportData
from pipelines.report.findings import JUDGED
from pipelines.report.formatting import inside, listed, quantity

PACE_METRICS: Final = ("cadence_spm", "contact_time_s")

LIMITS: Final = (
    "A usual range holds 19 of 20 runs of a runner who has not changed. All primary measures and "
    "both sides are tested together; with nothing changed at all, about one report in eight still "
    "names something. That is why a change should be seen in two runs in a row.",
    "Until there are many runs of your own, part of each range comes from what is known of other "
    "runners' differences between sessions.",
    "How people run hardly tells who gets hurt: pooled over 30 studies that followed 3404 runners, "
    "almost no measure of motion or force separated those hurt later from the others (Peterson "
    "2022, Sports Medicine - Open 8:38). A change here is a change in how you run, no more.",
    "That turning the pelvis over the leg is the better way to load it is the hypothesis this "
    "program was made to test. No study is known that follows or compares runners by it.",
    "There is no pod on the thigh, and none knows where the foot is. Where the pelvis is over the "
    "foot is told from the lean of the shin, about 1 cm a degree.",
    "Pelvis and shank pods cannot distinguish rotation in the hip from rotation in the knee; the "
    "rotation of the shank is measured against the ground.",
    "Vertical force is estimated from the movement of the pelvis. The first impact peak, the "
    "loading rate, braking and propulsion cannot be estimated that way, so they are not shown.",
    "The bands of the curves are made for each point separately, so most runs leave a band "
    "somewhere along the curve. They are an illustration, not a test.",
    "Nobody is symmetrical. A difference between left and right is compared with your own "
    "usual difference only.",
    "midstance describes how you ran. It says neither why nor whether it is good for you; with "
    "pain, see somebody who can examine you.",
)


def not_compared(data: ReportData, changes: Sequence[Change]) -> list[str]:
    """Say what could not be compared today, and why."""
    primary = [c for c in changes if c.primary]
    judged = any(c.state in JUDGED for c in primary)
    said = [
        _with_state(primary, "not measured", data.metrics, "Not measured today"),
        _with_state(
            primary,
            "not enough stances",
            data.metrics,
            f"Fewer than {RULES.minimum_stances} usable stances today",
        ),
        _with_state(
            primary, "building baseline", data.metrics, "Too few past runs with this measure"
        )
        if judged
        else "",
        _pace(data, changes),
        "Pods sit a little differently each time they are put on. That is part of the usual range.",
    ]
    return [sentence for sentence in (*data.notes, *said) if sentence]


def _with_state(
    changes: Sequence[Change], state: State, metrics: Mapping[str, Metric], what: str
) -> str:
    sides: dict[str, list[str]] = {}
    for change in changes:
        if change.state == state:
            sides.setdefault(change.metric, []).append(change.side)
    names = [f"{inside(metrics[name].label)} ({listed(which)})" for name, which in sides.items()]
    return f"{what}: {listed(names)}." if names else ""


def _pace(data: ReportData, changes: Sequence[Change]) -> str:
    """Give the reader what hints at another pace, since pace itself is not known."""
    hints = []
    for name in PACE_METRICS:
        both = [c for c in changes if c.metric == name and c.sessions >= RULES.minimum_sessions]
        measured = [c for c in both if c.today == c.today]
        if measured:
            unit = data.metrics[name].unit
            today = sum(c.today for c in measured) / len(measured)
            usual = sum(c.usual for c in measured) / len(measured)
            label = inside(data.metrics[name].label)
            hints.append(f"{label} {quantity(today, unit)} today, usually {quantity(usual, unit)}")
    hint = f" These may hint at another pace: {'; '.join(hints)}." if hints else ""
    return f"Nothing is adjusted for speed, hills, surface and shoes.{hint}"
