"""The command ``midstance``: the list of its commands, and the sentence when one fails.

What a command computes with is imported inside it, so that asking for help takes no time.
"""

from __future__ import annotations

import sys

import typer

from pipelines.cli.capture.arm import arm
from pipelines.cli.capture.check import check
from pipelines.cli.capture.fetch import fetch
from pipelines.cli.capture.phone import phone
from pipelines.cli.capture.pods import pods
from pipelines.cli.capture.record import record, scan
from pipelines.cli.output import escape_unprintable, print_left_out_as_lines, stop
from pipelines.cli.reports.demo import demo
from pipelines.cli.reports.metrics import metrics
from pipelines.cli.reports.report import report
from pipelines.cli.reports.weeks import compare, laps, reference, trend
from pipelines.cli.sessions.attach import attach
from pipelines.cli.sessions.calibrate import calibrate
from pipelines.cli.sessions.export import export
from pipelines.cli.sessions.note import exclude, include, note
from pipelines.cli.sessions.process import import_, process, recover
from pipelines.cli.sessions.swap import swap
from pipelines.cli.upkeep.bench import bench
from pipelines.cli.upkeep.store_care import bundle, forget, migrate
from pipelines.cli.upkeep.validate import validate
from pipelines.cli.upkeep.verify import verify
from pipelines.errors import in_words
from pipelines.name_collision import collision

INTERRUPTED = 130
COMMANDS = (
    demo,
    scan,
    pods,
    check,
    record,
    arm,
    fetch,
    recover,
    swap,
    phone,
    import_,
    process,
    calibrate,
    note,
    exclude,
    include,
    attach,
    report,
    export,
    trend,
    compare,
    reference,
    laps,
    metrics,
    validate,
    verify,
    bench,
    migrate,
    bundle,
    forget,
)
"""In the order in which ``--help`` lists them."""

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, add_completion=False)
for one in COMMANDS:
    app.command(one.__name__.rstrip("_"))(one)


def main() -> None:
    """Entry point: expected trouble is one line on stderr, a bug keeps its traceback."""
    escape_unprintable()
    print_left_out_as_lines()
    if (problem := collision()) is not None:
        stop(problem)
    try:
        if app(sys.argv[1:] or ["--help"], standalone_mode=False) == INTERRUPTED:
            raise KeyboardInterrupt
    except typer.TyperException as error:
        message = error.format_message().strip().rstrip(".")
        stop(f"{' '.join(message.split())}; see midstance --help")
    except (OSError, ValueError) as error:
        stop(in_words(error))
    except (KeyboardInterrupt, typer.Abort):  # Ctrl-C, or no answer to a question
        stop("stopped; what was finished before is kept")
