"""``midstance report``: write the page that compares one session with the runner's past."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli.options import HERE, Athlete, Json, StorePath
from pipelines.cli.output import show, vars_of
from pipelines.cli.session_choice import Session, chosen_session


def report(
    athlete: Athlete,
    session: Session = "last",
    store: StorePath = HERE,
    out: Annotated[Path | None, typer.Option(help="HTML file to write.")] = None,
    json: Json = False,
) -> None:
    """Compare a session with the runner's own past: one HTML file."""
    from pipelines.report import write_report

    files = chosen_session(store, athlete, session)
    session = files.session
    if files.raw.exists() and not files.stances.exists():
        raise ValueError(f"{session} has no stances yet; run midstance process {files.raw}")
    path = out or Path(f"{athlete}-{session}.html")
    if path.suffix.lower() not in (".html", ".htm"):
        raise ValueError(f"'{out}' cannot be the name of a report; name a file that ends in .html")
    written = write_report(store, athlete, session, path)
    lines = [written.headline, *(f"  {finding.title}" for finding in written.findings)]
    lines += [written.caution] if written.caution else []
    found = [vars_of(finding) for finding in written.findings]
    said = {"headline": written.headline, "caution": written.caution}
    show({"report": path, **said, "findings": found}, [*lines, f"report: {path}"], json=json)
