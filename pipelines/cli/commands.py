"""The command ``midstance``: parse, call, print. Numerics are imported inside the commands."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from pipelines.cli.output import (
    print_what_can_be_printed,
    say,
    say_what_is_left_out,
    show,
    stop,
    stop_all,
    tell,
    tell_all,
    vars_of,
)
from pipelines.errors import in_words
from pipelines.name_collision import collision

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, add_completion=False)

Athlete = Annotated[str, typer.Argument(help="Id of the runner, e.g. ana.")]
StorePath = Annotated[Path, typer.Option("--store", help="Folder that holds the sessions.")]
Movement = Annotated[
    tuple[float, float] | None,
    typer.Option(
        help="Start and stop, in s, of knee bends with a bow: how the pods sit is taken from them.",
        metavar="START STOP",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object for machines.")]
HERE = Path("store")
LONGEST_SCAN_S = 3600.0
INTERRUPTED = 130


@app.command()
def demo(
    today: Annotated[
        Literal["compensating", "usual"],
        typer.Option(help="What the virtual runner does today."),
    ] = "compensating",
    folder: Annotated[Path, typer.Option(help="Where to put store and report.")] = Path(
        "midstance-demo"
    ),
    json: Json = False,
) -> None:
    """Show the whole product without a pod: past runs, today's run live, the report."""
    from pipelines.demo.command import run_demo

    run_demo(today, folder, say=say, show=show, json=json)


@app.command()
def scan(
    seconds: Annotated[float, typer.Option(help="How long.")] = 5.0, json: Json = False
) -> None:
    """List the pods nearby."""
    from pipelines.capture.run import nearby

    if not 0 < seconds < LONGEST_SCAN_S:
        raise ValueError(f"seconds is {seconds:g}; give a number above 0, for example 5")
    pods = nearby(seconds)
    lines = [f"{pod['name']}  {pod['address']}  {pod['rssi_dbm']} dBm" for pod in pods]
    show({"pods": pods}, lines or ["no pods heard; wake them up and come closer"], json=json)


@app.command()
def record(
    athlete: Athlete,
    store: StorePath = HERE,
    allow_missing: Annotated[
        bool, typer.Option("--allow-missing", help="Start with the pods that are there.")
    ] = False,
    json: Json = False,
) -> None:
    """Record a run from the pods nearby; Ctrl-C ends it, then it is processed."""
    from pipelines.capture.run import record_run

    journal = record_run(athlete, store, allow_missing=allow_missing, say=say)
    _process_journal(journal, store, None, json=json)


@app.command()
def recover(store: StorePath = HERE, json: Json = False) -> None:
    """Finish what a crash, an empty battery or a full disk interrupted."""
    from pipelines.capture.recover import unfinished
    from pipelines.process.batch import each

    if not store.is_dir():
        raise FileNotFoundError(f"there is no store in {store}; name the folder recorded into")
    journals = unfinished(store)
    several = each(journals, lambda journal: _recovered(journal, store))
    nothing = [] if journals else [f"nothing to recover in {store}"]
    tell_all(several, "recovered", nothing, json=json)
    if several.failed:
        advice = f"move them out of {store / 'journal'} when you need them no more"
        stop_all(several.failed, f"{len(journals)} journals", f"are left as they are; {advice}")


@app.command(name="import")
def import_(
    data: Annotated[Path, typer.Argument(help="CSV, Parquet or NPZ file of another system.")],
    mapping: Annotated[Path, typer.Option(help="TOML file that says what its columns mean.")],
    athlete: Annotated[str, typer.Option(help="Id of the runner, e.g. ana.")],
    store: StorePath = HERE,
    movement: Movement = None,
    json: Json = False,
) -> None:
    """Take in a recorded file of another system and process it."""
    from pipelines.process.imported import import_file

    done = import_file(data, mapping, store, athlete=athlete, functional_s=movement)
    tell(done, json=json)


@app.command()
def process(
    session: Annotated[
        Path, typer.Argument(help="A raw session file, a journal, or a folder of sessions.")
    ],
    store: StorePath = HERE,
    movement: Movement = None,
    json: Json = False,
) -> None:
    """Find the stances of stored sessions anew, with this version.

    Give the folder of an athlete to measure all her runs alike. A movement declared before is
    used again; 0 0 forgets it.
    """
    from pipelines.process.session import process_raw

    if session.is_dir():
        _process_folder(session, movement, json=json)
    elif session.suffix == ".journal":
        _process_journal(session, store, movement, json=json)
    else:
        tell(process_raw(session, functional_s=movement), json=json)


