"""Polar PMD, the sequences of requests that begin and end streaming."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Final

from firmware_protocols.polar_pmd.control import (
    Answer,
    Kind,
    Op,
    Setting,
    Settings,
    Status,
    decode_answer,
    decode_features,
    decode_settings,
    encode_command,
)
from firmware_protocols.polar_pmd.gatt import Channel
from firmware_protocols.protocol import DecodeError, Wanted
from firmware_protocols.requests import Ask, Conversation, Read, Subscribe, Talk, Wait

ATTEMPTS: Final = 3
ANSWER_S: Final = 3.0
MOST_ANSWERS: Final = 8  # that one list of settings is spread over
AXES: Final = 3
MOTION: Final = (Kind.ACC, Kind.GYRO)
ABOUT: Final = (Channel.BATTERY, Channel.SERIAL, Channel.FIRMWARE, Channel.MODEL)


class RefusedError(ValueError):
    """The pod refuses a command; `status` says why."""

    def __init__(self, words: str, status: int) -> None:
        super().__init__(words)
        self.status = status


def start(wanted: Wanted) -> Conversation:
    """Begin streaming of acceleration, and of angular rate where there is a gyroscope.

    What still streams, from a lost link or for another program, is ended first: it does not say
    how it was begun. A pod that has SDK mode is put into it, for the full rates and ranges. Raises
    ValueError if the pod refuses or has no accelerometer, TimeoutError if it does not answer.
    """
    can = decode_features((yield Read(Channel.CONTROL)))  # before its answers are listened to
    if Kind.ACC not in can:
        raise ValueError("the pod does not measure acceleration; use another one")
    for channel in ABOUT:
        yield Read(channel, optional=True)
    kinds = [kind for kind in MOTION if kind in can]
    yield Subscribe(Channel.CONTROL)
    yield from _end(kinds)
    if Kind.SDK_MODE in can:
        yield from command(Op.START, Kind.SDK_MODE, also=(Status.ALREADY,))
    offered = []
    for kind in kinds:
        offered.append(decode_settings((yield from _offered(kind, sdk=Kind.SDK_MODE in can))))
    yield Subscribe(Channel.DATA)
    for kind, settings in zip(kinds, chosen(offered, wanted), strict=True):
        yield from command(Op.START, kind, settings)


def stop() -> Conversation:
    """End streaming, and the mode without heart rate; some pods go on until they are empty else."""
    can = decode_features((yield Read(Channel.CONTROL)))
    yield Subscribe(Channel.CONTROL)
    yield from _end([kind for kind in MOTION if kind in can])
    if Kind.SDK_MODE in can:
        yield from command(Op.STOP, Kind.SDK_MODE, also=(Status.ALREADY,))


def chosen(offered: Sequence[Settings], wanted: Wanted) -> list[Settings]:
    """Return how to start each of the streams that offer these settings.

    All at one rate: the slowest that is not below the wanted one, else the fastest. The range is
    always the widest: the pod does not repeat it, so it must follow from what it offers.
    """
    common = set.intersection(*(set(one.get(Setting.RATE, ())) for one in offered))
    if not common:
        raise ValueError(
            "the pod offers no rate for both acceleration and angular rate; update its firmware"
        )
    enough = [rate_hz for rate_hz in common if rate_hz >= wanted.rate_hz]
    rate_hz = min(enough, default=max(common))
    return [{Setting.RATE: (rate_hz,), **_widest(one)} for one in offered]


def _widest(offered: Settings) -> dict[int, tuple[int, ...]]:
    settings = (Setting.RESOLUTION, Setting.RANGE, Setting.RANGE_MILLI, Setting.CHANNELS)
    return {one: (max(offered[one]),) for one in settings if offered.get(one)}


def _offered(kind: int, *, sdk: bool) -> Talk[bytes]:
    """Return the settings that a stream may be started with; all of them in SDK mode."""
    if sdk:
        with suppress(RefusedError):
            return (yield from command(Op.SDK_SETTINGS, kind))
    return (yield from command(Op.SETTINGS, kind))


def _end(kinds: Sequence[int]) -> Conversation:
    for kind in kinds:
        not_running = (Status.ALREADY, Status.STATE)
        yield from command(Op.STOP, kind, also=not_running)


def command(
    op: int, kind: int, settings: Settings | None = None, *, also: Sequence[int] = ()
) -> Talk[bytes]:
    """Send a command and return the parameters of its answer.

    Raises RefusedError unless the answer is yes or one of `also`, TimeoutError without one. Asking
    again is safe: a second start is answered as one that is already running.
    """

    def answers(value: bytes) -> bool:
        with suppress(DecodeError):
            answer = decode_answer(value)
            return (answer.op, answer.kind) == (op, kind)
        return False

    ask = Ask(
        Channel.CONTROL,
        encode_command(op, kind, settings),
        Channel.CONTROL,
        timeout_s=ANSWER_S,
        fits=answers,
    )
    for attempt in range(ATTEMPTS):
        with suppress(TimeoutError):
            answer = decode_answer((yield ask))
            again = attempt > 0 and op == Op.START and answer.status == Status.ALREADY
            if answer.status == Status.OK:
                return (yield from _whole(answer, Wait(Channel.CONTROL, answers, ANSWER_S)))
            if again or answer.status in also:
                return b""
            raise RefusedError(_refusal(op, kind, answer.status), answer.status)
    raise TimeoutError(f"the pod does not answer {Op(op).name}; switch it off and on")


def _whole(answer: Answer, rest: Wait) -> Talk[bytes]:
    """Return the parameters of an answer and of those that go on with it."""
    parameters = answer.parameters
    for _ in range(MOST_ANSWERS):
        if not answer.more:
            return parameters
        answer = decode_answer((yield rest))
        parameters += answer.parameters
    raise ValueError("the pod's answer does not end; switch it off and on")


def _refusal(op: int, kind: int, status: int) -> str:
    why = _WHY.get(status, f"status {status}; update its firmware")
    return f"the pod refuses {Op(op).name} of {Kind(kind).name}: {why}"


_WHY: Final[Mapping[int, str]] = {
    Status.NOT_SUPPORTED: "it cannot do that; use another pod",
    Status.RATE: "it does not support the rate; ask for another",
    Status.RANGE: "it does not support the range; ask for another",
    Status.MTU: "this machine offers packets that are too small; use another Bluetooth adapter",
    Status.STATE: "it is busy with something else; end its app, or switch it off and on",
    Status.IN_CHARGER: "it is in its charger; take it out",
    Status.FULL: "its memory is full; fetch its recordings and delete them",
}
