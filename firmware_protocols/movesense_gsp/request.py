"""Movesense, ask a pod: answers come in any order, and are told apart by their reference.

A pod keeps a few places for requests. One that it never answers keeps its place, and without a
free one it answers BUSY to everything until it is started anew. So requests go one after the
other, and none is repeated.
"""

from collections.abc import Collection, Mapping
from enum import IntEnum
from typing import Final

from firmware_protocols.movesense_gsp.frames import (
    Answer,
    Command,
    Status,
    decode_status,
    encode_command,
    encode_paths,
)
from firmware_protocols.movesense_gsp.gatt import Channel
from firmware_protocols.movesense_gsp.values import SystemMode
from firmware_protocols.protocol import DecodeError
from firmware_protocols.requests import Ask, Fits, Pause, Talk, Write

ANSWER_S: Final = 5.0
STARTS_ANEW_S: Final = 6.0


class Reference(IntEnum):
    """By which reference what is asked; streams have theirs in `STREAMS`, logs from `LOG` on."""

    HELLO = 0x01
    BATTERY = 0x02
    TIME = 0x03
    LOGGER = 0x04
    LOGBOOK = 0x05
    SET_UTC = 0x06
    SET_LOGGED = 0x07
    SET_LOGGER = 0x08
    SET_SYSTEM_MODE = 0x09
    LOG = 0xC0


LOG_REFERENCES: Final = range(Reference.LOG, 0x100)
"""A log is fetched by the reference of its number, of which those 64 apart have the same."""


class RefusedError(ValueError):
    """The pod refuses a command; `status` says why."""

    def __init__(self, words: str, status: int) -> None:
        super().__init__(words)
        self.status = status


def answers(reference: int, kinds: Collection[int] = (Answer.RESPONSE,)) -> Fits:
    """Return whether a notification is of one of these kinds, and of this reference."""

    def fits(notification: bytes) -> bool:
        head = notification[:2]
        return len(head) == 2 and head[0] in kinds and head[1] == reference

    return fits


def ask(command: Command, reference: int, payload: bytes = b"") -> Talk[bytes]:
    """Send a command and return what its response brings.

    Raises TimeoutError if the pod does not answer.
    """
    said = encode_command(command, reference, payload)
    fits = answers(reference)
    try:
        answer = yield Ask(Channel.COMMAND, said, Channel.DATA, timeout_s=ANSWER_S, fits=fits)
    except TimeoutError as error:
        what = command.name
        raise TimeoutError(f"the pod does not answer {what}; switch it off and on") from error
    return answer[2:]


def request(command: Command, reference: int, payload: bytes = b"") -> Talk[bytes]:
    """Send a command and return the data of its response.

    Raises RefusedError if the pod refuses, TimeoutError if it does not answer. A pod that has no
    place left for requests is started anew, which ends the link.
    """
    status, data = _status((yield from ask(command, reference, payload)))
    if status in (Status.OK, Status.ACCEPTED):
        return data
    if status == Status.BUSY:
        yield from start_anew()
    why = _WHY.get(status, f"status {status}; update its firmware")
    raise RefusedError(f"the pod refuses {command.name}: {why}", status)


def get(path: str, reference: int) -> Talk[bytes]:
    """Return the value of a resource."""
    return (yield from request(Command.GET, reference, encode_paths(path)))


def start_anew() -> Talk[None]:
    """Tell the pod to start anew, and give it the time: the link is lost meanwhile."""
    mode = bytes([SystemMode.APPLICATION])
    said = encode_command(Command.SET_SYSTEM_MODE, Reference.SET_SYSTEM_MODE, mode)
    yield Write(Channel.COMMAND, said)
    yield Pause(STARTS_ANEW_S)


def _status(payload: bytes) -> tuple[int, bytes]:
    try:
        return decode_status(payload)
    except DecodeError:
        return 0, b""


_WHY: Final[Mapping[int, str]] = {
    Status.UNAUTHORISED: "it does not give that away",
    Status.NOT_FOUND: "it has no such thing; update its firmware to 2.3 or later",
    Status.CONFLICT: "it is at something else; switch it off and on",
    Status.BUSY: "it has no place left for requests; switch it off and on",
    Status.UNAVAILABLE: "it cannot now; try again in a few seconds",
}
