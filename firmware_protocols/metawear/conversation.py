"""MetaWear, the sequences of requests that begin, resume and end streaming.

A message has room for three samples of one sensor or one of both, and a link takes some hundred
messages a second, so the way is chosen by the rate:

- up to 100 Hz each sample of both sensors is a message of its own, with the pod's tick of 1.46 ms
  in it (*stamped*). Its time is the pod's, and whatever is lost shows, over a lost link too. This
  wants a firmware that can fuse.
- above, three samples of one sensor are a message, without time and count (*packed*): 133 messages
  a second for 200 Hz. Time is that of arrival. What a link loses shows only where one sensor lost
  more than the other, or by silence.

How many messages a pod really sends is not published. Its maker's apps stop at about a hundred.
"""

from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from firmware_protocols.metawear.gatt import Channel
from firmware_protocols.metawear.messages import (
    Event,
    Info,
    Logger,
    Module,
    PodTime,
    Processor,
    Register,
    Sensor,
    Settings,
    decode_info,
    decode_logger_info,
    decode_time,
    encode_link,
    message,
)
from firmware_protocols.metawear.processors import FUSER_REVISION, stamp_samples
from firmware_protocols.metawear.request import tell, value
from firmware_protocols.metawear.sensors import (
    ACC_RANGES_G,
    CHIPS,
    GYR_RANGES_DPS,
    PACKED_BYTES,
    STAMPED,
    Chip,
    Setting,
    encode_acc,
    encode_gyr,
    nearest_range,
    nearest_rate_hz,
    off,
    powered,
)
from firmware_protocols.protocol import Wanted
from firmware_protocols.requests import Conversation, Read, Subscribe, Talk, Wait

MOST_STAMPED_HZ: Final = 100.0
PACKED_REVISION: Final = 1
"""Of a BMI160; a BMI270 has packed samples at any, and says 0."""
FIRST_SAMPLE_S: Final = 3.0
INTERVAL_MS: Final = 11.25
"""Not the 15 ms that three samples take at 200 Hz: by how much one sensor is later than the other
shows only where their messages meet the interval at every phase."""
LINK_TIMEOUT_S: Final = 6.0


@dataclass(frozen=True)
class Pod:
    """What a pod said of itself when it was connected."""

    chip: Chip
    acc: Info
    processor: Info | None
    logger_revision: int
    triggers: int
    holds_entries: int
    time: PodTime
    logging: bool

    def stamps(self, rate_hz: float) -> bool:
        """Return whether each of its samples may be sent by itself, with its time."""
        fuses = self.processor is not None and self.processor.revision >= FUSER_REVISION
        return fuses and rate_hz <= MOST_STAMPED_HZ

    @property
    def packs(self) -> bool:
        """Return whether it has packed samples."""
        return self.chip.acc_implementation > 1 or self.acc.revision >= PACKED_REVISION


def start(wanted: Wanted) -> Conversation:
    """Begin streaming as `wanted`; after a lost link too, over which the pod has gone on.

    Raises ValueError for a pod that cannot, or that records on board, TimeoutError if it does not
    answer or sends no samples.
    """
    pod = yield from connected()
    if pod.logging:
        raise ValueError("the pod is recording on board; end that first")
    yield from quiet(pod.chip)
    rate_hz = nearest_rate_hz(wanted.rate_hz)
    stamps = pod.stamps(rate_hz)
    if not stamps and not pod.packs:
        raise ValueError("its firmware has no packed samples; update it with its maker's app")
    yield from tell(encode_link(INTERVAL_MS, LINK_TIMEOUT_S))
    yield from configure(pod.chip, wanted)
    if stamps:
        yield from stamp_samples(pod.chip)
        yield from measure(pod.chip, packed=False)
    else:
        yield from measure(pod.chip, packed=True)
    try:
        yield Wait(Channel.NOTIFY, fits=_is_sample, timeout_s=FIRST_SAMPLE_S)
    except TimeoutError as error:
        raise TimeoutError("the pod was started and sends nothing; switch it off and on") from error


def stop() -> Conversation:
    """End the stream: sensors, processors and what is notified stay on the pod beyond the link."""
    yield Subscribe(Channel.NOTIFY)
    yield from tell(*_STOPPED)
    chip, _ = yield from _chip()
    yield from quiet(chip)


