"""MetaWear, sort the packets of one pod: samples in order of arrival, entries, and what it said."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from firmware_protocols.metawear.entries import Trigger, decode_entries, decode_trigger
from firmware_protocols.metawear.gatt import Channel
from firmware_protocols.metawear.messages import (
    READ,
    Logger,
    Module,
    PodTime,
    Processor,
    Register,
    Sensor,
    Settings,
    decode_battery,
    decode_info,
    decode_time,
    split,
)
from firmware_protocols.metawear.sensors import (
    CHIPS,
    PACKED_BYTES,
    STAMPED,
    Chip,
    Sensors,
    Setting,
    decode_acc,
    decode_gyr,
)
from firmware_protocols.protocol import DecodeError, Packet
from firmware_protocols.standard_services import decode_text

STALE: Final = "sample from before the pod was started"


@dataclass
class Run:
    """What a pod sent from one start of its sensors to the next.

    `sensors` None: it is not known how they were set; `assumed`: as at another start.

    `stamped` are samples of both sensors, `packed` three of one: of the accelerometer where
    `of_acc`. Each with its arrival. `start` is the number of the pod's own start, if it said so.
    """

    sensors: Sensors | None = None
    start: int | None = None
    assumed: bool = False
    stamped: list[bytes] = field(default_factory=list)
    stamped_ns: list[int] = field(default_factory=list)
    packed: list[bytes] = field(default_factory=list)
    packed_ns: list[int] = field(default_factory=list)
    of_acc: list[bool] = field(default_factory=list)

    @property
    def span_ns(self) -> int:
        """Return over how long its messages came."""
        times = [*self.stamped_ns, *self.packed_ns]
        return max(times) - min(times) if times else 0


@dataclass
class Received:
    """Everything received from one pod. `log` are entries, each once; `times` pairs with arrival.

    `triggers` say what is in the log, `fetched_as` how the sensors were set, and in which start the
    pod was, when it was fetched. Between `linked` and the next `Run` a pod sends what it was
    told before the link was lost.
    """

    runs: list[Run] = field(default_factory=lambda: [Run()])
    log: dict[bytes, None] = field(default_factory=dict)
    triggers: dict[int, Trigger] = field(default_factory=dict)
    times: list[tuple[PodTime, int]] = field(default_factory=list)
    device: dict[str, str] = field(default_factory=dict)
    battery_pct: int | None = None
    trouble: Counter[str] = field(default_factory=Counter)
    chip: Chip | None = None
    linked: bool = False
    acc: Setting | None = None
    gyr: Setting | None = None
    next_trigger: int = 0
    fetched_as: tuple[Sensors | None, int | None] = (None, None)

    @property
    def sensors(self) -> Sensors | None:
        """How the sensors were set when the pod was asked last."""
        return None if self.acc is None or self.gyr is None else Sensors(self.acc, self.gyr)

    @property
    def start(self) -> int | None:
        """The number of the pod's own start, as it said last."""
        return self.times[-1][0].start if self.times else None


def sort_packets(packets: Sequence[Packet]) -> Received:
    """Sort everything received from one pod; what cannot be decoded is counted, never fatal."""
    received = Received()
    for packet in packets:
        try:
            if packet.channel == Channel.NOTIFY:
                _sort(received, packet.payload, packet.host_ns)
            elif packet.channel in _WORDS and packet.payload:
                received.device[_WORDS[packet.channel]] = decode_text(packet.payload)
        except DecodeError as error:
            received.trouble[error.reason] += 1
    return received


_WORDS: Final[Mapping[int, str]] = {
    Channel.MODEL: "hardware",
    Channel.SERIAL: "serial",
    Channel.FIRMWARE: "firmware",
}


def _sort(received: Received, payload: bytes, host_ns: int) -> None:
    module, register, data = split(payload)
    if _is_sample(module, register, data):
        _sort_sample(received, module, data, host_ns)
    elif (sort := _SORT.get((module, register))) is not None:
        sort(received, data, host_ns)
    elif (module, register) not in _UNUSED:
        received.trouble["unknown notification"] += 1


