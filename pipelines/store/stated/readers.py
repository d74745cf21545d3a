"""Keep who else may look at a store, ``<store>/team/readers.toml``, and who did.

A reader's token is not kept, only its SHA-256: it has 192 random bits, so that no more is needed
against trying. Whoever can read the store's files needs no token.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
import tomllib
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from pipelines.store.atomic import publish_text
from pipelines.store.one_writer import one_writer

TEAM: Final = "team"
NAME: Final = re.compile(r"[a-z][a-z0-9_-]{0,31}")
DIGEST: Final = re.compile(r"[0-9a-f]{64}")
TOKEN_BYTES: Final = 24
HEAD: Final = "# Who else may look at this store. midstance share adds and takes away.\n"


@dataclass(frozen=True)
class Reader:
    """Who may look: the day on which that was given, and the digest of the token."""

    name: str
    made: str
    sha256: str


def readers_path(root: Path) -> Path:
    """Return where the readers of a store are kept."""
    return Path(root) / TEAM / "readers.toml"


def access_path(root: Path) -> Path:
    """Return where is written down what each reader looked at and when, a line of JSON each."""
    return Path(root) / TEAM / "access.log"


def read_readers(root: Path) -> dict[str, Reader]:
    """Return the readers of a store by name; ValueError for a file that is not as it was written.

    None is let in then: a line that cannot be read may be the one that was taken away.
    """
    path = readers_path(root)
    try:
        known = tomllib.loads(path.read_text(encoding="utf-8"))
        return {name: _reader(name, dict(said)) for name, said in known.items()}
    except FileNotFoundError:
        return {}
    except (ValueError, TypeError) as error:
        raise ValueError(f"{path} cannot be read ({error}); correct or delete it") from None


def _reader(name: str, said: dict[str, str]) -> Reader:
    reader = Reader(name, **said)
    if not (NAME.fullmatch(name) and DIGEST.fullmatch(reader.sha256)):
        raise ValueError(f"{name} has no name or no sha256 of a token")
    return reader


def digest_of(token: str) -> str:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()


def add_reader(root: Path, name: str) -> str:
    """Let one more look at a store, and return the token, which is kept nowhere."""
    if not NAME.fullmatch(name):
        raise ValueError(
            f"{name!r} cannot be the name of a reader; begin with a small letter and go on with "
            "small letters, digits, '-' and '_', for example coach"
        )
    token = secrets.token_urlsafe(TOKEN_BYTES)
    readers_path(root).parent.mkdir(exist_ok=True)
    with one_writer(readers_path(root).parent):
        known = read_readers(root)
        if name in known:
            raise ValueError(f"{name} has a token; take that away with --revoke {name} first")
        made = f"{datetime.now(UTC):%Y-%m-%d}"
        _write(root, known | {name: Reader(name, made, digest_of(token))})
    return token


def remove_reader(root: Path, name: str) -> None:
    """Let one no longer look; ValueError for one who is not known."""
    known = read_readers(root)
    if name not in known:
        raise ValueError(f"nobody is called {name}; known are {', '.join(known) or 'none'}")
    with one_writer(readers_path(root).parent):
        _write(root, {one: reader for one, reader in read_readers(root).items() if one != name})


def _write(root: Path, readers: dict[str, Reader]) -> None:
    tables = [
        f'\n[{one.name}]\nmade = "{one.made}"\nsha256 = "{one.sha256}"\n'
        for one in readers.values()
    ]
    publish_text(readers_path(root), HEAD + "".join(tables), replace=True)


def write_down(root: Path, reader: str, *, address: str, method: str, path: str) -> None:
    """Append that a reader asked for `path` from an `address`; OSError where that cannot be."""
    at = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
    said = {"at": at, "reader": reader, "from": address, "method": method, "path": path}
    access_path(root).parent.mkdir(exist_ok=True)
    file = os.open(access_path(root), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(file, f"{json.dumps(said)}\n".encode())  # at once, so that lines never mix
    finally:
        os.close(file)


def unname(root: Path, athlete: str) -> None:
    """Let what was written down no longer say at whose pages readers looked; OSError likewise.

    Each letter of the name becomes a "*" where it stands: a server may append meanwhile.
    """
    pages = re.compile(rb'(?<=/athletes/)%s(?=[/"])' % re.escape(athlete.encode()))
    with suppress(FileNotFoundError), access_path(root).open("r+b") as file:
        for found in pages.finditer(file.read()):
            file.seek(found.start())
            file.write(b"*" * len(found[0]))
