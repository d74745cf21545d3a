"""What the site adds to the pages of docs/: tables made from the registry, links that lead on.

MkDocs calls the functions that begin with ``on_``.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[2]
FROM_OUTSIDE: Final = {
    "project/contributing.md": "CONTRIBUTING.md",
    "project/changelog.md": "CHANGELOG.md",
    "project/recordings.md": "data/README.md",
    "project/findings.md": "findings/README.md",
}
"""Pages that are files of the repository outside docs/."""
PAGE_OF: Final = {path: page for page, path in FROM_OUTSIDE.items()} | {"README.md": "index.md"}
LINK: Final = re.compile(r"(!?)\[([^\]]*)\]\(([^)#\s]+)(#[^)\s]*)?\)")
DECISIONS: Final = "decisions/README.md"


def on_config(config: Any) -> Any:
    """List the decisions in the order of their own index."""
    index = (Path(config.docs_dir) / DECISIONS).read_text(encoding="utf-8")
    pages = [f"decisions/{name}" for name in re.findall(r"^- .*\]\((\w+\.md)\)", index, re.M)]
    section = next(one for one in config.nav if "Decisions" in one)
    section["Decisions"] = [DECISIONS, *pages]
    return config


def on_files(files: Any, config: Any) -> Any:
    """Add the pages that are made from the registry, and those that lie elsewhere."""
    from mkdocs.structure.files import File

    for page, make in MADE.items():
        files.append(File.generated(config, page, content=make()))
    for page, path in FROM_OUTSIDE.items():
        text = (ROOT / path).read_text(encoding="utf-8")
        files.append(File.generated(config, page, content=text))
    return files


def on_page_markdown(markdown: str, *, page: Any, config: Any, files: Any) -> str:  # noqa: ARG001
    """Let links lead to the page of a file; what has none keeps its words and its path."""
    at = page.file.src_uri
    source = FROM_OUTSIDE.get(at, f"docs/{at}")

    def led(link: re.Match[str]) -> str:
        picture, words, target, part = link.groups(default="")
        if "://" in target:
            return link[0]
        path = posixpath.normpath(posixpath.join(posixpath.dirname(source), target))
        uri = PAGE_OF.get(path) or path.removeprefix("docs/")
        if path not in PAGE_OF and not path.startswith("docs/"):
            return words if words.strip("`") == path else f"{words} (`{path}`)"
        return f"{picture}[{words}]({posixpath.relpath(uri, posixpath.dirname(at) or '.')}{part})"

    return LINK.sub(led, markdown)


def data_dictionary() -> str:
    """Return every metric and column with all that is declared of it."""
    from pipelines.cli.reports.dictionary import entries, other_tables

    parts = [
        "# Data dictionary",
        "Made from the declarations from which the columns are written too: `midstance metrics` "
        "prints the same. *Measured* says how well a number is measured, *matters* how surely it "
        "goes with injuries in runners; the two are never mixed.",
    ]
    for theme, group in groupby(entries(), lambda entry: str(entry["theme"])):
        rows = list(group)
        parts += [f"## {theme[0].upper()}{theme[1:]}", _in_short(rows)]
        parts += [_in_full(entry) for entry in rows]
    parts += [
        "## The other tables",
        "Above is all that `stances` has. `sessions` has the median of each metric, and each "
        "number of a session, with the leg before its name, as in `left_contact_time_s`, and the "
        "change over the run of those that are compared, as in `left_drift_pelvic_drop_deg`. What "
        "else there is:",
    ]
    for table, columns in other_tables().items():
        rows_of = ((_name(one["column"]), one["unit"], _plain(one["doc"])) for one in columns)
        parts += [f"### `{table}`", _table(("column", "unit", "what"), rows_of)]
    return "\n\n".join(parts) + "\n"


def _in_short(rows: Sequence[Mapping[str, Any]]) -> str:
    return _table(
        ("column", "what", "unit", "measured", "matters"),
        (
            (
                f"[{_name(one['name'])}](#{one['name']})",
                _plain(one["label"]),
                _plain(one["unit"]),
                one.get("how well it is measured", ""),
                one.get("how surely it matters", ""),
            )
            for one in rows
        ),
    )


def _in_full(entry: Mapping[str, Any]) -> str:
    left_out = ("name", "label", "unit", "theme", "definition")
    rows = [
        (key, _plain(_said(value)))
        for key, value in entry.items()
        if key not in left_out and value not in ("", None)
    ]
    unit = f" [{entry['unit']}]" if entry["unit"] else ""
    title = f"### `{entry['name']}`{unit} {{ #{entry['name']} }}"
    text = f"**{_plain(entry['label'])}.** {_plain(entry['definition'])}"
    return "\n\n".join([title, text, _table(("", ""), rows)])


def _name(name: str) -> str:
    """Return a name as code that may break behind its underscores."""
    return f"<code>{name.replace('_', '_<wbr>')}</code>"


def _said(value: Any) -> Any:
    return {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value


def words() -> str:
    """Return the words that the report explains."""
    from pipelines.glossary import IN_PASSING, WORDS

    listed = [(f"**{word}**", _plain(text)) for word, text in WORDS.items()]
    passing = [(f"**{word}**", _plain(text)) for word, text in IN_PASSING.items()]
    return "\n\n".join(
        [
            "# Words",
            "As the report explains them.",
            _table(("word", "meaning"), listed),
            "## In passing",
            "Explained in brackets where they are first used.",
            _table(("word", "meaning"), passing),
        ]
    )


def commands() -> str:
    """Return the help of every command."""
    import typer

    from pipelines.cli import app
    from pipelines.cli.commands import COMMANDS

    group: Any = typer.main.get_command(app)
    parts = ["# Commands", "What `midstance COMMAND --help` prints."]
    for name in COMMANDS:
        one = group.commands[name]
        with typer.Context(one, info_name=f"midstance {name}", terminal_width=78) as context:
            parts += [f"## {name}", f"```text\n{one.get_help(context).rstrip()}\n```"]
    return "\n\n".join(parts) + "\n"


def protocols() -> str:
    """Return what pods of each firmware can do, as their modules declare it."""
    from pipelines.protocols import PROTOCOLS

    head = (
        "protocol", "rates", "acceleration", "turning", "best clock", "every loss shows",
        "kept for a lost link", "records on board", "says who it is", "blinks",
    )  # fmt: skip
    rows = [
        (
            _name(name),
            _numbers(can.rates_hz, "Hz"),
            _numbers(can.acc_ranges_g, "g", "±"),
            _numbers(can.gyr_ranges_dps, "°/s", "±"),
            CLOCKS[can.clock],
            _yes(of=can.shows_loss),
            "the pod says" if can.keeps_s is None else f"{can.keeps_s:g} s",
            _yes(of=protocol.log is not None),
            _yes(of=protocol.about is not None),
            _yes(of=protocol.identify is not None),
        )
        for name, protocol in PROTOCOLS.items()
        for can in [protocol.capabilities]
    ]
    return "\n\n".join(
        [
            "# Pods and protocols",
            "Made from what each protocol declares (`Capabilities` in "
            "`firmware_protocols/protocol.py`). Where a pod answers for itself, its answer counts. "
            "None of these pods has been on our bench; the [guide to the pods](../pod_guide.md) "
            "says which to take, and [the decision](../decisions/protocols_and_clocks.md) how they "
            "are spoken to.",
            _table(head, rows),
        ]
    )


CLOCKS: Final = {
    "synced": "one for all pods",
    "device": "its own",
    "host": "none: time of arrival",
}


def _yes(*, of: bool) -> str:
    return "yes" if of else "no"


def _numbers(values: Sequence[float], unit: str, sign: str = "") -> str:
    if not values:
        return "the pod says"
    return f"{sign}{', '.join(f'{value:g}' for value in sorted(values))} {unit}"


def what_it_can_tell() -> str:
    """Return what the report says of its limits, and how much is known of each measure."""
    from imu.metrics import METRICS
    from pipelines.report.words.limits import CAN, CANNOT, LIMITS

    measured = [metric.measured.tag for metric in METRICS.values()]
    matters = [metric.matters.tag for metric in METRICS.values()]
    return "\n\n".join(
        [
            "# What this can and cannot tell you",
            "These are the report's own words, printed at the end of every report.",
            "## It can\n\n" + _listed(CAN),
            "## It cannot\n\n" + _listed(CANNOT),
            "## Why\n\n" + _listed(LIMITS),
            "## How much is known of each measure",
            "Each measure has two tags. Here is how many have which; the [data "
            "dictionary](reference/data_dictionary.md) has them one by one, with the studies.",
            _table(("how well it is measured", "measures"), _counted(measured)),
            _table(("how surely it matters for injuries", "measures"), _counted(matters)),
            "[Every measured error](validity.md) says how far the numbers are off, and at its end "
            "what has not been validated at all: among it every angle on a person.",
        ]
    )


def _counted(tags: Sequence[str]) -> list[tuple[str, str]]:
    return [(tag, str(tags.count(tag))) for tag in dict.fromkeys(tags)]


def _listed(lines: Iterable[str]) -> str:
    return "\n".join(f"- {_plain(line)}" for line in lines)


def _table(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(str(cell) for cell in line)} |" for line in lines)


def _plain(text: Any) -> str:
    """Return a text as it reads in Markdown, on one line."""
    line = re.sub(r"([*_`\[\]])", r"\\\1", escape(str(text), quote=False))
    return " ".join(line.replace("|", "&#124;").split())


MADE: Final[Mapping[str, Callable[[], str]]] = {
    "reference/data_dictionary.md": data_dictionary,
    "reference/words.md": words,
    "reference/commands.md": commands,
    "reference/protocols.md": protocols,
    "what_it_can_tell.md": what_it_can_tell,
}
