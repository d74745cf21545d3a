"""Movesense, the sequences of requests that begin, resume and end streaming."""

from contextlib import suppress
from typing import Final

from firmware_protocols.movesense_gsp.frames import Answer, Command, Status, encode_paths
from firmware_protocols.movesense_gsp.gatt import Channel
from firmware_protocols.movesense_gsp.request import (
    Reference,
    RefusedError,
    answers,
    ask,
    get,
    request,
)
from firmware_protocols.movesense_gsp.streams import STREAMS, Stream, stream_for
from firmware_protocols.movesense_gsp.values import BATTERY, TIME, Hello, decode_hello
from firmware_protocols.protocol import Wanted
from firmware_protocols.requests import Conversation, Listen, Subscribe, Talk, Wait

FIRST_FRAME_S: Final = 3.0
LISTEN_S: Final = 1.0


def start(wanted: Wanted) -> Conversation:
    """Begin streaming as `wanted`; after a lost link too, for a subscription ends with it.

    Raises ValueError if the pod refuses, TimeoutError if it does not answer or sends no samples.
    """
    yield from connected()
    stream = stream_for(wanted.rate_hz)
    try:
        yield from _subscribe(stream)
    except RefusedError as error:
        if error.status in (Status.BUSY, Status.NOT_FOUND):
            raise
        yield from ask(Command.UNSUBSCRIBE, stream.reference)
        yield from _subscribe(stream)
    try:
        fits = answers(stream.reference, (Answer.DATA,))
        yield Wait(Channel.DATA, fits=fits, timeout_s=FIRST_FRAME_S)
    except TimeoutError as error:
        what = f"the pod has agreed to send {stream.path} and sends nothing"
        raise TimeoutError(f"{what}; switch it off and on") from error


def stop() -> Conversation:
    """End the stream that is under way; which one, its samples say."""
    yield Subscribe(Channel.DATA)
    yield Listen(Channel.DATA)
    with suppress(TimeoutError):
        frame = yield Wait(Channel.DATA, fits=_of_a_stream, timeout_s=LISTEN_S)
        try:
            yield from request(Command.UNSUBSCRIBE, frame[1])
        except RefusedError as error:
            if error.status != Status.NOT_FOUND:  # it has ended meanwhile
                raise


def connected() -> Talk[Hello]:
    """Listen to a pod that has just been connected, and ask who it is, and how it is."""
    yield Subscribe(Channel.DATA)
    hello = decode_hello((yield from ask(Command.HELLO, Reference.HELLO)))
    yield from get(BATTERY, Reference.BATTERY)
    yield from get(TIME, Reference.TIME)
    return hello


def _subscribe(stream: Stream) -> Conversation:
    yield from request(Command.SUBSCRIBE, stream.reference, encode_paths(stream.path))


def _of_a_stream(notification: bytes) -> bool:
    return len(notification) > 2 and notification[0] == Answer.DATA and notification[1] in STREAMS
