"""Movella DOT, ask a pod: a command is written, how it went is read right after it.

The next command overwrites the acknowledgement, so one goes after the other.
"""

from collections.abc import Collection, Mapping
from typing import Final

from firmware_protocols.movella_dot.gatt import Channel
from firmware_protocols.movella_dot.messages import (
    RECORDING,
    Kind,
    Message,
    Result,
    decode_acknowledged,
    decode_message,
    encode_message,
)
from firmware_protocols.movella_dot.values import (
    Settings,
    Visit,
    decode_measure,
    decode_settings,
    encode_measure,
    encode_settings,
)
from firmware_protocols.protocol import DecodeError
from firmware_protocols.requests import Fits, Pause, Read, Talk, Write

LOOKS: Final = 3
LOOK_S: Final = 0.1
BUSY_LOOKS: Final = 10
BUSY_S: Final = 0.5


class RefusedError(ValueError):
    """The pod refuses a command; `result` says why."""

    def __init__(self, words: str, result: int) -> None:
        super().__init__(words)
        self.result = result


def command(kind: Kind, payload: bytes = b"") -> Talk[None]:
    """Have a command done, again while the flash of the pod is busy.

    Raises RefusedError if the pod refuses, TimeoutError if it does not acknowledge it.
    """
    result = int(Result.FLASH_BUSY)
    for _ in range(BUSY_LOOKS):
        result = yield from acknowledged(kind, payload)
        if result != Result.FLASH_BUSY:
            break
        yield Pause(BUSY_S)
    if result != Result.SUCCESS:
        why = _WHY.get(result, f"result {result:02X}; update its firmware")
        raise RefusedError(f"the pod refuses {kind.name}: {why}", result)


def acknowledged(kind: Kind, payload: bytes = b"") -> Talk[int]:
    """Send a command once and return how it went."""
    yield Write(Channel.COMMAND, encode_message(Message(kind, payload)))
    for _ in range(LOOKS):
        said = decode_acknowledged((yield Read(Channel.ACKNOWLEDGE)))
        if (said.kind, said.payload) == (kind, payload):
            return said.result
        yield Pause(LOOK_S)
    raise TimeoutError(f"the pod does not acknowledge {kind.name}; switch it off and on")


def state() -> Talk[int]:
    """Return what the pod is doing about recordings, one of `Result`."""
    return (yield from acknowledged(Kind.GET_STATE))


def notices(kinds: Collection[int]) -> Fits:
    """Return whether a notification is a whole message of one of these kinds."""

    def fits(notification: bytes) -> bool:
        try:
            message = decode_message(notification)
        except DecodeError:
            return False
        return message.topic == RECORDING and message.kind in kinds

    return fits


def set_rate(rate_hz: int) -> Talk[None]:
    """Set the rate, where it is another one, and see that the pod took it.

    It is kept when the pod is switched off. Raises ValueError where the pod does not take it.
    """
    if decode_settings((yield Read(Channel.SETTINGS))).rate_hz == rate_hz:
        return
    yield Write(Channel.SETTINGS, encode_settings(Settings(Visit.RATE, rate_hz=rate_hz)))
    does_hz = decode_settings((yield Read(Channel.SETTINGS))).rate_hz
    if does_hz != rate_hz:
        raise ValueError(
            f"the pod stays at {does_hz} Hz, where {rate_hz} Hz were asked for; if it is "
            "synchronised, end that with its maker's app, else switch it off and on"
        )


def measure(*, on: bool, mode: int) -> Talk[None]:
    """Start or stop measuring, and see that the pod does so; ValueError where it does not."""
    yield Write(Channel.MEASURE, encode_measure(on=on, mode=mode))
    measures, does = decode_measure((yield Read(Channel.MEASURE)))
    if measures != on or (on and does != mode):
        what = "begin" if on else "end"
        raise ValueError(f"the pod does not {what} measuring; switch it off and on")


_WHY: Final[Mapping[int, str]] = {
    Result.INVALID: "it does not know it, or cannot do it now; update its firmware",
    Result.FLASH_BUSY: "its memory is busy; try again in a minute",
    Result.ERASING: "it is erasing its memory; try again in a minute",
    Result.RECORDING: "it is recording on board; end that first",
    Result.SENDING_FLASH: "it is sending what it holds; try again in a minute",
    Result.SENDING_FILE: "it is sending what it holds; try again in a minute",
    Result.SENDING_DATA: "it is sending a recording; try again when that is done",
}