def connected() -> Talk[Pod]:
    """Listen to a pod that has just been connected, and ask who it is, and how it is.

    The accelerometer comes first: by its answer a new link is known in what was received.
    """
    yield Subscribe(Channel.NOTIFY)
    chip, acc = yield from _chip()
    for channel in (Channel.MODEL, Channel.SERIAL, Channel.FIRMWARE):
        yield Read(channel, optional=True)
    processor = yield from value(Module.PROCESSOR, Register.INFO)
    logger = yield from value(Module.LOGGER, Register.INFO)
    revision, triggers, entries = decode_logger_info(logger)
    with suppress(TimeoutError):  # which older firmware does not have
        yield from value(Module.SETTINGS, Settings.BATTERY, attempts=1)
    logging = yield from value(Module.LOGGER, Logger.ENABLE)
    time = yield from value(Module.LOGGER, Logger.TIME)
    return Pod(
        chip=chip,
        acc=acc,
        processor=decode_info(processor),
        logger_revision=revision,
        triggers=triggers,
        holds_entries=entries,
        time=decode_time(time),
        logging=logging[:1] == b"\1",
    )


def _chip() -> Talk[tuple[Chip, Info]]:
    acc = decode_info((yield from value(Module.ACC, Register.INFO)))
    gyr = decode_info((yield from value(Module.GYR, Register.INFO)))
    chip = None if acc is None else CHIPS.get(acc.implementation)
    if acc is None or chip is None or gyr is None:
        raise ValueError(
            "the pod has not the sensors of a MetaMotion R, RL or S; wear one of those instead"
        )
    return chip, acc


def quiet(chip: Chip) -> Conversation:
    """End whatever the pod was told before: it goes on with that beyond a lost link.

    Triggers of the logger stay, for a log that was not fetched is not read without them.
    """
    yield from tell(*_STOPPED, *off(chip))


_ON: Final = b"\1\0"
_OFF: Final = b"\0\1"
_STOPPED: Final = (
    powered(Module.ACC, up=False),
    powered(Module.GYR, up=False),
    message(Module.ACC, Sensor.ENABLE, _OFF),
    message(Module.GYR, Sensor.ENABLE, _OFF),
    message(Module.PROCESSOR, Processor.REMOVE_ALL),
    message(Module.EVENT, Event.REMOVE_ALL),
)


def configure(chip: Chip, wanted: Wanted) -> Conversation:
    """Set rates and ranges, and read them back: what the pod says is what its counts mean."""
    rate_hz = nearest_rate_hz(wanted.rate_hz)
    acc = Setting(rate_hz, nearest_range(wanted.acc_range_g, ACC_RANGES_G))
    gyr = Setting(rate_hz, nearest_range(wanted.gyr_range_dps, GYR_RANGES_DPS))
    yield from tell(
        message(Module.ACC, Sensor.CONFIG, encode_acc(chip, acc)),
        message(Module.GYR, Sensor.CONFIG, encode_gyr(gyr)),
    )
    yield from settings()


def settings() -> Conversation:
    """Read how the sensors are set."""
    for module in (Module.ACC, Module.GYR):
        yield from value(module, Sensor.CONFIG)


def measure(chip: Chip, *, packed: bool) -> Conversation:
    """Start both sensors, and let them notify three samples at a time if they are `packed`."""
    if packed:
        yield from tell(
            message(Module.ACC, chip.acc_packed, b"\1"),
            message(Module.GYR, chip.gyr_packed, b"\1"),
        )
    yield from tell(
        message(Module.ACC, Sensor.ENABLE, _ON),
        message(Module.GYR, Sensor.ENABLE, _ON),
        powered(Module.GYR, up=True),
        powered(Module.ACC, up=True),
    )


def _is_sample(said: bytes) -> bool:
    packed = said[:1] == bytes([Module.ACC]) and len(said) == 2 + PACKED_BYTES
    stamped = said[:2] == bytes([Module.PROCESSOR, Processor.OUTPUT])
    return packed or (stamped and len(said) == 3 + STAMPED.itemsize)
