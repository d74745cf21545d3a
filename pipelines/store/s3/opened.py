"""Copy what can be looked at of a store on S3 into a folder, and keep the copy as the store is.

The store itself is read and nothing is put there. Samples stay where they are: no page needs them.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Collection, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Final
from urllib.parse import quote

from pipelines.store.atomic import publish_bytes, publish_text
from pipelines.store.layout import DICTIONARY, KEY, PEOPLE, STORE_FILE
from pipelines.store.s3.bucket import S3, Bucket

ADDRESS: Final = re.compile(r"s3://[^/]+(/[^/]+)*/?")
NEEDED: Final = re.compile(
    rf"(stances|curves|bouts|watch)/{KEY}(?P<of>[a-z][a-z0-9_-]*)/[\w-][\w.-]*\.parquet"
    rf"|{PEOPLE}/(?P<known>[a-z][a-z0-9_-]*)/[\w-][\w.-]*\.toml"
    rf"|{DICTIONARY}/{DICTIONARY}\.parquet|{STORE_FILE}"
)
"""What is copied; all else that a bucket may hold is left alone."""
LAST: Final = ".opened.json"
"""In the copy: which objects it is made of, with size and time of each."""
KEPT_EVERY: Final = 100
"""Files; so many are copied twice at most, where a copy was stopped."""
AT_ONCE: Final = 8
"""Files; one alone waits most of its time for the service to answer."""
State = dict[str, list[int]]


def folder_of(address: str) -> Path:
    """Return where the copy of a store lies; ValueError for what is no address of one."""
    if not ADDRESS.fullmatch(address):
        raise ValueError(f"{address} is not the address of a store; write s3://BUCKET/PREFIX")
    place = address.removeprefix(S3).rstrip("/")
    name = re.sub(r"[^\w.-]", "-", place.rpartition("/")[2]).lstrip(".") or "store"
    kept = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(kept) / "midstance" / "opened" / quote(place, safe="") / name


def refresh(address: str) -> int:
    """Let the copy of a store be as the store is now; return how many files were another.

    OSError with one sentence where the store cannot be read; the copy stays as it was, as far as
    its files had not come yet. FileNotFoundError where there is no store at that address.
    """
    return copy(address, look(address))


def look(address: str) -> State:
    """Return size and time of all that is copied of a store, by name.

    OSError with one sentence: FileNotFoundError where there is no store at that address,
    PermissionError where it may not be read.
    """
    found = Bucket(address).states()
    now = {name: state for name, state in found.items() if NEEDED.fullmatch(name)}
    if not now:
        raise FileNotFoundError(
            f"there is no run to look at in {address}; check bucket and prefix, and let midstance "
            "batch process it"
        )
    return now


def copy(address: str, now: Mapping[str, list[int]]) -> int:
    """Let the copy be as `look` saw the store; return how many files were another.

    What is gone is deleted first, so that also a copy that is cut off has nothing of it. OSError
    with one sentence where a file cannot be fetched or kept; what came before stays.
    """
    root, bucket = folder_of(address), Bucket(address)
    root.mkdir(parents=True, exist_ok=True, mode=0o700)
    gone = [name for name in _there(root) if name not in now]
    for name in gone:
        (root / name).unlink(missing_ok=True)
    _forget(root, _whose(now))
    known = {name: state for name, state in _known(root).items() if name in now}
    new = [name for name in now if now[name] != known.get(name) or not (root / name).is_file()]
    try:
        with ThreadPoolExecutor(AT_ONCE) as threads:
            there = threads.map(lambda name: _fetched(bucket, name, root), new)
            for count, (name, is_there) in enumerate(zip(new, there, strict=True), 1):
                known.pop(name, None)
                if is_there:
                    known[name] = now[name]
                if count % KEPT_EVERY == 0:
                    _keep(root, known)
    finally:
        _keep(root, known)
    return len(new) + len(gone)


def _fetched(bucket: Bucket, name: str, root: Path) -> bool:
    """Fetch an object; say whether it is still there."""
    try:
        data = bucket.get(name)
    except FileNotFoundError:  # since the store was looked at
        (root / name).unlink(missing_ok=True)
        return False
    publish_bytes(root / name, data, replace=True)
    return True


def _there(root: Path) -> list[str]:
    """Return the files of a copy that are copied, whatever is written down of them."""
    every = (path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())
    return [name for name in every if NEEDED.fullmatch(name)]


def _forget(root: Path, stay: Collection[str]) -> None:
    """Delete all folders of those of whom nothing is left, what was computed here among it."""
    for folder in (*root.glob(f"*/{KEY}*"), *(root / PEOPLE).glob("*")):
        if folder.name.removeprefix(KEY) not in stay:
            shutil.rmtree(folder, ignore_errors=True)  # the next time again, where it could not be


def _whose(names: Iterable[str]) -> set[str]:
    found = (NEEDED.fullmatch(name) for name in names)
    return {one["of"] or one["known"] or "" for one in found if one} - {""}


def _known(root: Path) -> State:
    with suppress(OSError, ValueError, AttributeError):
        known = json.loads((root / LAST).read_text(encoding="utf-8"))
        return {str(name): list(state) for name, state in known.items()}
    return {}


def _keep(root: Path, known: Mapping[str, list[int]]) -> None:
    publish_text(root / LAST, json.dumps(known), replace=True)
