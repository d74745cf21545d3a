"""ORP v1, the packets of one pod sorted: its answers by start, its frames in order of arrival."""

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
    decode_started,
    decode_status,
)
from firmware_protocols.orp_v1.frames import Kind, fault
from firmware_protocols.orp_v1.gatt import Channel
from firmware_protocols.orp_v1.info import Info, decode_info
from firmware_protocols.protocol import DecodeError, Packet


@dataclass
class Run:
    """What was answered at one start: from a START that began anew to the next such START."""

    configs: dict[int, Effective] = field(default_factory=dict)
    started: Started | None = None
    info: Info | None = None
    used: bool = False  # whether it has a frame


@dataclass
class Heard:
    """What one pod said. Frames as columns: bytes, arrival, whether live, which of `runs`."""

    runs: list[Run] = field(default_factory=lambda: [Run()])
    frames: list[bytes] = field(default_factory=list)
    host_ns: list[int] = field(default_factory=list)
    live: list[bool] = field(default_factory=list)
    run: list[int] = field(default_factory=list)
    seen: set[bytes] = field(default_factory=set)
    battery_pct: int | None = None
    trouble: Counter[str] = field(default_factory=Counter)


def hear(packets: Sequence[Packet]) -> Heard:
    """Sort everything one pod said; what cannot be understood is counted, never fatal."""
    heard = Heard()
    for packet in packets:
        hear_one = _HEAR.get(packet.channel)
        if hear_one is not None:
            try:
                hear_one(heard, packet)
            except DecodeError as error:
                heard.trouble[error.reason] += 1
    return heard


# One function per channel ------------------------------------------------------------------------


def _hear_info(heard: Heard, packet: Packet) -> None:
    info, run = decode_info(packet.payload), heard.runs[-1]
    if run.info is not None and run.info.boot_id != info.boot_id:
        run = _new_run(heard)
    run.info = info


def _hear_frame(heard: Heard, packet: Packet) -> None:
    if reason := fault(packet.payload):
        heard.trouble[reason] += 1
    elif packet.payload[0] & 15 == Kind.RAW6:
        if packet.payload in heard.seen:  # delivered twice, or a pod that is stuck
            return
        heard.seen.add(packet.payload)
        heard.frames.append(packet.payload)
        heard.host_ns.append(packet.host_ns)
        heard.live.append(packet.channel == Channel.STREAM)
        heard.run.append(len(heard.runs) - 1)
        heard.runs[-1].used = True


def _hear_status(heard: Heard, packet: Packet) -> None:
    _note_battery(heard, decode_status(packet.payload).battery_pct)


def _hear_battery(heard: Heard, packet: Packet) -> None:
    if len(packet.payload) != 1:
        raise DecodeError("battery level of odd length", packet.payload)
    _note_battery(heard, packet.payload[0])


def _note_battery(heard: Heard, level_pct: int) -> None:
    if level_pct <= 100:
        heard.battery_pct = level_pct


def _hear_control(heard: Heard, packet: Packet) -> None:
    answer = decode_answer(packet.payload)
    if answer.op == Op.START and answer.result == Result.OK:
        _start(heard, decode_started(answer.data))
    elif answer.op == Op.CONFIG and answer.result == Result.OK:
        _configure(heard, decode_effective(answer.data))
    elif answer.op == Op.CONFIG and answer.result == Result.STATE and answer.data:
        effective = decode_effective(answer.data)
        heard.runs[-1].configs.setdefault(effective.config_id, effective)


def _configure(heard: Heard, effective: Effective) -> None:
    """Only a pod that is not sampling accepts CONFIG, so all frames from here on are new."""
    run = heard.runs[-1]
    if run.used or run.started:
        run = _new_run(heard)
    run.configs[effective.config_id] = effective


def _start(heard: Heard, started: Started) -> None:
    run = heard.runs[-1]
    if run.started is None and not (run.used and started.next_index == 0):
        run.started = started
    elif run.started is None or run.started.t_start_us != started.t_start_us:
        _new_run(heard).started = started


def _new_run(heard: Heard) -> Run:
    heard.runs.append(Run(info=heard.runs[-1].info))
    return heard.runs[-1]


_HEAR: Final[dict[int, Callable[[Heard, Packet], None]]] = {
    Channel.INFO: _hear_info,
    Channel.CONTROL: _hear_control,
    Channel.STREAM: _hear_frame,
    Channel.BULK: _hear_frame,
    Channel.STATUS: _hear_status,
    Channel.BATTERY: _hear_battery,
}
