"""Print results to standard output, and progress and problems to standard error."""

from __future__ import annotations

import json as json_text
import sys
import warnings
from collections.abc import Sequence
from dataclasses import asdict
from io import TextIOWrapper
from typing import TYPE_CHECKING, Any, Final, NoReturn

from pipelines.harmless import harmless
from pipelines.store.left_out import LeftOutWarning

if TYPE_CHECKING:
    from pipelines.process.batch import Several
    from pipelines.process.session import Processed

JSON_KEYS: Final = {"blocking_problem": "complaint"}
"""Names of fields whose key in ``--json`` is older than they are, and stays."""


def print_what_can_be_printed() -> None:
    """Let the terminal show what its encoding has no sign for as an escape, not as an error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def say(line: str) -> None:
    """Tell the person at the terminal what goes on; results alone go to standard output."""
    print(harmless(line), file=sys.stderr, flush=True)


def say_what_is_left_out() -> None:
    """Let what is left out of a store be one line as all else is; other warnings stay as usual."""
    usual = warnings.showwarning

    def shown(message: Warning | str, category: type[Warning], *where: Any, **more: Any) -> None:
        if issubclass(category, LeftOutWarning):
            say(f"midstance: {message}")
        else:
            usual(message, category, *where, **more)

    warnings.showwarning = shown


def show(result: dict[str, Any], lines: list[str], *, json: bool) -> None:
    """Print a result: as JSON for machines, its texts exact, else as lines for people."""
    print(json_text.dumps(result, default=str) if json else "\n".join(map(harmless, lines)))


def tell(done: Processed, *, json: bool) -> None:
    """Print what processing gave; a session without running is kept, and is still a failure."""
    show(vars_of(done), _lines(done), json=json)
    if done.blocking_problem:
        stop(done.blocking_problem)


def _lines(done: Processed) -> list[str]:
    return [
        f"{done.athlete} {done.session}: {done.stances} stances, grade {done.grade}",
        *(f"  {reason}" for reason in done.reasons),
        f"  {done.stances_path}",
    ]


def stop(sentence: str) -> NoReturn:
    """End with one sentence on standard error and exit code 1."""
    raise SystemExit(f"midstance: {harmless(sentence)}")


def tell_all(several: Several, what: str, nothing: list[str], *, json: bool) -> None:
    """Print what processing several gave, as `what`; `nothing` where there is no line to print."""
    lines = [line for one in several.done for line in _lines(one)]
    result = {what: [vars_of(one) for one in several.done], "failed": several.failed}
    show(result, lines or nothing, json=json)


def stop_all(failed: Sequence[str], of: str, then: str) -> NoReturn:
    """End with the one sentence, or with how many failed `of` all and what they do `then`."""
    if len(failed) == 1:
        stop(failed[0])
    for sentence in failed:
        say(f"  {sentence}")
    stop(f"{len(failed)} of {of} gave no stances and {then}")


def vars_of(record: Any) -> dict[str, Any]:
    """Return a frozen record as a plain dictionary, under the keys that scripts read."""
    return {JSON_KEYS.get(name, name): value for name, value in asdict(record).items()}
