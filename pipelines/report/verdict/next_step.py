"""Say what to do next, in one sentence."""

from __future__ import annotations

from imu.baseline.like_for_like import MODEL
from imu.quality.lost_zero import LOST
from imu.quality.pod_slip import SLIPPED
from pipelines.formatting import plural
from pipelines.report.compared import Compared
from pipelines.report.verdict.findings import COMPARABLE, past_sessions
from pipelines.report.verdict.impact_alone import unstated_causes, were
from pipelines.report.verdict.over_time import over_run, over_weeks
from pipelines.report.words.changes import NEXT


def next_step(of: Compared) -> str:
    """Return what a runner can do next about what the headline says."""
    if not of.data.comparable:
        return NEXT["poor recording" if of.data.ran else "no running"]
    if (sessions := past_sessions(of)) < MODEL.least:
        return _building(of, MODEL.least - sessions)
    if of.today.conditions != COMPARABLE:
        return NEXT["other conditions"]
    said = [
        _of_findings(of),
        NEXT["over run"] if over_run(of) else "",
        NEXT["over weeks"] if over_weeks(of) and not of.today.findings else "",
        NEXT["slipped"] if _slipped(of) else "",
    ]
    return " ".join(filter(None, said)) or NEXT["nothing"]


def _building(of: Compared, runs: int) -> str:
    """Say how many more `runs` it takes; one that is excluded is none of them."""
    if of.data.excluded:
        return f"{NEXT['excluded']} {NEXT['building'].format(runs=plural(runs + 1, 'more run'))}"
    return NEXT["building" if runs > 1 else "building last"].format(runs=plural(runs, "more run"))


def _of_findings(of: Compared) -> str:
    levels = {family.level for family in of.today.findings}
    if unstated := unstated_causes(of):
        return NEXT["impact alone"].format(unstated=unstated, were=were(unstated))
    if "firm" in levels:
        return NEXT["firm"]
    return NEXT["seen once"] if levels else ""


def _slipped(of: Compared) -> bool:
    return any(
        fault.sentence == LOST or fault.sentence.endswith(SLIPPED) for fault in of.data.faults
    )
