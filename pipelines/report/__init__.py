"""Write one self-contained HTML file that compares a run with the runner's own past."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from imu.baseline.today import Comparison
    from pipelines.report.findings import Finding


@dataclass(frozen=True)
class Report:
    """Where the page is, and what it says of today's run.

    `headline` is the sentence that comes first, also when nothing could be compared. `caution` is
    what stands against all of it, `left_out` what a slipped pod takes out, `pattern` the leg that
    shows the declared pattern; each may be empty. `conditions` says whether the past runs are like
    today's (`imu.baseline.conditions`). `comparisons` are those of the primary metrics, left, right
    and left - right, `notes` what was left out and what bears on the ranges.
    """

    path: Path
    headline: str
    findings: tuple[Finding, ...]
    caution: str = ""
    left_out: str = ""
    conditions: str = ""
    pattern: str = ""
    comparisons: tuple[Comparison, ...] = ()
    notes: tuple[str, ...] = ()


def write_report(
    store_root: str | Path, athlete: str, session: str, out_path: str | Path
) -> Report:
    """Write the report of one stored session to `out_path`; an older report there is replaced.

    Raises OSError or ValueError, with one sentence, when the session cannot be read or the page
    not written.
    """
    from pipelines.report.compared import compare
    from pipelines.report.data import collect
    from pipelines.report.findings import findings, headline, left_out, pattern_leg
    from pipelines.report.limits import not_compared
    from pipelines.report.page import render
    from pipelines.store.atomic import publish_text

    compared = compare(collect(store_root, athlete, session))
    path = Path(out_path)
    publish_text(path, render(compared), replace=True)
    return Report(
        path=path,
        headline=headline(compared),
        findings=findings(compared),
        caution=compared.data.caution,
        left_out=left_out(compared),
        conditions=compared.today.conditions,
        pattern=pattern_leg(compared),
        comparisons=(*compared.legs, *compared.between_legs),
        notes=tuple(not_compared(compared)),
    )
