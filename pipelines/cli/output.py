"""Print results to standard output, and progress and problems to standard error."""

from __future__ import annotations

import json as json_text
import sys
import warnings
from codecs import register_error
from collections.abc import Sequence
from dataclasses import asdict
from io import TextIOWrapper
from pathlib import Path
from shlex import join
from typing import TYPE_CHECKING, Any, Final, NoReturn

from pipelines.cli.called import called
from pipelines.cli.fresh import keep_fresh
from pipelines.escape import escaped
from pipelines.pace import pace
from pipelines.store.left_out import LeftOutWarning

if TYPE_CHECKING:
    from pipelines.process.one_by_one import Outcomes
    from pipelines.process.session import Processed

JSON_KEYS: Final = {"blocking_problem": "complaint"}
"""Names of fields whose key in ``--json`` is older than they are, and stays."""


STAND_INS: Final = {
    "°": " deg",
    "−": "-",
    "–": "-",
    "±": "+-",
    "×": "x",
    "²": "^2",
    "³": "^3",
    "≥": ">=",
    "≤": "<=",
    "µ": "u",
    "μ": "u",
    "…": "...",
    "’": "'",
    "“": '"',
    "”": '"',
    "\u00a0": " ",
    "\u202f": " ",
}
"""What is printed for our own signs where the encoding of a terminal or a file lacks them."""


def escape_unprintable() -> None:
    """Print what the terminal's encoding lacks as a stand-in or an escape instead of failing."""
    register_error("midstance", _stood_in)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="midstance")


def _stood_in(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    spelled = (c.encode("ascii", "backslashreplace").decode() for c in lacking)
    return "".join(map(STAND_INS.get, lacking, spelled)), error.end


def say(line: str) -> None:
    """Print progress to standard error; only results go to standard output."""
    print(escaped(line), file=sys.stderr, flush=True)


def print_left_out_as_lines() -> None:
    """Print each `LeftOutWarning` as one line; other warnings stay as usual."""
    usual = warnings.showwarning

    def shown(message: Warning | str, category: type[Warning], *where: Any, **more: Any) -> None:
        if issubclass(category, LeftOutWarning):
            say(f"midstance: {message}")
        else:
            usual(message, category, *where, **more)

    warnings.showwarning = shown


def show(result: dict[str, Any], lines: list[str], *, json: bool) -> None:
    """Print a result: as JSON for machines, its texts exact, else as lines for people."""
    if json:
        print(json_text.dumps(result, default=str))
    elif lines:
        print("\n".join(map(escaped, lines)))


def show_processed(done: Processed, *, json: bool) -> None:
    """Print what processing gave, which the table of sessions says by then.

    A session without running is kept, and is still a failure.
    """
    keep_fresh(done.stances_path)
    show(vars_of(done), _lines(done), json=json)
    if done.blocking_problem:
        stop(done.blocking_problem)


def show_recorded(done: Processed, store: Path, *, json: bool) -> None:
    """Print what processing a new run gave, and how its report is written."""
    from pipelines.cli.options import HERE  # with typer, which the list of commands does without

    show_processed(done, json=json)
    elsewhere = [] if store == HERE else ["--store", str(store)]
    say(f"Next: {join([called(), 'report', done.athlete, 'last', *elsewhere])}")


def _lines(done: Processed) -> list[str]:
    return [
        f"{done.athlete} {done.session}: {done.stances} stances, grade {done.grade}",
        *_travel(done),
        *(f"  {reason}" for reason in done.reasons),
        f"  {done.stances_path}",
    ]


def _travel(done: Processed) -> list[str]:
    if done.distance_m is None or done.speed_mps is None:
        return []
    km, speed = done.distance_m / 1000, done.speed_mps
    return [f"  {km:.2f} km of running measured, {speed:.2f} m/s ({pace(speed)})"]


def stop(sentence: str) -> NoReturn:
    """End with one sentence on standard error and exit code 1."""
    raise SystemExit(f"midstance: {escaped(sentence)}")


def show_batch(batch: Outcomes, what: str, nothing: list[str], *, json: bool) -> None:
    """Print what processing a batch gave, as `what`; `nothing` where there is no line to print."""
    keep_fresh(*(one.stances_path for one in batch.done))
    lines = [line for one in batch.done for line in _lines(one)]
    result = {what: [vars_of(one) for one in batch.done], "failed": batch.failed}
    show(result, lines or nothing, json=json)


def stop_all(failed: Sequence[str], of: str, then: str) -> NoReturn:
    """Exit with code 1 and print the failure, or how many failed `of` all and what `then`."""
    if len(failed) == 1:
        stop(failed[0])
    for sentence in failed:
        say(f"  {sentence}")
    stop(f"{len(failed)} of {of} gave no stances and {then}")


def vars_of(record: Any) -> dict[str, Any]:
    """Return a frozen record as a plain dictionary, under the keys that scripts read."""
    return {JSON_KEYS.get(name, name): value for name, value in asdict(record).items()}
