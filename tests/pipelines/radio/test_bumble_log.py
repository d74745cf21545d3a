"""What a person at a terminal is spared."""

import subprocess
import sys
from pathlib import Path

import pytest


def test_what_bumble_logs_does_not_reach_the_terminal():
    pytest.importorskip("bumble")
    code = "import logging, pipelines.radio.virtual.radio;"
    code += "logging.getLogger('bumble.host').warning('no pending response')"
    root = Path(__file__).resolve().parents[3]
    said = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True
    )
    assert said.stderr == ""