@app.command()
def report(
    athlete: Athlete,
    session: Annotated[str, typer.Argument(help="Session, or 'last'.")] = "last",
    store: StorePath = HERE,
    out: Annotated[Path | None, typer.Option(help="HTML file to write.")] = None,
    json: Json = False,
) -> None:
    """Compare a session with the runner's own past: one HTML file."""
    from pipelines import store as stored
    from pipelines.report import write_report
    from pipelines.store.files import session_files

    if session == "last":
        sessions = stored.open(store).sessions(athlete)
        if not len(sessions):
            raise ValueError(f"{athlete} has no sessions in {store}; record or import one")
        for reasons in sessions["reasons"][sessions["started_utc"].isna()]:
            say(f"midstance: left out: {reasons}")  # it may be the last one
        session = str(sessions["session"].iloc[-1])
    files = session_files(store, athlete, session)
    if files.raw.exists() and not files.stances.exists():
        raise ValueError(f"{session} has no stances yet; run midstance process {files.raw}")
    path = out or Path(f"{athlete}-{session}.html")
    if path.suffix.lower() not in (".html", ".htm"):
        raise ValueError(f"'{out}' is no name for a page; name a file that ends in .html")
    written = write_report(store, athlete, session, path)
    lines = [written.headline, *(f"  {finding.title}" for finding in written.findings)]
    lines += [written.caution] if written.caution else []
    found = [vars_of(finding) for finding in written.findings]
    said = {"headline": written.headline, "caution": written.caution}
    show({"report": path, **said, "findings": found}, [*lines, f"report: {path}"], json=json)


@app.command()
def metrics(
    name: Annotated[str | None, typer.Argument(help="One metric, for its full definition.")] = None,
    json: Json = False,
) -> None:
    """Print the data dictionary: what every column means."""
    from pipelines.cli.dictionary import entries, full, lines

    if name is None:
        show({"metrics": entries()}, lines(), json=json)
    else:
        text = "\n".join(f"{key}: {value}" for key, value in full(name).items())
        show(full(name), text.split("\n"), json=json)


@app.command()
def validate(
    data: Annotated[
        Path, typer.Option(help="Folder of the recordings with force plates, and reference.py.")
    ],
    out: Annotated[Path, typer.Option(help="Page to write.")] = Path("docs/validity.md"),
    seed: Annotated[int, typer.Option(help="Seed of the virtual runner.")] = 1,
    quick: Annotated[bool, typer.Option("--quick", help="A small part of it, for a look.")] = False,
    json: Json = False,
) -> None:
    """Score everything against force plates and the virtual runner, and write the page."""
    from pipelines.validate.command import run_validation

    run_validation(data, out, seed=seed, quick=quick, say=say, show=show, json=json)


@app.command()
def verify(
    path: Annotated[
        Path, typer.Argument(help="A store, an athlete's folder or a session file.")
    ] = HERE,
    json: Json = False,
) -> None:
    """Check stored sessions: checksums, schema, gaps, clocks, journals. Changes nothing."""
    from pipelines.store.verify import verify as check

    files = check(path)
    bad = [file for file in files if file.problems]
    lines = [f"{f.path}: {'; '.join(f.problems or f.notes) or 'sound'}" for f in files]
    show({"files": [vars_of(f) for f in files]}, lines, json=json)
    if bad:
        stop(f"{len(bad)} of {len(files)} files have problems; restore them from a copy")


def _process_journal(journal: Path, store: Path, movement: Any, *, json: bool) -> None:
    from pipelines.process.journal import process_journal

    tell(process_journal(journal, store, functional_s=movement), json=json)


def _recovered(journal: Path, store: Path) -> Any:
    from pipelines.capture.recover import recover as finish
    from pipelines.process.journal import process_journal

    kept = finish(journal)
    count = sum(len(packets) for packets in kept.packets.values())
    say(f"{journal.name}: {count} notifications kept, {kept.damaged_bytes} bytes unreadable")
    for sentence in kept.header.assumed:
        say(f"  {sentence}")
    return process_journal(journal, store)


def _process_folder(folder: Path, movement: Any, *, json: bool) -> None:
    from pipelines.process.batch import each, raw_files
    from pipelines.process.session import process_raw

    if movement is not None:
        raise ValueError("a movement belongs to one run; name its raw file, or leave it out")
    paths = raw_files(folder)
    several = each(paths, lambda path: _named(path, process_raw))
    tell_all(several, "processed", [], json=json)
    if several.failed:
        stop_all(several.failed, f"{len(paths)} sessions", "keep their raw files")


def _named(path: Path, process_one: Callable[[Path], Any]) -> Any:
    say(f"{path} …")
    return process_one(path)


def main() -> None:
    """Entry point: expected trouble is one line on stderr, a bug keeps its traceback."""
    print_what_can_be_printed()
    say_what_is_left_out()
    if (mixture := collision()) is not None:
        stop(mixture)
    try:
        if app(sys.argv[1:] or ["--help"], standalone_mode=False) == INTERRUPTED:
            raise KeyboardInterrupt
    except typer.TyperException as error:
        message = error.format_message().strip().rstrip(".")
        stop(f"{' '.join(message.split())}; midstance --help says what it takes")
    except (OSError, ValueError) as error:
        stop(in_words(error))
    except KeyboardInterrupt:
        stop("stopped; what was finished until now is kept")


if __name__ == "__main__":
    main()
