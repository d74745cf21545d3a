"""Capture2Go, ask a pod: its answer stands in the stream, behind what the pod held back."""

from collections.abc import Container, Mapping
from contextlib import suppress
from typing import Final

from firmware_protocols.capture2go.frames import Assembler, Package, encode_frame, packages_of
from firmware_protocols.capture2go.gatt import Channel
from firmware_protocols.capture2go.packages import Code, Id, decode_refusal
from firmware_protocols.protocol import DecodeError
from firmware_protocols.requests import Ask, Talk, Wait

ATTEMPTS: Final = 3
ANSWER_S: Final = 3.0
MOST_WAITS: Final = 20
"""A pod that was out of reach sends first what it has measured meanwhile: up to a minute of it."""


class RefusedError(ValueError):
    """The pod refuses a command; `code` says why."""

    def __init__(self, words: str, code: int) -> None:
        super().__init__(words)
        self.code = code


class Listener:
    """Take the packages of some ids out of the notifications that pass by."""

    def __init__(self, ids: Container[int], command: int) -> None:
        self.taken: list[Package] = []
        self.heard = False
        self._ids = ids
        self._command = command
        self._assembler = Assembler()

    def __call__(self, notification: bytes) -> bool:
        """Say whether a package that was waited for is whole with this notification."""
        before = len(self.taken)
        self.heard = True
        self.taken += [
            package
            for package in packages_of(notification, self._assembler)
            if package.id in self._ids or self._refuses(package)
        ]
        return len(self.taken) > before

    def _refuses(self, package: Package) -> bool:
        if package.id != Id.ERROR:
            return False
        with suppress(DecodeError):
            return decode_refusal(package.payload)[1] == self._command
        return False


def request(command: Package, answer: int) -> Talk[Package]:
    """Send `command` and return the answer to it.

    Raises RefusedError if the pod refuses, TimeoutError if it does not answer. Asking again is
    safe for all commands used here.
    """
    left = MOST_WAITS
    for _ in range(ATTEMPTS):
        listener = Listener((answer,), command.id)
        with suppress(TimeoutError):
            yield Ask(
                Channel.RX, encode_frame(command), Channel.TX, timeout_s=ANSWER_S, fits=listener
            )
        while not listener.taken and listener.heard and left > 0:
            listener.heard, left = False, left - 1
            with suppress(TimeoutError):
                yield Wait(Channel.TX, fits=listener, timeout_s=ANSWER_S)
        if listener.taken:
            return accepted(listener.taken[0])
    what = Id(command.id).name
    raise TimeoutError(f"the pod does not answer {what}; switch it off and on")


def accepted(package: Package) -> Package:
    """Return the package, unless it says that the pod refuses."""
    if package.id != Id.ERROR:
        return package
    code, command = decode_refusal(package.payload)
    what = Id(command).name if command in set(Id) else f"command {command:04X}"
    why = _WHY.get(code, f"code {code:02X}; update its firmware")
    raise RefusedError(f"the pod refuses {what}: {why}", code)


_WHY: Final[Mapping[int, str]] = {
    Code.FILE_NOT_FOUND: "it has no such recording; list what it has",
    Code.FILE_EXISTS: "it has a recording of that name; choose another",
    Code.NAME_INVALID: "it does not take that name; choose another",
    Code.FULL: "its memory is full; fetch its recordings and delete them",
    Code.BUSY: "it is busy; try again in a few seconds",
    Code.WRONG_STATE: "it is in the wrong state; switch it off and on",
}
