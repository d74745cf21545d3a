"""What ``midstance`` alone says in a terminal: what to do next, by what is in the store here."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from shlex import join
from typing import Final

from pipelines.cli.called import called

STORES: Final = (Path("store"), Path("virtual-store"), Path("midstance-demo", "store"))
"""Where commands put runs unless another folder is named; the first that holds a run counts."""
VIRTUAL: Final = STORES[1:]
DAY: Final = len("2026-11-22")
"""With which the name of a session begins."""


def next_steps() -> list[str]:
    """Return at most five lines: the state of the store in this folder, and what to type next."""
    about = (lines for path in STORES if path.is_dir() and (lines := _with(path)))
    return [*next(about, _without_store()), f"All commands: {called()} --help"]


def _without_store() -> list[str]:
    return [
        "There is no run here yet. See what midstance does, without a pod:",
        _typed("demo", says="a minute: past runs, today's run, its report"),
        _typed("record", "ana", "--virtual", says="a virtual runner, live; Ctrl-C ends it"),
        _typed("doctor", says="with pods: can this machine record?"),
    ]


def _with(store: Path) -> list[str]:
    """Return what to type next by what is in a store; nothing where there is no run in it."""
    from pipelines.store.layout import OtherLayoutError
    from pipelines.store.upkeep.pending import pending, run_of, words_to_finish

    try:
        found = pending(store)
    except OtherLayoutError as error:
        return [f"{error}."]
    if found.recording:
        athlete, session = run_of(found.recording[-1])
        return [f"{session} of {athlete} is being recorded into {store}; Ctrl-C there ends it."]
    if found.interrupted:
        return [
            f"{_counted(found.interrupted, 'recording', store)}: interrupted.",
            _typed(
                *words_to_finish(found.interrupted, store),
                says="finishes; nothing received is lost",
            ),
        ]
    if found.unprocessed:
        return [
            f"{_counted(found.unprocessed, 'run', store)}: not processed yet.",
            _typed(*words_to_finish(found.unprocessed, store), says="finds the stances"),
        ]
    return _reports(found.processed, store) if found.processed else []


def _reports(processed: Sequence[Path], store: Path) -> list[str]:
    from pipelines.store.upkeep.pending import run_of

    athlete, last = run_of(processed[-1])
    days = [run_of(path)[1][:DAY] for path in processed[-2:]]
    # Of one day the names do not tell which was the last.
    day = last[:DAY] if len(days) > len({*days}) else ""
    return [
        f"{_counted(processed, 'run', store, day=day)}.",
        _typed("report", athlete, "last", *_elsewhere(store), says="what changed, how sure"),
        _typed("serve", str(store), says="all runs, in a browser"),
        _next_run(athlete, store),
    ]


def _next_run(athlete: str, store: Path) -> str:
    if store in VIRTUAL:
        return _typed("record", athlete, "--virtual", says="live; with pods: midstance doctor")
    return _typed("record", athlete, says="the next run; midstance doctor looks first")


def _counted(paths: Sequence[Path], what: str, store: Path, *, day: str = "") -> str:
    from pipelines.formatting import plural
    from pipelines.store.upkeep.pending import run_of

    athlete, session = run_of(paths[-1])
    which = f"{'' if len(paths) == 1 else 'the last '}{session} of {athlete}"
    return f"{plural(len(paths), what)} in {store}, {f'the last on {day}' if day else which}"


def _elsewhere(store: Path) -> tuple[str, ...]:
    return () if store == STORES[0] else ("--store", str(store))


def _typed(*words: str, says: str) -> str:
    return f"  {f'{called()} {join(words)}':<40}  # {says}"
