"""What tutorials and how-to pages say to type does what they say, one page after the other.

One folder for all: the store of the demo lies in it, and what a page changes the next one finds.
"""

import re
import shlex
import shutil
import sys
from pathlib import Path

import pytest

pytest.importorskip("bumble")
pytest.importorskip("duckdb")
pytest.importorskip("polars")

from pipelines import cli

ROOT = Path(__file__).resolve().parents[1]
PAGES = [
    *(ROOT / "docs" / "tutorials" / f"{name}.md" for name in ("runner", "coach", "analyst")),
    *(
        ROOT / "docs" / "how_to" / f"{name}.md"
        for name in ("record", "after_a_run", "compare", "bring_in", "hand_on", "store")
    ),
]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.M | re.S)
IN_REAL_TIME = {"check ana --virtual", "record ana --virtual"}
"""Typed in a terminal of its own by tests/pipelines/cli/test_virtual.py."""
WHOEVER_LOOKS = " || true"
"""Behind a command whose exit code tells of this machine, and so of no page."""


@pytest.fixture(scope="module")
def here(demo_compensating, tmp_path_factory):
    """A folder after ``midstance demo``, with the data of the repository."""
    _, _, _, report = demo_compensating
    folder = tmp_path_factory.mktemp("here")
    shutil.copytree(report.path.parent, folder / "midstance-demo")
    shutil.copytree(ROOT / "data", folder / "data")
    return folder


def midstance(line, monkeypatch):
    """Run one line of a block in this process; anything but an exit code of 0 is a failure."""
    command = line.removesuffix(WHOEVER_LOOKS)
    monkeypatch.setattr(sys, "argv", shlex.split(command, comments=True))
    failed = None
    try:
        cli.main()
    except SystemExit as end:
        failed = end.code
    assert not failed or command != line, f"{line}: {failed}"


def typed(text, monkeypatch):
    session = sorted(Path("midstance-demo/store/stances").rglob("*.parquet"))
    last = session[-1].name.partition(".")[0] if session else ""
    for line in text.replace("SESSION", last).splitlines():
        assert line.startswith("midstance "), line
        if line == "midstance demo":
            assert Path("midstance-demo/report.html").exists()
        elif line.removeprefix("midstance ") not in IN_REAL_TIME:
            midstance(line, monkeypatch)


@pytest.mark.parametrize("page", PAGES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_block_of_a_page_does_what_it_says(page, here, monkeypatch, capsys):
    monkeypatch.chdir(here)
    known = {}
    blocks = BLOCK.findall(page.read_text(encoding="utf-8"))
    assert blocks
    for kind, text in blocks:
        if kind == "sh":
            typed(text, monkeypatch)
        elif kind == "python":
            exec(compile(text, str(page), "exec"), known)
        elif kind == "text":
            said = " ".join(capsys.readouterr().out.split())
            assert [part for part in " ".join(text.split()).split("…") if part not in said] == []
        else:
            assert kind == "toml"


def test_the_pages_are_all_there_are():
    found = {path for name in ("tutorials", "how_to") for path in (ROOT / "docs" / name).iterdir()}
    assert found == set(PAGES)


def test_a_block_that_fails_would_be_noticed(here, monkeypatch):
    monkeypatch.chdir(here)
    with pytest.raises(AssertionError, match="no athlete bob"):
        typed("midstance report bob --store midstance-demo/store\n", monkeypatch)
