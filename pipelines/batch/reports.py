"""Write the report of a session unless nothing of its athlete has changed since."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from typing import Final

from pipelines.report import write_report
from pipelines.store.atomic import publish_text
from pipelines.store.files import check_athlete, check_session, people_folder
from pipelines.store.listing import stored_sessions
from pipelines.store.parquet.checked_file import fingerprint
from pipelines.store.session_header import software

MADE_FROM: Final = "<!-- made from {} -->\n"
LAST_LINE: Final = re.compile(rb"<!-- made from ([0-9a-f]{64}) -->\n\Z")


def make_report(store: Path, athlete: str, session: str, folder: Path) -> bool:
    """Write ``<folder>/<athlete>/<session>.html``; False where it was made from the same before."""
    path = folder / check_athlete(athlete) / f"{check_session(session)}.html"
    now = state(store, athlete)
    if (
        path.exists()
        and (known := LAST_LINE.search(path.read_bytes()))
        and known[1] == now.encode()
    ):
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    hidden = path.with_name(f".{path.name}.{token_hex(4)}.tmp.html")
    try:
        write_report(store, athlete, session, hidden)
        page = hidden.read_text(encoding="utf-8")
    finally:
        hidden.unlink(missing_ok=True)
    publish_text(path, page + MADE_FROM.format(now), replace=True)
    return True


def state(store: Path, athlete: str) -> str:
    """Return what differs when the stances of an athlete do, what is stated of her, or midstance.

    A report shows a session among the others, so it depends on all of them.
    """
    digest = sha256(software().encode())
    for path in stored_sessions(store, "stances", athlete).paths:
        digest.update(f"{path.name} {fingerprint(path)}\n".encode())
    for path in sorted(people_folder(store, athlete).glob("*.toml")):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()
