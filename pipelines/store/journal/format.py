"""The format of a journal: every notification as received, and our own records.

A file of records (`crc_records`), appended and never changed. Stream 0 holds our own JSON records:
first the header, last ``closed``. Stream k >= 1 holds what pod k said, undecoded, `flags` being
the channel.

What all else depends on is repeated throughout the file: the header, and in ``answers``
how each pod began (its configuration above all). Any one copy is enough to read all of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from firmware_protocols.protocol import Packet
from imu.frames import Placement
from pipelines.store.files import session_files
from pipelines.store.journal.clock_steps import ClockStep
from pipelines.store.layout import refuse_link_out

FORMAT: Final = "midstance journal 1"
OWN: Final = 0


@dataclass(frozen=True, slots=True)
class Pod:
    """Which pod a stream of the journal is."""

    placement: Placement
    address: str
    name: str
    protocol: str


@dataclass(frozen=True, slots=True)
class Header:
    """Whose run this is. `started_ns` is the recorder's own clock at `started_utc`.

    `timezone` is the IANA name of the recording machine's zone, "" where that is not known.
    `assumed` says in sentences what was not found in the journal and taken from elsewhere.
    """

    session: str
    athlete: str
    started_utc: str
    started_ns: int
    pods: Mapping[int, Pod]
    assumed: tuple[str, ...] = ()
    timezone: str = ""


class HeaderLostError(ValueError):
    """A journal in which no record says whose run it is and which pods were worn.

    `streams` are the numbers of the pods whose packets are in it all the same.
    """

    def __init__(self, path: Path, streams: Sequence[int]) -> None:
        super().__init__(
            f"{path} has lost its header, which says whose run it is, to damage; "
            "run midstance recover, which reads the rest"
        )
        self.streams = tuple(streams)


@dataclass(frozen=True)
class Journal:
    """What a journal holds: packets of each pod in order of arrival, and our own records.

    `closed` is False for a recording that was interrupted. `damaged_bytes` were no intact record.
    Time never runs backward in it: where the recorder's clock was set back (`clock_steps`), the
    stamps go on from the last one.
    """

    path: Path
    header: Header
    packets: Mapping[int, list[Packet]]
    events: list[Mapping[str, Any]]
    closed: bool
    damaged_bytes: int
    clock_steps: tuple[ClockStep, ...] = ()


def journal_path(store_root: Path, athlete: str, session: str) -> Path:
    """Return where the journal of a session lives."""
    path = session_files(store_root, athlete, session).journal
    refuse_link_out(path)
    return path


def header_fields(header: Header) -> dict[str, Any]:
    """Return a header as the fields of its JSON record, the version of the format first."""
    return {"format": FORMAT, **asdict(header)}
