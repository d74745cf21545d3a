"""MetaWear, the data processors used here: both sensors in one message, with the pod's time.

A buffer keeps the newest angular rate, a fuser joins it to each acceleration, an accounter puts the
tick in front.
"""

from typing import Final

from firmware_protocols.metawear.messages import Module, Processor, message
from firmware_protocols.metawear.request import made, tell
from firmware_protocols.metawear.sensors import VECTOR, Chip
from firmware_protocols.requests import Conversation, Talk

FUSER_REVISION: Final = 1
"""The module from which on there is a fuser."""
ACCOUNTER, BUFFER, FUSER = 0x11, 0x0F, 0x1B
MOST_FUSED: Final = 12
TIME_MODE, LAST_OF_FOUR = 1, 3
LOGGER_TICKS: Final = 3  # the shift that makes ticks those of the logger
NO_INDEX: Final = 0xFF


def source(module: int, register: int, index: int, size_bytes: int) -> bytes:
    """Encode where a processor has its data from; of the size, three bits are kept."""
    return bytes([module, register, index, (size_bytes - 1) << 5 & 0xFF])


def stamp_samples(chip: Chip) -> Conversation:
    """Have each sample of both sensors notified in one message, with the time."""
    size = VECTOR.itemsize
    gyr = source(Module.GYR, chip.gyr_samples, NO_INDEX, size)
    acc = source(Module.ACC, chip.acc_samples, NO_INDEX, size)
    kept = yield from _made(gyr, bytes([BUFFER, size - 1]))
    fused = yield from _made(acc, bytes([FUSER, 1, kept]).ljust(2 + MOST_FUSED, b"\0"))
    both = source(Module.PROCESSOR, Processor.OUTPUT, fused, 2 * size)
    time = bytes([ACCOUNTER, TIME_MODE | LAST_OF_FOUR << 4, LOGGER_TICKS])
    stamped = yield from _made(both, time)
    yield from tell(
        message(Module.PROCESSOR, Processor.OUTPUT_OF, bytes([stamped, 1])),
        message(Module.PROCESSOR, Processor.OUTPUT, b"\1"),
    )


def _made(origin: bytes, kind: bytes) -> Talk[int]:
    return (yield from made(Module.PROCESSOR, Processor.ADD, origin + kind))
