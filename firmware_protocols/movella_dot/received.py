"""Movella DOT, sort the packets of one pod: its samples in order of arrival, and what it said."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from firmware_protocols.movella_dot.files import (
    SELECTED,
    decode_file,
    decode_record,
    layout,
)
from firmware_protocols.movella_dot.gatt import Channel
from firmware_protocols.movella_dot.messages import (
    RECORDING,
    Kind,
    Message,
    Result,
    decode_acknowledged,
    decode_message,
)
from firmware_protocols.movella_dot.samples import CLOCK, LIVE
from firmware_protocols.movella_dot.values import (
    Info,
    Mode,
    Settings,
    decode_battery,
    decode_info,
    decode_measure,
    decode_settings,
)
from firmware_protocols.protocol import DecodeError, Packet
from firmware_protocols.sampling_order import sort_by_channel


@dataclass
class Rows:
    """Samples as columns: their bytes, when they came, and over which link."""

    payloads: list[bytes] = field(default_factory=list)
    host_ns: list[int] = field(default_factory=list)
    link: list[int] = field(default_factory=list)

    def keep(self, payload: bytes, host_ns: int, link: int) -> None:
        """Add one."""
        self.payloads.append(payload)
        self.host_ns.append(host_ns)
        self.link.append(link)


@dataclass
class File:
    """A recording that was fetched, as far as it came: its records by their number.

    Those that the pod itself found to be `damaged` are all zeros. `selected` are their fields.
    """

    selected: bytes = SELECTED
    utc_s: int | None = None
    records: dict[int, bytes] = field(default_factory=dict)
    damaged: set[int] = field(default_factory=set)

    @property
    def record_bytes(self) -> int:
        """How long each record is."""
        return layout(self.selected).itemsize


@dataclass
class Received:
    """Everything received from one pod.

    `live` are its samples, `clock` stamps of its clock alone, `files` recordings by their number.
    `fetching` is the one asked for last, which began at `utc_s` and is sent as `selected`.
    """

    live: Rows = field(default_factory=Rows)
    clock: Rows = field(default_factory=Rows)
    files: dict[int, File] = field(default_factory=dict)
    info: Info | None = None
    settings: Settings | None = None
    battery_pct: int | None = None
    mode: int = Mode.RATE_QUANTITIES
    links: int = 0
    fetching: int = 0
    utc_s: int | None = None
    selected: bytes = SELECTED
    trouble: Counter[str] = field(default_factory=Counter)


def sort_packets(packets: Sequence[Packet]) -> Received:
    """Sort everything received from one pod; what cannot be decoded is counted, never fatal."""
    received = Received()
    return sort_by_channel(packets, received, _SORT, received.trouble)


def _sort_live(received: Received, packet: Packet) -> None:
    if received.mode != Mode.RATE_QUANTITIES:
        received.trouble["sample of another payload"] += 1
        return
    if len(packet.payload) < LIVE.itemsize:
        raise DecodeError("truncated sample", packet.payload)
    payload = packet.payload[: LIVE.itemsize]
    if received.live.payloads and payload == received.live.payloads[-1]:
        received.trouble["delivered twice"] += 1
        return
    received.live.keep(payload, packet.host_ns, received.links)


def _sort_clock(received: Received, packet: Packet) -> None:
    if len(packet.payload) < CLOCK.itemsize:
        raise DecodeError("truncated sample", packet.payload)
    received.clock.keep(packet.payload[: CLOCK.itemsize], packet.host_ns, received.links)


def _sort_info(received: Received, packet: Packet) -> None:
    """Take who the pod is: the first thing that is asked on every link."""
    received.links += 1
    received.info = decode_info(packet.payload)


def _sort_settings(received: Received, packet: Packet) -> None:
    received.settings = decode_settings(packet.payload)


def _sort_measure(received: Received, packet: Packet) -> None:
    """Take what is measured. What is begun here is ours, and its first samples come before this."""
    measures, mode = decode_measure(packet.payload)
    received.mode = mode if measures else Mode.RATE_QUANTITIES


def _sort_battery(received: Received, packet: Packet) -> None:
    received.battery_pct = decode_battery(packet.payload)


# Recordings --------------------------------------------------------------------------------------


def _sort_acknowledged(received: Received, packet: Packet) -> None:
    said = decode_acknowledged(packet.payload)
    if said.kind == Kind.GET_STATE:
        return
    if said.result != Result.SUCCESS:
        known = f"{said.result:02X}" if said.result in set(Result) else "a result of its own"
        received.trouble[f"command refused with {known}"] += 1
    elif said.kind == Kind.SELECT:
        layout(said.payload)
        received.selected = said.payload
    elif said.kind in (Kind.GET_FILE, Kind.GET_DATA) and len(said.payload) == 1:
        received.fetching = said.payload[0]


def _sort_notice(received: Received, packet: Packet) -> None:
    message = decode_message(packet.payload)
    if message.topic == RECORDING and message.kind == Kind.FILE:
        received.utc_s = decode_file(message.payload)
    elif message.topic == RECORDING and message.kind in (Kind.DATA, Kind.DAMAGED_DATA):
        _sort_record(received, message)


def _file(received: Received) -> File:
    """Return the recording that is being fetched: another of the same number is not the same.

    When it began is notified, and may come before the acknowledgement that says its number.
    """
    before = received.files.get(received.fetching)
    if before is None or (before.utc_s, before.selected) != (received.utc_s, received.selected):
        before = received.files[received.fetching] = File(received.selected, received.utc_s)
    return before


def _sort_record(received: Received, message: Message) -> None:
    number, record = decode_record(message.payload)
    file = _file(received)
    if len(record) != file.record_bytes:
        raise DecodeError("record of another length than was selected", record)
    if message.kind == Kind.DAMAGED_DATA:
        received.trouble["record damaged in the pod"] += number not in file.damaged
        file.damaged.add(number)
        file.records.setdefault(number, bytes(len(record)))
        return
    file.damaged.discard(number)
    file.records[number] = record


_SORT: Final[Mapping[int, Callable[[Received, Packet], None]]] = {
    Channel.INFO: _sort_info,
    Channel.SETTINGS: _sort_settings,
    Channel.MEASURE: _sort_measure,
    Channel.BATTERY: _sort_battery,
    Channel.MEDIUM: _sort_live,
    Channel.SHORT: _sort_clock,
    Channel.ACKNOWLEDGE: _sort_acknowledged,
    Channel.NOTICE: _sort_notice,
}
