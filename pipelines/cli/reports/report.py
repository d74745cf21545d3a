"""``midstance report``: write the page that compares one session with the runner's past."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from pipelines.cli.on_screen import Open, show_page
from pipelines.cli.options import HERE, Athlete, Json, StorePath
from pipelines.cli.output import show
from pipelines.cli.session_choice import Session, chosen_session

if TYPE_CHECKING:
    from pipelines.report import Report


def report(
    athlete: Athlete,
    session: Session = "last",
    store: StorePath = HERE,
    audience: Annotated[
        Literal["runner", "coach"],
        typer.Option("--for", help="runner: two pages in short; coach: everything."),
    ] = "coach",
    out: Annotated[Path | None, typer.Option(help="File to write, .html or .pdf.")] = None,
    pdf: Annotated[bool, typer.Option("--pdf", help="Write a PDF in place of HTML.")] = False,
    open_: Open = False,
    json: Json = False,
) -> None:
    """Compare a session with the runner's own past: HTML or PDF."""
    from pipelines.report import write_report
    from pipelines.store.stated.context_file import require_stances

    files = chosen_session(store, athlete, session)
    session = files.session
    require_stances(files)
    path = out or Path(f"{athlete}-{session}{'.pdf' if pdf else '.html'}")
    endings = (".pdf",) if pdf else (".html", ".htm", ".pdf")
    if path.suffix.lower() not in endings:
        ends = " or ".join(dict.fromkeys((endings[0], ".pdf")))
        raise ValueError(f"'{out}' cannot be the name of a report; name a file that ends in {ends}")
    written = write_report(store, athlete, session, path, audience=audience)
    lines = [written.headline, *found_lines(written)]
    more = (written.over_run, written.over_weeks, written.left_out, written.caution)
    lines += [*filter(None, more), f"Next: {written.next_step}"]
    show({"report": path, **facts_of(written)}, [*lines, f"report: {path}"], json=json)
    if open_:
        show_page(path)


def found_lines(written: Report) -> list[str]:
    """Return one line for each finding: what, by how much, how sure."""
    return [f"  {finding.title} ({finding.level})" for finding in written.findings]


def facts_of(written: Report) -> dict[str, Any]:
    """Return what the page says as numbers and sentences; what is not known is None."""
    from pipelines.store.json_values import plain

    facts: dict[str, Any] = plain(written)
    return {name: value for name, value in facts.items() if name != "path"}
