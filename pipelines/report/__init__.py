"""Write one self-contained file, HTML or PDF, that compares a run with the runner's own past."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from imu.baseline.comparisons import Comparison
    from pipelines.report.parts.over_the_run import LegDrift
    from pipelines.report.sections import Audience
    from pipelines.report.verdict.findings import Finding
    from pipelines.weeks.trend import Trends


@dataclass(frozen=True)
class Report:
    """Where the page is, and what it says of today's run.

    `headline` is the sentence that comes first, also when nothing could be compared, `over_run`
    and `over_weeks` what changed over the run and over weeks, each empty where nothing did, and
    `next_step` what to do about it. `drift` has each measure and leg over the run, `weeks` what
    `midstance trend` says, None with too few runs. `caution` is
    what stands against all of it, `left_out` what a slipped pod takes out, `pattern` the leg that
    shows the declared pattern; each may be empty. `conditions` says whether the past runs are like
    today's (`imu.baseline.conditions`). `comparisons` are those of the primary metrics, left, right
    and left - right, `notes` what was left out and what bears on the ranges.
    """

    path: Path
    headline: str
    next_step: str
    findings: tuple[Finding, ...]
    caution: str = ""
    left_out: str = ""
    conditions: str = ""
    pattern: str = ""
    comparisons: tuple[Comparison, ...] = ()
    notes: tuple[str, ...] = ()
    over_run: str = ""
    over_weeks: str = ""
    drift: tuple[LegDrift, ...] = ()
    weeks: Trends | None = None


def write_report(
    store_root: str | Path,
    athlete: str,
    session: str,
    out_path: str | Path,
    *,
    audience: Audience = "coach",
) -> Report:
    """Write the report of one stored session to `out_path`; an older report there is replaced.

    A name that ends in ``.pdf`` gets a PDF. The page for the runner is the short one. Raises
    OSError or ValueError, with one sentence, when the session cannot be read or the page not
    written.
    """
    from pipelines.report.compared import compare
    from pipelines.report.data import collect
    from pipelines.report.page import render
    from pipelines.report.parts.over_the_run import drifts
    from pipelines.report.parts.weeks import weeks
    from pipelines.report.pdf import as_pdf, need_pdf
    from pipelines.report.verdict.findings import findings, headline, left_out, pattern_leg
    from pipelines.report.verdict.limits import not_compared
    from pipelines.report.verdict.next_step import next_step
    from pipelines.report.verdict.over_time import over_run, over_weeks
    from pipelines.store.atomic import publish_bytes, publish_text

    path = Path(out_path)
    pdf = path.suffix.lower() == ".pdf"
    if pdf:
        need_pdf()  # before the work
    compared = compare(collect(store_root, athlete, session))
    page = render(compared, audience)
    if pdf:
        publish_bytes(path, as_pdf(page), replace=True)
    else:
        publish_text(path, page, replace=True)
    return Report(
        path=path,
        headline=headline(compared),
        next_step=next_step(compared),
        findings=findings(compared),
        caution=compared.data.caution,
        left_out=left_out(compared),
        conditions=compared.today.conditions,
        pattern=pattern_leg(compared),
        comparisons=(*compared.legs, *compared.between_legs),
        notes=tuple(not_compared(compared)),
        over_run=over_run(compared),
        over_weeks=over_weeks(compared),
        drift=drifts(compared).legs,
        weeks=weeks(compared.data).said,
    )
