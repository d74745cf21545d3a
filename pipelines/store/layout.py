"""Know a store by its layout: which folder holds which kind of file, and which version of that.

::

    store/stances/athlete=ana/2026-11-22-a1b2.stances.parquet     tables, one kind to a folder:
    store/{raw,curves,bouts,watch,sessions}/athlete=ana/…         any engine reads one as one table
    store/dictionary/dictionary.parquet                           what every column means
    store/people/ana/                                             athlete.toml, contexts of runs,
                                                                  and where she stands (a copy)
    store/journal/ana/                                            what the pods said, as received
    store/rig.toml, store/store.toml                              pods worn; version of the layout
"""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Final

from pipelines.store.atomic import publish_text

VERSION: Final = 2
STORE_FILE: Final = "store.toml"
OF_SESSIONS: Final = ("raw", "stances", "curves", "bouts", "watch")
"""The kinds of tables that have one file for each session."""
SESSIONS: Final = "sessions"
TABLES: Final = (*OF_SESSIONS, SESSIONS)
DICTIONARY: Final = "dictionary"
PEOPLE: Final = "people"
JOURNAL: Final = "journal"
KEY: Final = "athlete="
"""The hive key of a table's folders; so no column of these tables has that name."""
BY_FOLDER: Final = f"hive_partitioning = true, hive_types = {{'{KEY.rstrip('=')}': varchar}}"
"""How DuckDB reads them: an athlete who is called 12 is no number."""

LEADS_OUT: Final = "leads out of its store by a link; put what it leads to in its place"


class OtherLayoutError(ValueError):
    """A store of another layout than this version writes; the text says what to do."""


def store_folder(path: str | Path) -> Path:
    """Return the folder of a store; FileNotFoundError or ValueError where it is none."""
    refuse_address(path)
    if "://" in str(path):
        raise ValueError(f"{path} is not a folder; copy the store to a folder and open that")
    root = Path(path)
    if not root.is_dir():
        raise FileNotFoundError(
            f"there is no store in {root}; record or import a session, or run midstance demo"
        )
    check_layout(root)
    return root


def store_below(root: Path) -> Path | None:
    """Return the store in the folder `root`, where the demo and people put one; None without."""
    below = root / "store"
    return below if any(below.glob(f"*/{KEY}*")) else None


def check_layout(root: Path) -> None:
    """Raise OtherLayoutError for a store that an older or a newer midstance laid out.

    ValueError for one that is in no folder.
    """
    refuse_address(root)
    root = Path(root)
    check_version(root)
    if not of_layout_1(root):
        return
    if root.name in TABLES:
        raise OtherLayoutError(f"{root} is a part of a store; name {root.parent} instead")
    raise OtherLayoutError(
        f"{root} is a store of an earlier midstance; run midstance migrate {root}, which loses "
        "nothing"
    )


def refuse_address(root: str | Path) -> None:
    """Raise ValueError for a store on S3, where only `pipelines.batch` works."""
    if str(root).startswith("s3:/"):  # as a path the second slash is gone
        raise ValueError(
            f"{root} is on S3, where only midstance batch and open work; copy it to a folder (aws "
            "s3 sync) and name that"
        )


def check_version(root: Path) -> None:
    """Raise OtherLayoutError for a store that a newer midstance laid out."""
    if (version := _version(root / STORE_FILE)) > VERSION:
        raise OtherLayoutError(
            f"{root} was laid out by a newer midstance (layout {version}); update midstance"
        )


def of_layout_1(root: Path) -> list[Path]:
    """Return the folders of athletes as layout 1 had them, right in the store."""
    try:
        names = os.listdir(root)  # noqa: PTH208  (this is asked for every session)
    except OSError:
        return []
    return [root / name for name in sorted(names) if name.startswith(KEY)]


def mark_layout(root: Path) -> None:
    """Write the version of the layout into a store that does not have it."""
    path = Path(root) / STORE_FILE
    if path.exists():
        return
    words = "# A store of midstance. Its version, by which programs know how it is laid out:\n"
    publish_text(path, f"{words}layout = {VERSION}\n", replace=True)


def _version(path: Path) -> int:
    try:
        version = tomllib.loads(path.read_text(encoding="utf-8")).get("layout")
    except (FileNotFoundError, NotADirectoryError):
        return 0
    except (OSError, ValueError) as error:
        raise OtherLayoutError(
            f"{path} cannot be read ({error}); restore it, or delete it if the store is of this "
            "version"
        ) from None
    return version if isinstance(version, int) else 0


def refuse_link_out(path: Path) -> None:
    """Raise OSError for a file of a store that links lead out of it.

    `path` lies three below the store, as all files of an athlete do, or two, as the dictionary.
    """
    path = Path(os.path.abspath(path))  # noqa: PTH100  (links are not to be followed here)
    depth = 2 if path.name == f"{DICTIONARY}.parquet" else 3
    if len(path.parents) < depth:
        return
    root = os.path.realpath(path.parents[depth - 1])
    if os.path.commonpath([root, os.path.realpath(path)]) != root:
        raise OSError(f"{path} {LEADS_OUT}")
