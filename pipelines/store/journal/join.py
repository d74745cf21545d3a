"""Put several journals of one run together: a page that was reloaded, or a log beside a stream."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import pairwise
from typing import Any, Final

from pipelines.store.files import session_name
from pipelines.store.journal.crc_records import frame
from pipelines.store.journal.format import OWN, Header, Journal, Pod, header_fields

MOST_APART: Final = timedelta(hours=2)
US_IN_NS: Final = 1000
Record = tuple[int, bytes]
"""Host time in ns, and the record as bytes."""


def joined_header(journals: Sequence[Journal]) -> Header:
    """Return the header of the run that journals, in the order of their beginning, are parts of.

    A pod keeps one stream, which is known by its place and name: a browser may call it anew. Raises
    ValueError, one sentence, where they are of two runners, or too far apart.
    """
    first = journals[0].header
    for journal in journals[1:]:
        if journal.header.athlete != first.athlete:
            raise ValueError(
                f"{journals[0].path.name} is a run of {first.athlete} and {journal.path.name} one "
                f"of {journal.header.athlete}; import them one at a time"
            )
    for before, after in pairwise(journals):
        apart = datetime.fromisoformat(after.header.started_utc) - _ended(before)
        if apart > MOST_APART:
            raise ValueError(
                f"{before.path.name} ends {apart.total_seconds() / 3600:.0f} h before "
                f"{after.path.name} begins, so they are not of one run; import them one at a time"
            )
    pods = dict(enumerate(dict.fromkeys(_every_pod(journals)), start=1))
    words = "/".join(journal.header.session for journal in journals)
    word = sha256(words.encode()).hexdigest()[:4]
    session = session_name(datetime.fromisoformat(first.started_utc), f"{word}-joined")
    assumed = dict.fromkeys(one for journal in journals for one in journal.header.assumed)
    return replace(first, session=session, pods=pods, assumed=tuple(assumed))


def joined_bytes(journals: Sequence[Journal], header: Header) -> bytes:
    """Return the closed journal that holds all of these, on the clock of the first.

    A record that is in several is taken once, so a part that is joined again changes nothing.
    """
    records = sorted(
        (record for journal in journals for record in _records(journal, header)),
        key=lambda record: record[0],
    )
    begins = _own(header.started_ns, "header", header_fields(header))
    last_ns = records[-1][0] if records else header.started_ns
    ends = _own(last_ns, "closed", header_fields(header))
    parts = [journal.header.session for journal in journals]
    joined = _own(header.started_ns, "joined", {"sessions": parts})
    once = dict.fromkeys([joined, *(record for _, record in records)])
    return b"".join([begins, *once, ends])


def _every_pod(journals: Sequence[Journal]) -> Iterator[Pod]:
    known: dict[tuple[str, str, str], Pod] = {}
    for journal in journals:
        for pod in journal.header.pods.values():
            yield known.setdefault(pod_key(pod), pod)


def pod_key(pod: Pod) -> tuple[str, str, str]:
    """Return by what a pod is known in several journals."""
    return pod.placement, pod.name, pod.protocol


def later_ns(journal: Journal, header: Header) -> int:
    """Return what is added to a host time of `journal` to have it on the clock of `header`."""
    own = journal.header
    began = datetime.fromisoformat(own.started_utc) - datetime.fromisoformat(header.started_utc)
    return header.started_ns + round(began / timedelta(microseconds=1)) * US_IN_NS - own.started_ns


def _ended(journal: Journal) -> datetime:
    header = journal.header
    last_ns = max(
        (packets[-1].host_ns for packets in journal.packets.values() if packets),
        default=header.started_ns,
    )
    passed = timedelta(microseconds=(last_ns - header.started_ns) / US_IN_NS)
    return datetime.fromisoformat(header.started_utc) + passed


def _records(journal: Journal, header: Header) -> Iterator[Record]:
    """Yield what a journal holds, renumbered and on the clock of `header`."""
    own, shift_ns = journal.header, later_ns(journal, header)
    numbers = {pod_key(pod): number for number, pod in header.pods.items()}
    renumbered = {old: numbers[pod_key(pod)] for old, pod in own.pods.items()}
    for old, packets in journal.packets.items():
        for one in packets:
            at_ns = one.host_ns + shift_ns
            yield at_ns, frame(renumbered[old], at_ns, one.payload, one.channel)
    for event in journal.events:
        fields = {key: value for key, value in event.items() if key not in ("host_ns", "kind")}
        if fields.get("pod") in renumbered:
            fields["pod"] = renumbered[fields["pod"]]
        at_ns = event["host_ns"] + shift_ns
        yield at_ns, _own(at_ns, event["kind"], fields)
    if journal.damaged_bytes:
        words = f"{journal.damaged_bytes} bytes of {own.session} were unreadable"
        at_ns = own.started_ns + shift_ns
        yield at_ns, _own(at_ns, "remark", {"words": words})


def _own(host_ns: int, kind: str, fields: dict[str, Any]) -> bytes:
    return frame(OWN, host_ns, json.dumps({"kind": kind, **fields}).encode())
