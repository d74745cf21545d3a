"""Decode every pod of a journal and put its samples on the session clock.

What had to be assumed, and what cannot be used, becomes a note in words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

import numpy as np

from firmware_protocols.protocol import Configuration, Decoded, NoConfigurationError
from pipelines.process.from_journal import host_events
from pipelines.process.from_journal.log_and_live import log_and_live_as_one
from pipelines.process.from_journal.pod_events import marks, pod_notes
from pipelines.process.from_journal.restarts import SAME_CLOCK_S, joined
from pipelines.process.from_journal.took_over import one_per_place
from pipelines.protocols import protocol_named
from pipelines.store.tables import raw_file
from pipelines.store.tables.raw_file import RawPod, RawSession

if TYPE_CHECKING:
    from imu.frames import FloatArray, Placement
    from imu.recording.clock import ClockFit
    from pipelines.store.journal.format import Header, Journal

NS: Final = 1e-9
US: Final = 1e-6


def received(journal: Journal) -> RawSession:
    """Decode every pod of a journal; what cannot be used becomes a note, and stays in it.

    Raises ValueError when no pod can be used.
    """
    if not any(journal.packets.values()) and not journal.damaged_bytes:
        raise ValueError(
            f"{journal.path} holds no packet of any pod, for it was ended before one was sent; "
            "record again, and wait until every pod says recording"
        )
    journal = host_events.with_steady_clock(journal)
    known = journal.header
    pods: dict[Placement, RawPod] = {}
    notes = [*known.assumed, *host_events.host_notes(journal), *pod_notes(journal)]
    if journal.damaged_bytes:
        notes.append(f"{journal.damaged_bytes} bytes of the journal were unreadable")
    decoded = one_per_place(known.pods, decoded_pods(journal))
    shared, apart_s = shared_clocks(decoded.values()), both_ways_s(decoded.values())
    for number in decoded:
        pod = known.pods[number]
        try:
            pods[pod.placement] = _placed(journal, number, decoded, shared, apart_s)
        except ValueError as error:
            notes.append(f"{pod.placement.replace('_', ' ')} could not be used: {error}")
    if not pods:
        raise ValueError(f"{journal.path} holds nothing usable ({'; '.join(notes)}); record again")
    source = {
        "kind": "journal",
        "name": journal.path.name,
        "sha256": raw_file.sha256_of(journal.path),
    }
    return RawSession(
        known.started_utc, pods, source, tuple(notes), known.timezone, marks=marks(journal)
    )


def decoded_pods(journal: Journal) -> dict[int, Decoded | ValueError]:
    """Decode every stream of a journal, or say why it cannot be.

    A pod whose answers about range and scale are lost borrows those of the others that speak the
    same protocol, if they agree.
    """
    pods = journal.header.pods
    decoded = {number: _decoded(journal, number) for number in pods}
    for number, one in decoded.items():
        like = [k for k in pods if pods[k].protocol == pods[number].protocol]
        borrowed = _configurations(decoded, like)
        if borrowed and (isinstance(one, NoConfigurationError) or _troubled(one)):
            decoded[number] = _decoded(journal, number, borrowed)
    return decoded


def _troubled(one: Decoded | ValueError) -> bool:
    return isinstance(one, Decoded) and bool(one.trouble)


def _decoded(
    journal: Journal, number: int, borrowed: Sequence[Configuration] = ()
) -> Decoded | ValueError:
    try:
        protocol = protocol_named(journal.header.pods[number].protocol)
        every = protocol.decode(journal.packets[number], borrowed).samplings
        *earlier, newest = [_on_host_time(one, journal.header) for one in every]
        return log_and_live_as_one(replace(newest, earlier=tuple(earlier)))
    except ValueError as error:
        return error


def _on_host_time(said: Decoded, known: Header) -> Decoded:
    """Return what is known by its time of day alone on the clock of the host as well."""
    if len(said.arrival) or not said.in_utc:
        return said
    device_s = said.samples["device_us"][[0, -1]] * US
    since_s = device_s - datetime.fromisoformat(known.started_utc).timestamp()
    return replace(said, arrival=np.column_stack([device_s, since_s + known.started_ns * NS]))


def _configurations(
    decoded: Mapping[int, Decoded | ValueError], numbers: Sequence[int]
) -> list[Configuration]:
    pods = [one for k in numbers if isinstance(one := decoded[k], Decoded)]
    return [s.configuration for pod in pods for s in pod.samplings if not s.assumed]


def shared_clocks(decoded: Iterable[Decoded | ValueError]) -> dict[str, list[ClockFit]]:
    """Return the clocks that samplings share, under their `Decoded.shared_clock`.

    More than one where the pod that gives the clock began anew, and all that follow it with it.
    """
    from imu.recording.clock import fit_shared_clock

    samplings = [said for one in decoded if isinstance(one, Decoded) for said in one.samplings]
    arrivals: dict[str, list[FloatArray]] = {}
    for said in samplings:
        if said.shared_clock and len(said.arrival):
            arrivals.setdefault(said.shared_clock, []).append(said.arrival)
    return {
        name: [fit_shared_clock(parts) for parts in _begun_together(every)]
        for name, every in arrivals.items()
    }


def both_ways_s(decoded: Iterable[Decoded | ValueError]) -> float | None:
    """Return what a ping to a pod and a packet from it take together at least, by any pod's clock.

    None where no pod was asked for its time.
    """
    from imu.recording.clock import fit_clock
    from imu.recording.two_way import two_way

    found_s = []
    for said in (said for one in decoded if isinstance(one, Decoded) for said in one.samplings):
        with suppress(ValueError):  # a clock that cannot be fitted is said where it is used
            if len(said.requests):
                found_s.append(two_way(fit_clock(*said.arrival.T), said.requests))
    return min((both.apart_s for both in found_s if both is not None), default=None)


def _begun_together(arrivals: Sequence[FloatArray]) -> list[list[FloatArray]]:
    """Split arrivals (k, 2) of samplings where device time began anew between them."""
    begun_s = np.array([np.min(one[:, 1] - one[:, 0]) for one in arrivals])
    order = np.argsort(begun_s, kind="stable")
    cuts = np.flatnonzero(np.diff(begun_s[order]) > SAME_CLOCK_S) + 1
    return [[arrivals[k] for k in part] for part in np.split(order, cuts)]


def _placed(
    journal: Journal,
    number: int,
    decoded: Mapping[int, Decoded | ValueError],
    shared: Mapping[str, Sequence[ClockFit]],
    apart_s: float | None,
) -> RawPod:
    pod, one = journal.header.pods[number], decoded[number]
    if isinstance(one, ValueError):
        raise one
    name = {"name": pod.name, "address": pod.address}
    origin_s = journal.header.started_ns * NS
    return joined(
        one,
        pod.placement,
        pod.protocol,
        name,
        origin_s=origin_s,
        shared=shared,
        apart_s=apart_s,
    )
