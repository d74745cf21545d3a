"""The entry point of ``midstance``, and the sentence when a command fails."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Final

from pipelines.cli.called import called, with_own_pip
from pipelines.cli.commands import overview
from pipelines.cli.output import escape_unprintable, print_left_out_as_lines, stop
from pipelines.errors import in_words
from pipelines.escape import escaped
from pipelines.name_collision import collision

if TYPE_CHECKING:
    import typer

INTERRUPTED: Final = 130
STOPPED: Final = "stopped; what was finished before is kept"
THREADS: Final = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
"""How many threads multiply matrices; read as numpy is loaded."""


def main() -> None:
    """Entry point: expected trouble is one line on stderr, a bug keeps its traceback."""
    escape_unprintable()
    print_left_out_as_lines()
    if (problem := collision()) is not None:
        stop(problem)
    try:
        _answer(sys.argv[1:])
    except KeyboardInterrupt:  # Ctrl-C, be it before the command itself began
        stop(STOPPED)


def _answer(words: list[str]) -> None:
    if not words and sys.stdout.isatty():
        _say_what_next()
    elif words in ([], ["--help"]):
        print(overview(), end="")
    else:
        _run(words)


def _of_typing(error: typer.TyperException) -> str:
    """Return what was typed wrongly, and the command whose help says what is right."""
    words = " ".join(error.format_message().split()).replace("Value error, ", "")
    context = getattr(error, "ctx", None)
    command = context.command_path.removeprefix(context.find_root().command_path) if context else ""
    end = "" if words.endswith("?") else ";"
    return f"{words.rstrip('.')}{end} see {called()}{command} --help"


def _say_what_next() -> None:
    from pipelines.cli.front_door import next_steps

    print("\n".join(map(escaped, next_steps())))


def _multiply_in_one_thread() -> None:
    """Our matrices are small: more threads mostly wait, and waiting takes the processor's time."""
    if "numpy" not in sys.modules:
        for name in THREADS:
            os.environ.setdefault(name, "1")


def _run(words: list[str]) -> None:
    _multiply_in_one_thread()
    import typer

    from pipelines.cli.on_demand import app

    try:
        if app(words, standalone_mode=False) == INTERRUPTED:
            raise KeyboardInterrupt
    except typer.TyperException as error:
        stop(_of_typing(error))
    except (OSError, ValueError) as error:
        stop(with_own_pip(in_words(error)))
    except typer.Abort:  # Ctrl-C
        stop(STOPPED)
