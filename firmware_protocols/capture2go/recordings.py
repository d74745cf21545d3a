"""Capture2Go, record in the pod itself, list what lies in it, and fetch it by offset."""

from collections.abc import Sequence
from typing import Final

from firmware_protocols.capture2go.conversation import connected, mode_for, prepare
from firmware_protocols.capture2go.files import (
    decode_bytes,
    decode_count,
    decode_file,
    decode_size,
    encode_name,
    encode_recording,
    encode_span,
)
from firmware_protocols.capture2go.frames import Package, encode_frame
from firmware_protocols.capture2go.gatt import Channel
from firmware_protocols.capture2go.packages import Code, Id, State
from firmware_protocols.capture2go.received import sort_packets
from firmware_protocols.capture2go.request import (
    ANSWER_S,
    Listener,
    RefusedError,
    accepted,
    request,
)
from firmware_protocols.pieces import joined
from firmware_protocols.protocol import Packet, Stored, Wanted
from firmware_protocols.requests import Conversation, Listen, Subscribe, Talk, Wait, Write

HOLES: Final = 10
"""Pieces that may be lost in a download, each asked for again, before it is given up."""


def begin(wanted: Wanted, name: str) -> Conversation:
    """Record in the pod as `wanted`, into a recording called `name`, until told to end."""
    status = yield from connected()
    if status.state == State.STREAMING:
        yield from request(Package(Id.STOP_AND_CLEAR), Id.STOPPED_AND_CLEARED)
    yield from prepare(wanted, mode_for(wanted))
    yield from request(Package(Id.SET_RECORDING, encode_recording(name)), Id.RECORDING)
    yield from request(Package(Id.START_RECORDING), Id.RECORDING_STARTED)


def end() -> Conversation:
    """End recording in the pod, where it has not ended by itself."""
    yield Subscribe(Channel.TX)
    try:
        yield from request(Package(Id.STOP_RECORDING), Id.RECORDING_STOPPED)
    except RefusedError as error:
        if error.code != Code.WRONG_STATE:
            raise


def stored() -> Talk[Sequence[Stored]]:
    """Return the recordings that lie in the pod."""
    yield Subscribe(Channel.TX)
    command = Package(Id.LIST_FILES)
    listener = Listener((Id.FILE_COUNT, Id.FILE), command.id)
    yield Listen(Channel.TX)
    yield Write(Channel.RX, encode_frame(command))
    count, found = None, {}
    while count is None or len(found) < count:
        while not listener.taken:
            yield Wait(Channel.TX, fits=listener, timeout_s=ANSWER_S)
        package = accepted(listener.taken.pop(0))
        if package.id == Id.FILE_COUNT:
            count = decode_count(package.payload)
        else:
            index, name, size_bytes = decode_file(package.payload)
            if index in found:
                raise ValueError("the pod lists a recording twice; switch it off and on")
            found[index] = Stored(name, size_bytes)
    return [found[index] for index in sorted(found)]


def download(recording: Stored, offset: int = 0) -> Conversation:
    """Fetch a recording from byte `offset` on, and how the pod's clock and mode are by now.

    A hole in what arrives is asked for again at once. Raises TimeoutError where the pod falls
    silent, ValueError where it refuses or too many pieces are lost.
    """
    yield from connected()
    yield from request(Package(Id.GET_MODE), Id.MODE)
    name = recording.name
    answer = yield from request(Package(Id.GET_SIZE, encode_name(name)), Id.SIZE)
    size_bytes = decode_size(answer.payload)[1]
    for _ in range(HOLES):
        offset = yield from _pieces(name, offset, size_bytes)
        if offset >= size_bytes:
            yield from request(Package(Id.GET_STATUS), Id.STATUS)
            return
        yield from request(Package(Id.STOP_BYTES), Id.BYTES_STOPPED)
    raise ValueError(f"{name} does not arrive whole; bring the pod closer and fetch it again")


def erase(recording: Stored) -> Conversation:
    """Let the pod forget a recording."""
    yield Subscribe(Channel.TX)
    yield from request(Package(Id.DELETE_FILE, encode_name(recording.name)), Id.FILE_DELETED)


def _pieces(name: str, offset: int, size_bytes: int) -> Talk[int]:
    """Ask for the rest of a recording; return how far it arrived without a hole."""
    if offset >= size_bytes:
        return offset
    command = Package(Id.GET_BYTES, encode_span(name, offset))
    listener = Listener((Id.BYTES,), command.id)
    yield Listen(Channel.TX)
    yield Write(Channel.RX, encode_frame(command))
    while offset < size_bytes:
        while not listener.taken:
            yield Wait(Channel.TX, fits=listener, timeout_s=ANSWER_S)
        begins, content = decode_bytes(accepted(listener.taken.pop(0)).payload)
        if not begins <= offset < begins + len(content):
            return offset
        offset = begins + len(content)
    return offset


def fetched(packets: Sequence[Packet], recording: Stored) -> bytes:
    """Return what was received of a recording, from its beginning to the first hole."""
    return joined(sort_packets(packets).files.get(recording.name, {}))
