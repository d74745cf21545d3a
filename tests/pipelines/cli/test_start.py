"""Asking what the command can do must not load what it computes with."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from pipelines import cli

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
COMMANDS = sorted(typer.main.get_command(cli.app).commands)


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


def test_the_list_of_what_is_heavy_would_be_noticed():
    """A command that computes does load it: the names above are those of real modules."""
    printed, loaded = asked("metrics", "--json")
    assert json.loads(printed)["metrics"]
    assert {"imu", "numpy"} <= loaded


def test_the_list_of_commands_cuts_no_line_short():
    printed, _ = asked("--help")
    commands = printed.partition("Commands:")[2].strip().splitlines()
    assert len(commands) == len(COMMANDS)
    assert [line for line in commands if line.endswith("...")] == []
