"""ORP v1, the sequences of requests that begin, resume and end sampling."""

from collections.abc import Mapping
from contextlib import suppress
from itertools import count as counter
from typing import Final

from firmware_protocols.orp_v1.config import Config, Quantity, encode_config
from firmware_protocols.orp_v1.control import (
    Answer,
    Command,
    Op,
    Result,
    decode_answer,
    decode_pair,
    encode_command,
    encode_pair,
    encode_ping,
)
from firmware_protocols.orp_v1.frames import Kind, decode_frame
from firmware_protocols.orp_v1.gatt import Channel
from firmware_protocols.protocol import DecodeError, Wanted
from firmware_protocols.requests import (
    Ask,
    Conversation,
    Listen,
    Read,
    Subscribe,
    Talk,
    Wait,
    Write,
)

ATTEMPTS: Final = 3
END_S: Final = 5.0  # within which a back-fill begins and ends
_asked: Final = counter()
SLOWEST_HZ: Final = 100.0  # samples again in a second, on the worst of links


def start(wanted: Wanted) -> Conversation:
    """Begin sampling as `wanted`, or resume the stream of a pod that is sampling already.

    A sampling pod refuses CONFIG and says how it is configured; it goes on as it is. Raises
    ValueError if the pod refuses otherwise, TimeoutError if it does not answer.
    """
    yield Read(Channel.INFO)
    for channel in (Channel.CONTROL, Channel.BULK, Channel.STREAM, Channel.STATUS):
        yield Subscribe(channel)
    yield Subscribe(Channel.TIME, optional=True)
    config = Config(
        rate_hz=wanted.rate_hz,
        ranges={
            Quantity.SPECIFIC_FORCE: wanted.acc_range_g,
            Quantity.ANGULAR_RATE: wanted.gyr_range_dps,
        },
        max_latency_ms=round(wanted.max_latency_s * 1000),
    )
    answer = yield from command(Command(Op.CONFIG, 1, encode_config(config)))
    if answer.result not in (Result.OK, Result.STATE):
        raise ValueError(_refusal("its configuration", answer))
    answer = yield from command(Command(Op.START, 2))
    if answer.result != Result.OK:
        raise ValueError(_refusal("to start", answer))


def ping(number: int) -> Write:
    """Return a request that the pod stamps as it comes in."""
    return Write(Channel.TIME, encode_ping(number % 256), confirmed=False)


def stop() -> Conversation:
    """End sampling; CONTROL must be subscribed, as after `start`."""
    answer = yield from command(Command(Op.STOP, 3))
    if answer.result != Result.OK:
        raise ValueError(_refusal("to stop", answer))


def backfill(first: int, how_many: int) -> Talk[tuple[int, int]]:
    """Fetch the first `how_many` samples from `first` on that the pod still holds.

    That can be the first thing asked for on a new link. Returns the index of the first that the pod
    promised and one past the last; fewer may have arrived, which the index shows. Raises ValueError
    if the pod refuses, TimeoutError if the end of it does not come.
    """
    for channel in (Channel.CONTROL, Channel.BULK):
        yield Subscribe(channel)
    yield Listen(Channel.BULK)  # the frames may overtake the answer
    answer = yield from command(Command(Op.BACKFILL, _fresh(), encode_pair(first, how_many)))
    if answer.result != Result.OK:
        raise ValueError(_refusal("to send samples again", answer))
    begin, count = decode_pair(answer.data)
    stop, at_most_s = begin + count, END_S + count / SLOWEST_HZ
    yield Wait(Channel.BULK, fits=lambda payload: _ends(payload, stop), timeout_s=at_most_s)
    return begin, stop


def _fresh() -> int:
    """Return a request id unlike that of the last question.

    To the very same command a pod repeats its answer, and what its ring holds would be old news.
    """
    return 16 + next(_asked) % 240


def _ends(payload: bytes, stop: int) -> bool:
    """Return whether this is the frame that ends a back-fill before sample `stop`."""
    try:
        frame = decode_frame(payload)
    except DecodeError:
        return False
    return frame.kind == Kind.END and frame.index == stop


def command(command: Command) -> Talk[Answer]:
    """Ask on CONTROL until the answer to just this request comes.

    Asking again is safe: a pod repeats its answer to a request id it has just answered.
    """
    request = Ask(Channel.CONTROL, encode_command(command), reply=Channel.CONTROL)
    for _ in range(ATTEMPTS):
        with suppress(TimeoutError, DecodeError):
            answer = decode_answer((yield request))
            if (answer.op, answer.request_id) == (command.op, command.request_id):
                return answer
    raise TimeoutError(f"the pod does not answer {Op(command.op).name}; switch it off and on")


def _refusal(what: str, answer: Answer) -> str:
    why = _WHY.get(answer.result, f"result {answer.result}; update its firmware")
    return f"the pod refuses {what}: {why}"


_WHY: Final[Mapping[int, str]] = {
    Result.UNKNOWN_OP: "it does not know the command; update its firmware",
    Result.PARAMETER: "it does not support the rate or range; ask for another",
    Result.STATE: "it is in the wrong state; switch it off and on",
    Result.MTU: "this machine offers packets that are too small; use another Bluetooth adapter",
    Result.RANGE: "it holds none of them",
    Result.BUSY: "it is busy; try again in a few seconds",
}
