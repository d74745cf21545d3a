"""How to call the command again, and pip, for lines that a person can type as they stand."""

from __future__ import annotations

import sys
from pathlib import Path
from shlex import quote
from shutil import which


def called() -> str:
    """Return how to call the command again: by its path where it is not found by its name."""
    path = Path(sys.argv[0])
    by_path = path.name == "midstance" and which("midstance") is None
    return str(path) if by_path else "midstance"


def with_own_pip(sentence: str) -> str:
    """Return `sentence` with the pip that installs beside this program, if it names pip."""
    found, own = which("pip"), Path(sys.executable)
    beside = found is not None and Path(found).parent == own.parent
    pip = "pip" if beside else f"{quote(str(own))} -m pip"
    return sentence.replace("run pip install ", f"run {pip} install ")
