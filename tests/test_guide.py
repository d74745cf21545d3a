"""What README and the guide to the pods say to type is understood, and what they quote is said."""

import ast
import re
import shlex
import tomllib
from pathlib import Path

import pytest
import typer

from pipelines.cli import app
from pipelines.store.stated.cues import LINES, read_cues

ROOT = Path(__file__).resolve().parents[1]
GUIDE = ROOT / "docs" / "pod_guide.md"
PAGES = [
    ROOT / "README.md",
    ROOT / "data" / "README.md",
    *sorted((ROOT / "docs").glob("*.md")),
    *sorted((ROOT / "docs" / "decisions").glob("*.md")),
    *sorted((ROOT / "docs" / "tutorials").glob("*.md")),
    *sorted((ROOT / "docs" / "how_to").glob("*.md")),
]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.M | re.S)
PARTS = re.compile(r"&&|\|\|")
INLINE = re.compile(r"(?<!`)`(midstance\s[^`]+)`(?!`)")
ITALICS = re.compile(r"(?<!\*)\*(?!\s)([^*]+?)\*(?!\*)")
INCOMPLETE = ("Missing",)
"""How typer begins where a text names a command without what it takes."""


def typed(text):
    """Return the words of each command line in the blocks of a page; comments are left out."""
    blocks = [block for kind, block in BLOCK.findall(text) if kind == "sh"]
    lines = [part for block in blocks for line in block.splitlines() for part in PARTS.split(line)]
    words = [shlex.split(line, comments=True) for line in lines]
    return [line[1:] for line in words if line and Path(line[0]).name == "midstance"]


def named(text):
    """Return the words of each command that a page names within a sentence."""
    found = INLINE.findall(BLOCK.sub("", text))
    return [shlex.split(" ".join(one.split()))[1:] for one in found]


def trouble(words):
    """Return what the command has against these words, "" for nothing."""
    words = [word for word in words if word != "--help"]  # which every command has
    if not words:
        return ""
    name, *rest = words
    group = typer.main.get_command(app)
    with group.make_context("midstance", [name], resilient_parsing=True) as context:
        command = group.get_command(context, name)
        if command is None:
            return f"There is no command {name}"
        try:
            command.make_context(name, rest, parent=context, resilient_parsing=False)
        except typer.TyperException as error:
            return error.format_message()
    return ""


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_command_to_type_is_understood(page):
    text = page.read_text(encoding="utf-8")
    wrong = [(words, said) for words in typed(text) if (said := trouble(words))]
    wrong += [
        (words, said)
        for words in named(text)
        if (said := trouble(words)) and not said.startswith(INCOMPLETE)
    ]
    assert wrong == []


def test_the_two_pages_of_a_newcomer_have_commands_to_type():
    assert len(typed((ROOT / "README.md").read_text(encoding="utf-8"))) > 15
    assert len(typed(GUIDE.read_text(encoding="utf-8"))) > 5


@pytest.mark.parametrize("words", [["sesions"], ["fetch", "ana", "--lst"], ["laps"], ["check"]])
def test_a_command_that_is_none_is_noticed(words):
    assert trouble(words)


def sentences():
    """Return the texts in the code, parts of f-strings each by itself, docstrings left out."""
    found = []
    for package in ("imu", "pipelines", "firmware_protocols"):
        for path in (ROOT / package).rglob("*.py"):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            docs = {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Expr)}
            found += [
                node.value.casefold()
                for node in ast.walk(tree)
                if isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and id(node) not in docs
            ]
    page = (ROOT / "pipelines" / "phone" / "page").glob("*.js")
    return [*found, *(path.read_text(encoding="utf-8").casefold() for path in page)]


def test_what_the_guide_quotes_is_said_somewhere():
    text = BLOCK.sub("", GUIDE.read_text(encoding="utf-8"))
    quotes = {" ".join(quote.split()) for quote in ITALICS.findall(text)} - {"italics"}
    assert len(quotes) > 15
    said = sentences()
    parts = {
        part
        for quote in quotes
        for part in re.split(r"…|\(…\)", quote.casefold())
        if re.search(r"\w\w", part)
    }
    assert [part for part in sorted(parts) if not any(part.strip() in one for one in said)] == []


def test_the_cues_of_the_page_on_recording_are_taken(tmp_path):
    page = ROOT / "docs" / "how_to" / "record.md"
    blocks = BLOCK.findall(page.read_text(encoding="utf-8"))
    (cues,) = [text for kind, text in blocks if kind == "toml" and "[[cue]]" in text]
    assert all(re.search(rf"\b{line}\b", cues) for line in LINES)
    (tmp_path / "cues.toml").write_text(cues, encoding="utf-8")
    (cue,) = read_cues(tmp_path / "cues.toml")
    (stated,) = tomllib.loads(cues)["cue"]
    assert (cue.metric, cue.side, cue.least_s, cue.bell) == (
        stated["metric"],
        stated["side"],
        stated["least_s"],
        stated["bell"],
    )
