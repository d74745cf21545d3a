"""Movella DOT, record in the pod itself, list its recordings, and fetch them by their number.

A recording is fetched as records of one sample each, numbered from 0; a place in it is counted in
the bytes of those. What is erased, and when, is left to the maker's app.
"""

from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from firmware_protocols.movella_dot.conversation import connected, look_at_clock
from firmware_protocols.movella_dot.files import (
    MOST_FILES,
    RECORD,
    SELECTED,
    Flash,
    decode_flash,
    decode_record,
    encode_number,
    encode_start,
)
from firmware_protocols.movella_dot.gatt import Channel
from firmware_protocols.movella_dot.messages import Kind, Message, Result, decode_message
from firmware_protocols.movella_dot.received import sort_packets
from firmware_protocols.movella_dot.request import (
    RefusedError,
    command,
    notices,
    set_rate,
    state,
)
from firmware_protocols.movella_dot.values import rate_for
from firmware_protocols.pieces import joined
from firmware_protocols.protocol import DecodeError, Packet, Stored, Wanted
from firmware_protocols.requests import Conversation, Listen, Talk, Wait

NOTICE_S: Final = 5.0
MOST_PARTS: Final = 64
HOLES: Final = 10
"""Times that lost records are asked for again in a download before it is given up."""
PATIENCE: Final = 200
"""Records that may come before those that were asked for again; as in the maker's own program."""
NS: Final = 1_000_000_000


def begin(wanted: Wanted, _: str) -> Conversation:
    """Record in the pod as `wanted` until told to end. The pod itself numbers its recordings.

    Raises ValueError if the pod is at something else, or does not begin.
    """
    yield from _idle()
    yield from look_at_clock()
    yield from set_rate(rate_for(wanted.rate_hz, live=False))
    yield from command(Kind.START, encode_start(wanted.utc_ns // NS))
    if (yield from state()) != Result.RECORDING:
        raise ValueError(
            "the pod does not record: its memory may be full, which it calls itself at 90 %; "
            "fetch its recordings and erase them with its maker's app"
        )


def end() -> Conversation:
    """End recording in the pod, where it has not ended by itself: its memory may be full."""
    if (yield from connected()) == Result.RECORDING:
        yield Listen(Channel.NOTICE)
        yield from command(Kind.STOP)
        yield Wait(Channel.NOTICE, fits=notices((Kind.STOP,)), timeout_s=NOTICE_S)
    yield from look_at_clock()


def stored() -> Talk[Sequence[Stored]]:
    """Return the recordings that lie in the pod; their sizes are those of the flash they take."""
    yield from _idle()
    sizes_bytes = (yield from flash()).sizes_bytes
    return [Stored(str(k), size, exact=False) for k, size in enumerate(sizes_bytes, 1)]


def download(recording: Stored, offset: int = 0) -> Conversation:
    """Fetch a recording from byte `offset` on.

    Records that are lost are asked for again at once. Raises TimeoutError where the pod falls
    silent, ValueError where it refuses or too many records are lost.
    """
    number = _number(recording)
    yield from _idle()
    yield from command(Kind.SELECT, SELECTED)
    yield Listen(Channel.NOTICE)
    yield from command(Kind.GET_FILE, bytes([number]))
    if (yield from _notice(Kind.FILE, Kind.FILE_DONE, Kind.NO_FILE)).kind == Kind.NO_FILE:
        raise ValueError(f"the pod has no recording {number}; list what it has")
    yield from command(Kind.GET_DATA, bytes([number]))
    first = offset // RECORD.itemsize
    if first:
        yield from _resend(first)
    yield from _records(first)


def fetched(packets: Sequence[Packet], recording: Stored) -> bytes:
    """Return the records that were received, from the first to the first that is missing.

    Those that the pod found to be damaged are zeros.
    """
    file = sort_packets(packets).files.get(_number(recording))
    if file is None:
        return b""
    size = file.record_bytes
    return joined({number * size: record for number, record in file.records.items()})


def flash() -> Talk[Flash]:
    """Ask what the flash of an idle pod holds."""
    yield Listen(Channel.NOTICE)
    yield from command(Kind.GET_FLASH)
    said: list[bytes] = []
    while len(said) < MOST_PARTS:
        message = yield from _notice(Kind.FLASH, Kind.FLASH_DONE, Kind.INVALID_FLASH)
        if message.kind == Kind.INVALID_FLASH:
            raise ValueError("the pod cannot read its memory; erase it with its maker's app")
        if message.kind == Kind.FLASH_DONE:
            return decode_flash(said)
        said.append(message.payload)
    raise ValueError("the pod does not end its list of recordings; update its firmware")


def _idle() -> Talk[None]:
    """Connect to a pod and see that it rests; what it was sending to a link now lost is ended."""
    does = yield from connected()
    if does == Result.SENDING_DATA:
        yield from command(Kind.STOP_DATA)
        does = yield from state()
    if does == Result.RECORDING:
        raise ValueError("the pod is recording on board; end that first")
    if does != Result.IDLE:
        raise ValueError("the pod is at something else; try again in a minute")


def _records(expected: int) -> Conversation:
    """Receive the records from number `expected` on, as often as it takes."""
    holes, asked, beyond = 0, -1, 0
    while True:
        message = yield from _notice(Kind.DATA, Kind.DAMAGED_DATA, Kind.DATA_DONE, Kind.STOP_DATA)
        if message.kind == Kind.STOP_DATA or (message.kind == Kind.DATA_DONE and asked == expected):
            break
        if message.kind == Kind.DATA_DONE:
            return
        number, _ = decode_record(message.payload)
        if number == expected:
            expected += 1
        elif number > expected:
            beyond += 1
            if asked != expected or beyond > PATIENCE:
                if (holes := holes + 1) > HOLES:
                    yield from command(Kind.STOP_DATA)
                    break
                asked, beyond = expected, 0
                yield from _resend(expected)
    raise ValueError("the recording does not arrive whole; bring the pod closer and fetch it again")


def _resend(first: int) -> Talk[None]:
    """Have all records sent from one on; a pod that has sent all of them by now refuses."""
    with suppress(RefusedError):
        yield from command(Kind.RESEND, encode_number(first))


def _notice(*kinds: Kind) -> Talk[Message]:
    return decode_message((yield Wait(Channel.NOTICE, fits=notices(kinds), timeout_s=NOTICE_S)))


def _number(recording: Stored) -> int:
    name = recording.name
    if not (name.isascii() and name.isdecimal()) or not 1 <= int(name) <= MOST_FILES:
        raise DecodeError("recordings of a Movella DOT have numbers for names", name.encode())
    return int(name)
