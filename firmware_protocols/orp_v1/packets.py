"""ORP v1, sort the packets of one pod: its answers by start, its frames in order of arrival."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from firmware_protocols.orp_v1.config import Effective, decode_effective
from firmware_protocols.orp_v1.control import (
    Op,
    Result,
    Started,
    decode_answer,
    decode_ping,
    decode_pong,
    decode_started,
    decode_status,
)
from firmware_protocols.orp_v1.frames import Kind, fault
from firmware_protocols.orp_v1.gatt import Channel
from firmware_protocols.orp_v1.info import Info, decode_info
from firmware_protocols.protocol import Packet
from firmware_protocols.sampling_order import sort_by_channel
from firmware_protocols.standard_services import decode_battery

LATE_NS: Final = 5_000_000_000
"""After which an answer is to another ping of the same number."""


@dataclass
class Run:
    """What was answered at one start: from a START that began anew to the next such START."""

    configs: dict[int, Effective] = field(default_factory=dict)
    started: Started | None = None
    info: Info | None = None
    used: bool = False  # whether it has a frame


@dataclass
class Received:
    """Packets of one pod. Frames as columns: bytes, arrival, whether live, which of `runs`."""

    runs: list[Run] = field(default_factory=lambda: [Run()])
    frames: list[bytes] = field(default_factory=list)
    host_ns: list[int] = field(default_factory=list)
    live: list[bool] = field(default_factory=list)
    run: list[int] = field(default_factory=list)
    pinged_ns: dict[int, int] = field(default_factory=dict)
    """When each ping that is not answered yet was sent, by its sequence number."""
    requests: list[tuple[int, int]] = field(default_factory=list)
    """Device µs at which a ping came in, host ns at which it was sent."""
    seen: set[bytes] = field(default_factory=set)
    battery_pct: int | None = None
    trouble: Counter[str] = field(default_factory=Counter)


def sort_packets(packets: Sequence[Packet]) -> Received:
    """Sort everything received from one pod; what cannot be decoded is counted, never fatal."""
    received = Received()
    return sort_by_channel(packets, received, _SORT, received.trouble)


# One function per channel ------------------------------------------------------------------------


def _sort_info(received: Received, packet: Packet) -> None:
    info, run = decode_info(packet.payload), received.runs[-1]
    if run.info is not None and run.info.boot_id != info.boot_id:
        run = _new_run(received)
    run.info = info


def _sort_frame(received: Received, packet: Packet) -> None:
    if reason := fault(packet.payload):
        received.trouble[reason] += 1
    elif packet.payload[0] & 15 == Kind.RAW6:
        if packet.payload in received.seen:  # delivered twice, or a pod that is stuck
            return
        received.seen.add(packet.payload)
        received.frames.append(packet.payload)
        received.host_ns.append(packet.host_ns)
        received.live.append(packet.channel == Channel.STREAM)
        received.run.append(len(received.runs) - 1)
        received.runs[-1].used = True


def _sort_status(received: Received, packet: Packet) -> None:
    level_pct = decode_status(packet.payload).battery_pct
    if level_pct <= 100:  # more means that the pod does not know
        received.battery_pct = level_pct


def _sort_time(received: Received, packet: Packet) -> None:
    if packet.payload[:1] == b"\x01":
        received.pinged_ns[decode_ping(packet.payload)] = packet.host_ns
        return
    pong = decode_pong(packet.payload)
    sent_ns = received.pinged_ns.pop(pong.sequence, None)
    if sent_ns is not None and 0 <= packet.host_ns - sent_ns < LATE_NS:
        received.requests.append((pong.received_us, sent_ns))


def _sort_battery(received: Received, packet: Packet) -> None:
    received.battery_pct = decode_battery(packet.payload)


def _sort_control(received: Received, packet: Packet) -> None:
    answer = decode_answer(packet.payload)
    if answer.op == Op.START and answer.result == Result.OK:
        _start(received, decode_started(answer.data))
    elif answer.op == Op.CONFIG and answer.result == Result.OK:
        _configure(received, decode_effective(answer.data))
    elif answer.op == Op.CONFIG and answer.result == Result.STATE and answer.data:
        effective = decode_effective(answer.data)
        received.runs[-1].configs.setdefault(effective.config_id, effective)


def _configure(received: Received, effective: Effective) -> None:
    """Only a pod that is not sampling accepts CONFIG, so all frames from here on are new."""
    run = received.runs[-1]
    if run.used or run.started:
        run = _new_run(received)
    run.configs[effective.config_id] = effective


def _start(received: Received, started: Started) -> None:
    run = received.runs[-1]
    if run.started is None and not (run.used and started.next_index == 0):
        run.started = started
    elif run.started is None or run.started.t_start_us != started.t_start_us:
        _new_run(received).started = started


def _new_run(received: Received) -> Run:
    received.runs.append(Run(info=received.runs[-1].info))
    return received.runs[-1]


_SORT: Final[dict[int, Callable[[Received, Packet], None]]] = {
    Channel.INFO: _sort_info,
    Channel.CONTROL: _sort_control,
    Channel.STREAM: _sort_frame,
    Channel.BULK: _sort_frame,
    Channel.TIME: _sort_time,
    Channel.STATUS: _sort_status,
    Channel.BATTERY: _sort_battery,
}
