"""The list of the commands of ``midstance``.

A command is imported when it is typed, and what it computes with inside it, so that asking for help
takes no time.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Command(NamedTuple):
    """One command: in which module of `pipelines.cli` its function is, and what it does in short.

    That is the first sentence of its help.
    """

    module: str
    summary: str


COMMANDS: Final = {
    "demo": Command("reports.demo", "Show everything without a pod, from recording to report."),
    "scan": Command("capture.record", "List the pods nearby."),
    "pods": Command("capture.pods", "List the pods nearby, how they are and where worn."),
    "check": Command("capture.check", "Check that the pods are worn right, or what is in files."),
    "record": Command("capture.record", "Record a run from the pods nearby, until Ctrl-C."),
    "arm": Command("capture.arm", "Let the pods record on board, for a run without a laptop."),
    "fetch": Command("capture.fetch", "Fetch what the pods recorded on board."),
    "doctor": Command("upkeep.doctor", "Say whether this machine can record, and what cures it."),
    "recover": Command("sessions.process", "Finish interrupted recordings."),
    "swap": Command("sessions.swap", "Exchange the pods of two placements of a session."),
    "phone": Command("capture.phone", "Hand out the page that records pods on a phone."),
    "import": Command("sessions.process", "Import a recording of another system."),
    "process": Command(
        "sessions.process", "Find the stances of stored sessions again, with this version."
    ),
    "batch": Command("sessions.batch", "Process many sessions by many processes, or a cluster."),
    "calibrate": Command(
        "sessions.calibrate", "Correct a runner's speed by a run of known distance."
    ),
    "note": Command("sessions.note", "State what you know of a run, or show it."),
    "exclude": Command("sessions.note", "Keep a run out of what is usual for the runner."),
    "include": Command("sessions.note", "Let a run count as usual again."),
    "attach": Command("sessions.attach", "Merge a watch file into a session by time."),
    "report": Command(
        "reports.report", "Compare a session with the runner's own past: HTML or PDF."
    ),
    "serve": Command("reports.serve", "Show all runners, their weeks and runs in a browser."),
    "open": Command("reports.serve", "Show a store on S3 in a browser, to look only."),
    "share": Command("reports.share", "Let others look at a store by a token, or no longer."),
    "mcp": Command("reports.mcp", "Hand verdicts, definitions and series to an assistant to read."),
    "export": Command("sessions.export", "Write a session in a format that other programs read."),
    "trend": Command("reports.weeks", "Say what has changed over weeks of a runner."),
    "compare": Command("reports.weeks", "Hold two sets of a runner's runs against each other."),
    "reference": Command("reports.weeks", "Choose the runs that say what is usual, or show them."),
    "laps": Command(
        "reports.weeks", "Hold two conditions of one run, in laps, against each other."
    ),
    "metrics": Command("reports.metrics", "Print the data dictionary: what every column means."),
    "validate": Command("upkeep.validate", "Score everything against known truth."),
    "verify": Command("upkeep.verify", "Check stored sessions for damage."),
    "bench": Command("upkeep.bench", "Time everything on this machine, as ratios inside one run."),
    "migrate": Command(
        "upkeep.store_care", "Move a store of an earlier version to today's folders."
    ),
    "bundle": Command(
        "upkeep.store_care", "Put all that a store holds of an athlete into one file."
    ),
    "forget": Command("upkeep.store_care", "Delete all that a store holds of an athlete."),
}
"""In the order in which ``--help`` lists them."""


def overview() -> str:
    """Return what ``--help`` prints."""
    width = max(map(len, COMMANDS)) + 2
    rows = [f"  {name:<{width}}{command.summary}" for name, command in COMMANDS.items()]
    usage = "Usage: midstance [OPTIONS] COMMAND [ARGS]..."
    options = "  --help  Show this message and exit."
    return "\n".join([usage, "", "Options:", options, "", "Commands:", *rows, ""])
