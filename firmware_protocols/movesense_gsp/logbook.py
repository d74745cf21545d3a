"""Movesense, record in the pod itself, list its logs, and fetch them.

Only the pods with flash hold a run: the others keep 384 kB, which at 104 Hz are 2.6 minutes. A log
is written whole when the pod starts anew, which ends the link.
"""

from collections.abc import Sequence
from typing import Final

from firmware_protocols.movesense_gsp.conversation import connected
from firmware_protocols.movesense_gsp.frames import Answer, Command, encode_paths
from firmware_protocols.movesense_gsp.gatt import Channel
from firmware_protocols.movesense_gsp.received import sort_packets
from firmware_protocols.movesense_gsp.request import (
    LOG_REFERENCES,
    Reference,
    answers,
    get,
    request,
    start_anew,
)
from firmware_protocols.movesense_gsp.streams import stream_for
from firmware_protocols.movesense_gsp.values import (
    LOGBOOK,
    LOGGER,
    TIME,
    Logger,
    decode_entries,
    decode_piece,
    encode_number,
    encode_utc,
)
from firmware_protocols.pieces import joined
from firmware_protocols.protocol import DecodeError, Packet, Stored, Wanted
from firmware_protocols.requests import Conversation, Listen, Talk, Wait

FLASH: Final = "flash"
HOLES: Final = 5
"""Times that a log is fetched again because of a hole, before it is given up."""
PIECE_S: Final = 5.0


def begin(wanted: Wanted, _: str) -> Conversation:
    """Record in the pod as `wanted` until told to end. The pod itself numbers its logs.

    Raises ValueError for a pod whose memory does not hold a run.
    """
    hello = yield from connected()
    if FLASH not in hello.product.lower():
        raise ValueError(
            f"{hello.product or 'this pod'} has no flash memory: it holds the last 2.6 minutes, "
            "and a run is longer; record with a laptop near, or wear a Movesense Flash"
        )
    state = yield from get(LOGGER, Reference.LOGGER)
    if state[:1] == bytes([Logger.LOGGING]):
        raise ValueError("the pod is recording on board already; end that first")
    if wanted.utc_ns:
        yield from request(Command.SET_UTC, Reference.SET_UTC, encode_utc(wanted.utc_ns // 1000))
    paths = encode_paths(stream_for(wanted.rate_hz).path, TIME)
    yield from request(Command.SET_LOGGED, Reference.SET_LOGGED, paths)
    yield from _logger(Logger.LOGGING)


def end() -> Conversation:
    """End recording in the pod, and let it start anew, which ends the link and keeps the log."""
    yield from connected()
    yield from _logger(Logger.READY)
    yield from start_anew()


def stored() -> Talk[Sequence[Stored]]:
    """Return the logs that the pod lists: as many as fit a notification, the others unmentioned.

    Any log can be fetched by its number.
    """
    yield from connected()
    entries = decode_entries((yield from get(LOGBOOK, Reference.LOGBOOK)))
    return [Stored(str(entry.number), entry.size_bytes) for entry in entries]


def download(recording: Stored, offset: int = 0) -> Conversation:
    """Fetch a log, of which the bytes before `offset` are there already.

    A pod sends it from its beginning all the same. A log in which pieces are missing is fetched
    again. Raises TimeoutError where the pod falls silent, ValueError where it refuses or too many
    pieces are lost.
    """
    yield from connected()
    pieces = {0: bytes(offset)}
    for _ in range(HOLES):
        stop = yield from _fetch(_number(recording), pieces)
        if len(joined(pieces)) >= stop:
            return
    raise ValueError(
        f"log {recording.name} does not arrive whole; bring the pod closer and fetch it again"
    )


def fetched(packets: Sequence[Packet], recording: Stored) -> bytes:
    """Return what was received of a log, from its beginning to the first hole."""
    return joined(sort_packets(packets).logs.get(_reference(_number(recording)), {}))


def _logger(state: Logger) -> Conversation:
    yield from request(Command.SET_LOGGER, Reference.SET_LOGGER, bytes([state]))


def _fetch(number: int, pieces: dict[int, bytes]) -> Talk[int]:
    """Have a log sent once; return where it ends."""
    reference = _reference(number)
    yield Listen(Channel.DATA)
    yield from request(Command.FETCH_LOG, reference, encode_number(number))
    fits = answers(reference, (Answer.DATA, Answer.DATA_PART_2))
    while True:
        notification = yield Wait(Channel.DATA, fits=fits, timeout_s=PIECE_S)
        offset, content = decode_piece(notification[2:])
        if not content:
            return offset
        pieces[offset] = max(content, pieces.get(offset, b""), key=len)


def _number(recording: Stored) -> int:
    if not recording.name.isdecimal() or int(recording.name) >= 2**32:
        raise DecodeError("logs of a Movesense have numbers for names", recording.name.encode())
    return int(recording.name)


def _reference(number: int) -> int:
    return LOG_REFERENCES[number % len(LOG_REFERENCES)]
