"""Asking what the command can do must not load what it computes with."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from pipelines import cli
from pipelines.cli import commands
from pipelines.cli.entry import THREADS

ROOT = Path(__file__).resolve().parents[3]
HEAVY = {
    "altair",
    "asyncio",
    "bleak",
    "bumble",
    "imu",
    "firmware_protocols",
    "jinja2",
    "numpy",
    "pandas",
    "pyarrow",
    "rich",
    "scipy",
    "vl_convert",
    "vqf",
}
ASK = """
import json, sys
from pipelines import cli
sys.argv = ["midstance", *sys.argv[1:]]
try:
    cli.main()
finally:
    print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})), file=sys.stderr)
"""
GROUP = typer.main.get_command(cli.app)
COMMANDS = sorted(GROUP.commands)


def asked(*words):
    """Run the command in a fresh Python; return its standard output and what was loaded."""
    done = subprocess.run(
        [sys.executable, "-c", ASK, *words], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return done.stdout, set(json.loads(done.stderr.splitlines()[-1]))


@pytest.mark.parametrize("words", [["--help"], [], *([name, "--help"] for name in COMMANDS)])
def test_help_loads_nothing_heavy(words):
    printed, loaded = asked(*words)
    assert "Usage: " in printed
    assert loaded & HEAVY == set()


def test_the_list_of_commands_is_printed_without_reading_any():
    printed, loaded = asked("--help")
    assert printed == GROUP.get_help(typer.Context(GROUP)) + "\n"
    assert "typer" not in loaded


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_says_of_a_command_what_its_own_help_begins_with(name):
    assert GROUP.commands[name].help.startswith(commands.COMMANDS[name].summary)
    assert commands.COMMANDS[name].summary.endswith(".")


def test_the_list_of_what_is_heavy_would_be_noticed():
    """A command that computes does load it: the names above are those of real modules."""
    printed, loaded = asked("metrics", "--json")
    assert json.loads(printed)["metrics"]
    assert {"imu", "numpy"} <= loaded


@pytest.mark.parametrize(("given", "threads"), [({}, "1"), ({"OPENBLAS_NUM_THREADS": "3"}, "3")])
def test_a_command_multiplies_in_one_thread_unless_told_otherwise(given, threads):
    code = f"import atexit, os; atexit.register(lambda: print(os.environ[{THREADS[0]!r}]));" + ASK
    plain = {name: value for name, value in os.environ.items() if name not in THREADS}
    done = subprocess.run(
        [sys.executable, "-c", code, "process", "--help"],
        cwd=ROOT,
        env=plain | given,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == threads


def test_the_list_of_commands_cuts_no_line_short():
    printed, _ = asked("--help")
    listed = printed.partition("Commands:")[2].strip().splitlines()
    assert len(listed) == len(COMMANDS)
    assert [line for line in listed if len(line) > 80] == []
