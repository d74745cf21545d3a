"""Write one self-contained HTML file that compares a run with the runner's own past."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipelines.report.findings import Finding


@dataclass(frozen=True)
class Report:
    """Where the page is, and every primary metric that left the usual range, firmest first.

    `headline` is one sentence on all comparisons, also when nothing could be compared;
    `caution` what stands against all of it, or empty.
    """

    path: Path
    findings: tuple[Finding, ...]
    headline: str
    caution: str = ""


def write_report(
    store_root: str | Path, athlete: str, session: str, out_path: str | Path
) -> Report:
    """Write the report of one stored session to `out_path`; an older report there is replaced.

    Raises OSError or ValueError, with one sentence, when the session cannot be read or the page
    not written.
    """
    from pipelines.report.data import collect
    from pipelines.report.page import render
    from pipelines.store.atomic import publish_text

    data = collect(store_root, athlete, session)
    page, found, headline = render(data)
    path = Path(out_path)
    publish_text(path, page, replace=True)
    return Report(path, found, headline, data.caution)
