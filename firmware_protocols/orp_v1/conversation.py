"""ORP v1, the sequences of requests that begin, resume and end sampling."""

from collections.abc import Generator, Mapping
from contextlib import suppress
from typing import Final

from firmware_protocols.orp_v1.config import Config, Quantity, encode_config
from firmware_protocols.orp_v1.control import (
    Answer,
    Command,
    Op,
    Result,
    decode_answer,
    encode_command,
)
from firmware_protocols.orp_v1.gatt import Channel
from firmware_protocols.protocol import (
    Ask,
    Conversation,
    DecodeError,
    Read,
    Request,
    Subscribe,
    Wanted,
)

ATTEMPTS: Final = 3


def start(wanted: Wanted) -> Conversation:
    """Begin sampling as `wanted`, or resume the stream of a pod that is sampling already.

    A sampling pod refuses CONFIG and says how it is configured; it goes on as it is. Raises
    ValueError if the pod refuses otherwise, TimeoutError if it does not answer.
    """
    yield Read(Channel.INFO)
    for channel in (Channel.CONTROL, Channel.BULK, Channel.STREAM, Channel.STATUS):
        yield Subscribe(channel)
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


def stop() -> Conversation:
    """End sampling; CONTROL must be subscribed, as after `start`."""
    answer = yield from command(Command(Op.STOP, 3))
    if answer.result != Result.OK:
        raise ValueError(_refusal("to stop", answer))


def command(command: Command) -> Generator[Request, bytes, Answer]:
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
    Result.BUSY: "it is busy; try again in a few seconds",
}
