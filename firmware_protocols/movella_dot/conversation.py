"""Movella DOT, the sequences of requests that begin, resume and end streaming."""

from contextlib import suppress
from typing import Final

from firmware_protocols.movella_dot.gatt import Channel
from firmware_protocols.movella_dot.messages import Result
from firmware_protocols.movella_dot.request import measure, set_rate, state
from firmware_protocols.movella_dot.values import Mode, decode_measure, rate_for
from firmware_protocols.protocol import Wanted
from firmware_protocols.requests import Conversation, Listen, Pause, Read, Subscribe, Talk, Wait

FIRST_SAMPLE_S: Final = 3.0
CLOCK_S: Final = 1.5
CLOCK_HZ: Final = 60


def start(wanted: Wanted) -> Conversation:
    """Begin streaming as `wanted`; after a lost link too, for nothing was kept meanwhile.

    Raises ValueError if the pod is recording on board or does not take what is asked of it,
    TimeoutError if it sends no samples.
    """
    if (yield from connected()) == Result.RECORDING:
        raise ValueError("the pod is recording on board; end that first")
    yield from set_rate(rate_for(wanted.rate_hz))
    yield Subscribe(Channel.MEDIUM)
    yield Listen(Channel.MEDIUM)
    yield from measure(on=True, mode=Mode.RATE_QUANTITIES)
    try:
        yield Wait(Channel.MEDIUM, timeout_s=FIRST_SAMPLE_S)
    except TimeoutError as error:
        raise TimeoutError(
            "the pod has agreed to measure and sends nothing; switch it off and on"
        ) from error


def stop() -> Conversation:
    """End the stream."""
    yield from measure(on=False, mode=Mode.RATE_QUANTITIES)


def connected() -> Talk[int]:
    """Ask a pod that has just been connected who and how it is, and end what it measures.

    Returns what it is doing about recordings. The rate cannot be set while it measures.
    """
    yield Read(Channel.INFO)
    yield Read(Channel.BATTERY)
    yield Subscribe(Channel.BATTERY)
    yield Subscribe(Channel.NOTICE)
    measures, mode = decode_measure((yield Read(Channel.MEASURE)))
    if measures:
        yield from measure(on=False, mode=mode)
    return (yield from state())


def look_at_clock() -> Conversation:
    """Have the pod send its time for a moment: with a payload that holds no samples of ours."""
    yield from set_rate(CLOCK_HZ)
    yield Subscribe(Channel.SHORT)
    yield Listen(Channel.SHORT)
    yield from measure(on=True, mode=Mode.FREE_ACCELERATION)
    with suppress(TimeoutError):
        yield Wait(Channel.SHORT, timeout_s=FIRST_SAMPLE_S)
        yield Pause(CLOCK_S)
    yield from measure(on=False, mode=Mode.FREE_ACCELERATION)
