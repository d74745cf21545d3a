"""How to call the command again, for lines that a person can type as they stand."""

from __future__ import annotations

import sys
from pathlib import Path
from shutil import which


def called() -> str:
    """Return how to call the command again: by its path where it is not found by its name."""
    path = Path(sys.argv[0])
    by_path = path.name == "midstance" and which("midstance") is None
    return str(path) if by_path else "midstance"
