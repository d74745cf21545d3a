"""WitMotion, the sequences of requests that begin streaming; nothing ends it but the link."""

from contextlib import suppress
from typing import Final

from firmware_protocols.protocol import DecodeError, Wanted
from firmware_protocols.requests import Ask, Conversation, Subscribe, Talk, Wait, Write
from firmware_protocols.witmotion.frames import decode_registers, whole_frames
from firmware_protocols.witmotion.gatt import WRITE_OF, Channel
from firmware_protocols.witmotion.registers import (
    UNLOCK,
    Register,
    encode_read,
    encode_write,
    rate_code,
)

HEARD_S: Final = 1.0
LOOKS: Final = 3
ANSWER_S: Final = 1.0
ATTEMPTS: Final = 3


class _Answer:
    """Find the answer to a question about a register in the notifications that pass by."""

    def __init__(self, register: int) -> None:
        self.value = 0
        self._register = register
        self._held = b""

    def __call__(self, notification: bytes) -> bool:
        frames, self._held = whole_frames(notification, self._held)
        for frame in frames:
            with suppress(DecodeError):
                first, values = decode_registers(frame)
                if first == self._register:
                    self.value = values[0]
                    return True
        return False


def start(wanted: Wanted) -> Conversation:
    """Set the rate as `wanted`; the pod sends from the subscription on, whatever is asked.

    The rate is not saved, though some pods keep it even so. A pod that answers no question but
    sends samples is taken as it is. Raises ValueError if it sends nothing.
    """
    notify = yield from _heard()
    write = WRITE_OF[notify]
    code = rate_code(wanted.rate_hz)
    if (yield from _value(notify, Register.RATE)) != code:
        yield Write(write, encode_write(Register.KEY, UNLOCK), confirmed=False)
        yield Write(write, encode_write(Register.RATE, code), confirmed=False)
        yield from _value(notify, Register.RATE)
    yield from _value(notify, Register.VERSION)
    yield from _value(notify, Register.BATTERY)


def stop() -> Conversation:
    """Do nothing: a pod told to be silent would stay so for every other program."""
    yield from ()


def _heard() -> Talk[Channel]:
    """Return the channel on which the pod sends; it has one of two."""
    for channel in WRITE_OF:
        yield Subscribe(channel, optional=True)
    for _ in range(LOOKS):
        for channel in WRITE_OF:
            with suppress(TimeoutError):
                yield Wait(channel, timeout_s=HEARD_S)
                return channel
    raise ValueError(
        "the pod sends nothing; switch it off and on, or set its output rate to 10 Hz or more with "
        "its maker's app"
    )


def _value(notify: Channel, register: Register) -> Talk[int | None]:
    """Return what a register holds; None if the pod does not answer."""
    for _ in range(ATTEMPTS):
        answer = _Answer(register)
        with suppress(TimeoutError):
            yield Ask(
                WRITE_OF[notify],
                encode_read(register),
                notify,
                timeout_s=ANSWER_S,
                fits=answer,
                confirmed=False,
            )
            return answer.value
    return None
