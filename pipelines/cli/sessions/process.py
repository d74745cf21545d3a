"""``midstance recover``, ``import`` and ``process``: session files from what was recorded."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from pipelines.cli.context_options import states_context
from pipelines.cli.options import HERE, Json, Movement, StorePath
from pipelines.cli.output import say, show_batch, show_processed, stop_all
from pipelines.cli.sessions.foreign import From, MappingPath, PodFile, how_to_read, told_pods


def recover(store: StorePath = HERE, json: Json = False) -> None:
    """Finish interrupted recordings.

    A crash, an empty battery or a full disk may have interrupted them.
    """
    from pipelines.process.one_by_one import each
    from pipelines.store.upkeep.pending import unfinished

    if not store.is_dir():
        raise FileNotFoundError(f"there is no store in {store}; name the folder recorded into")
    journals = unfinished(store)
    batch = each(journals, lambda journal: _recovered(journal, store))
    nothing = [] if journals else [f"nothing to recover in {store}"]
    show_batch(batch, "recovered", nothing, json=json)
    if batch.failed:
        advice = f"move them out of {store / 'journal'} when you no longer need them"
        stop_all(batch.failed, f"{len(journals)} journals", f"are left as they are; {advice}")


@states_context
def import_(
    data: Annotated[
        list[Path],
        typer.Argument(help="Files of another system, archives of them, or a phone's journal."),
    ],
    stated: dict[str, Any],
    mapping: MappingPath = None,
    source: From = None,
    pod: PodFile = None,
    athlete: Annotated[
        str | None, typer.Option(help="Id of the runner, e.g. ana; a journal says it itself.")
    ] = None,
    store: StorePath = HERE,
    started: Annotated[
        str | None, typer.Option(help="When it began, e.g. 2026-11-22T08:30 or with an offset.")
    ] = None,
    movement: Movement = None,
    into: Annotated[
        str | None, typer.Option(help="Session that streamed the run whose log this journal is.")
    ] = None,
    json: Json = False,
) -> None:
    """Import a recording of another system.

    Or the journal that the phone page saved; several of one run are joined. It is processed, too.
    Give --mapping, or --from with the name of a preset, or --from auto. With a preset, say which
    pod is in which file: --pod shank_left=PART, with part of its name.
    """
    if any(path.suffix == ".journal" for path in data):
        if not all(path.suffix == ".journal" for path in data):
            raise ValueError("a journal is a recording by itself; import other files without it")
        if into is not None:
            _put_into(data, store, into, athlete, stated, movement, json=json)
            return
        _import_journal(data, store, athlete, stated, movement, json=json)
        return
    if into is not None:
        raise ValueError("--into is for the journal of a log; leave it out")
    how = how_to_read(data[0], mapping, source)
    if athlete is None:
        raise ValueError(f"{data[0]}: give --athlete, the id of the runner, e.g. ana")
    from pipelines.process.imported import import_file, moment

    done = import_file(
        data,
        how,
        store,
        athlete=athlete,
        pods=told_pods(pod),
        started=None if started is None else moment(started, stated.get("timezone")),
        functional_s=movement,
        stated=stated,
    )
    show_processed(done, json=json)


def _import_journal(
    data: list[Path],
    store: Path,
    athlete: str | None,
    stated: dict[str, Any],
    movement: Any,
    *,
    json: bool,
) -> None:
    from pipelines.capture.interrupted.brought_home import bring_home_as_one
    from pipelines.store.files import session_files
    from pipelines.store.stated.context_file import keep_stated

    journal = bring_home_as_one(data, store, athlete=athlete)
    keep_stated(session_files(store, journal.parent.name, journal.stem), stated)
    _process_journal(journal, store, movement, json=json)


def _put_into(
    data: list[Path],
    store: Path,
    into: str,
    athlete: str | None,
    stated: dict[str, Any],
    movement: Any,
    *,
    json: bool,
) -> None:
    from pipelines.process.from_journal.streamed_half import put_into
    from pipelines.store.files import session_files
    from pipelines.store.journal.reader import read_header
    from pipelines.store.stated.context_file import keep_stated

    if len(data) != 1:
        raise ValueError("--into takes one journal at a time; name the others in further imports")
    whose = read_header(data[0]).athlete
    if athlete not in (None, whose):
        raise ValueError(f"{data[0]} is of {whose}, not of {athlete}; leave --athlete out")
    files = session_files(store, whose, into)
    done = put_into(files, data[0], functional_s=movement)
    keep_stated(files, stated)
    show_processed(done, json=json)


def process(
    session: Annotated[
        Path, typer.Argument(help="A raw session file, a journal, or a folder of sessions.")
    ],
    store: StorePath = HERE,
    movement: Movement = None,
    json: Json = False,
) -> None:
    """Find the stances of stored sessions again, with this version.

    Give the folder of an athlete to process all her runs with the same version. A movement given
    before is used again; --movement 0 0 forgets it.
    """
    from pipelines.process.session import process_raw

    if session.is_dir():
        _process_folder(session, movement, json=json)
    elif session.suffix == ".journal":
        _process_journal(session, store, movement, json=json)
    else:
        show_processed(process_raw(session, functional_s=movement), json=json)


def _process_journal(journal: Path, store: Path, movement: Any, *, json: bool) -> None:
    from pipelines.process.from_journal.journal import process_journal

    show_processed(process_journal(journal, store, functional_s=movement), json=json)


def _recovered(journal: Path, store: Path) -> Any:
    from pipelines.capture.interrupted.recover import recover as close
    from pipelines.process.from_journal.journal import process_journal

    kept = close(journal)
    count = sum(len(packets) for packets in kept.packets.values())
    say(f"{journal.name}: {count} notifications kept, {kept.damaged_bytes} bytes unreadable")
    for sentence in kept.header.assumed:
        say(f"  {sentence}")
    return process_journal(journal, store)


def _process_folder(folder: Path, movement: Any, *, json: bool) -> None:
    from pipelines.process.one_by_one import each, raw_files
    from pipelines.process.session import process_raw

    if movement is not None:
        raise ValueError("a movement belongs to one run; name its raw file, or leave it out")
    paths = raw_files(folder)
    batch = each(paths, lambda path: _named(path, process_raw))
    show_batch(batch, "processed", [], json=json)
    if batch.failed:
        stop_all(batch.failed, f"{len(paths)} sessions", "keep their raw files")


def _named(path: Path, process_one: Callable[[Path], Any]) -> Any:
    say(f"{path} …")
    return process_one(path)
