"""Which logs of which pods are in a store already: what fetches noted in their journals."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from pipelines.capture.fetch.on_its_way import FETCHED
from pipelines.store.files import journals
from pipelines.store.journal.crc_records import records
from pipelines.store.journal.format import OWN

BEGINNING: Final = 1 << 18
"""Bytes of a journal in which a fetch says what it is about: before its first packet of a log."""


def fetched_before(store: Path) -> dict[str, set[str]]:
    """Return the names of all logs that a store has, by the address of their pod."""
    home: dict[str, set[str]] = {}
    for path in journals(store):
        for event in _fetches(path):
            for _, address, name, *_ in event["logs"]:
                home.setdefault(address, set()).add(name)
    return home


def _fetches(path: Path) -> Iterator[dict[str, Any]]:
    with path.open("rb") as file:
        data = file.read(BEGINNING)
    for stream, _, _, payload in records(data):
        if stream == OWN and (event := json.loads(payload))["kind"] == FETCHED:
            yield event
