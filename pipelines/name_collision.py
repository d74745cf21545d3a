"""Find another installed distribution that owns a package name of ours, from pip's own records.

`imu` and `pipelines` are names that anybody may use, and pip overwrites the files of one with those
of the other without a word: what runs afterwards is a mixture. The record files are read directly,
because `importlib.metadata` takes longer than all the rest of starting the command.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from importlib.machinery import PathFinder
from pathlib import Path
from typing import Final

OUR_DISTRIBUTION: Final = "midstance"
OUR_PACKAGES: Final = ("imu", "firmware_protocols", "pipelines")
OUR_FOLDER: Final = Path(__file__).resolve().parents[1]
ADVICE: Final = "install midstance in an environment of its own"

_PLAIN: Final = tuple(package.encode() for package in OUR_PACKAGES)
_PACKAGE: Final = rb"^(" + "|".join(OUR_PACKAGES).encode() + rb")"
_INSTALLED_FILE: Final = re.compile(_PACKAGE + rb"(?:/|\.(?:pyd?|[^/,\n]*so),)", re.MULTILINE)
_TOP_LEVEL_NAME: Final = re.compile(_PACKAGE + rb"\s*$", re.MULTILINE)


def collision(search_path: Iterable[str] | None = None) -> str | None:
    """Return a sentence naming another owner of a package name of ours, and what to do; or None.

    `search_path` is where Python looks for packages (default: `sys.path`).
    """
    folders = list(sys.path if search_path is None else search_path)
    owners = sorted({owner for folder in folders for owner in _other_owners(Path(folder))})
    if owners:
        distribution, package = owners[0]
        return (
            f"{distribution}, installed here too, has a package named {package} as well; {ADVICE}"
        )
    for package in OUR_PACKAGES:
        found = _found_in(package, folders)
        if found is not None and found != OUR_FOLDER:
            return f"Python finds another package named {package}, in {found}; {ADVICE}"
    return None


def _other_owners(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield (distribution with its version, package name of ours) for what `folder` records."""
    for record in (*folder.glob("*.dist-info"), *folder.glob("*.egg-info")):
        distribution = record.stem.replace("-", " ", 1)
        if distribution.partition(" ")[0] == OUR_DISTRIBUTION:
            continue
        for name, pattern in (("RECORD", _INSTALLED_FILE), ("top_level.txt", _TOP_LEVEL_NAME)):
            content = _content(record / name)
            # A search for plain bytes is many times faster than one for a pattern.
            if any(package in content for package in _PLAIN):
                for package in set(pattern.findall(content)):
                    yield distribution, package.decode()


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""  # not every installer writes both files


def _found_in(package: str, folders: list[str]) -> Path | None:
    """Return the folder in which Python finds `package` first, without importing it."""
    spec = PathFinder.find_spec(package, folders)
    if spec is None or spec.origin is None:
        return None
    file = Path(spec.origin).resolve()
    return file.parents[1] if file.stem == "__init__" else file.parent