# Samples -----------------------------------------------------------------------------------------


_PACKED: Final = frozenset(
    place
    for chip in CHIPS.values()
    for place in ((Module.ACC, chip.acc_packed), (Module.GYR, chip.gyr_packed))
)


def _is_sample(module: int, register: int, data: bytes) -> bool:
    if (module, register) in _PACKED:
        return len(data) == PACKED_BYTES
    stamped = module == Module.PROCESSOR and register == Processor.OUTPUT
    return stamped and len(data) == 1 + STAMPED.itemsize


def _sort_sample(received: Received, module: int, data: bytes, host_ns: int) -> None:
    if received.linked:
        received.trouble[STALE] += 1
        return
    run = received.runs[-1]
    if module == Module.PROCESSOR:
        run.stamped.append(data[1:])
        run.stamped_ns.append(host_ns)
    else:
        run.packed.append(data)
        run.packed_ns.append(host_ns)
        run.of_acc.append(module == Module.ACC)


# All else ----------------------------------------------------------------------------------------


def _sort_acc_info(received: Received, data: bytes, _: int) -> None:
    """Take the answer that a new link begins with: what was set is asked for again."""
    info = decode_info(data)
    received.chip = None if info is None else CHIPS.get(info.implementation)
    received.linked = True
    received.acc = received.gyr = None


def _sort_acc(received: Received, data: bytes, _: int) -> None:
    if received.chip is None:
        raise DecodeError("configuration of an unknown sensor", data)
    received.acc = decode_acc(received.chip, data)
    _begin(received)


def _sort_gyr(received: Received, data: bytes, _: int) -> None:
    received.gyr = decode_gyr(data)
    _begin(received)


def _begin(received: Received) -> None:
    """Begin a run, once it is known how both sensors are set."""
    if received.linked and received.sensors is not None:
        received.runs.append(Run(received.sensors, received.start))
        received.linked = False


def _sort_battery(received: Received, data: bytes, _: int) -> None:
    received.battery_pct = decode_battery(data)


def _sort_time(received: Received, data: bytes, host_ns: int) -> None:
    received.times.append((decode_time(data), host_ns))


def _sort_logger_info(received: Received, _: bytes, __: int) -> None:
    received.next_trigger = 0


def _sort_trigger(received: Received, data: bytes, _: int) -> None:
    """Take an answer about a trigger: they come in the order of the numbers, which they lack."""
    number = received.next_trigger
    received.next_trigger += 1
    received.triggers.pop(number, None)
    if (trigger := decode_trigger(data)) is not None:
        received.triggers[number] = trigger


def _sort_entries(received: Received, data: bytes, _: int) -> None:
    received.log |= dict.fromkeys(decode_entries(data))
    received.fetched_as = (received.sensors, received.start)


_SORT: Final[Mapping[tuple[int, int], Callable[[Received, bytes, int], None]]] = {
    (Module.ACC, READ | Register.INFO): _sort_acc_info,
    (Module.ACC, READ | Sensor.CONFIG): _sort_acc,
    (Module.GYR, READ | Sensor.CONFIG): _sort_gyr,
    (Module.SETTINGS, READ | Settings.BATTERY): _sort_battery,
    (Module.LOGGER, READ | Register.INFO): _sort_logger_info,
    (Module.LOGGER, READ | Logger.TIME): _sort_time,
    (Module.LOGGER, READ | Logger.TRIGGER): _sort_trigger,
    (Module.LOGGER, Logger.ENTRIES): _sort_entries,
}
_UNUSED: Final = frozenset(
    {
        (Module.GYR, READ | Register.INFO),
        (Module.PROCESSOR, READ | Register.INFO),
        (Module.PROCESSOR, Processor.ADD),
        (Module.LOGGER, READ | Logger.ENABLE),
        (Module.LOGGER, READ | Logger.LENGTH),
        (Module.LOGGER, Logger.TRIGGER),
        (Module.LOGGER, Logger.PROGRESS),
        (Module.LOGGER, Logger.PAGE_ENDS),
    }
)
