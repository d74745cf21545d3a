"""Ask a service over HTTP, within bounds of size and time.

Nothing is sent anywhere but to the service that is configured: a redirection is refused, since it
would carry the key along. What goes wrong is one sentence, which never holds the key.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException
from time import monotonic
from typing import Any, Final
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
)

from pipelines.web_service.own_key import Service

PIECE_BYTES: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class Limits:
    """How long one answer may keep us waiting, between two pieces of it and in all, in s."""

    silence_s: float = 20.0
    total_s: float = 120.0


@dataclass(frozen=True, slots=True)
class Trouble:
    """What to say of a service that does not answer as it should.

    `refused` is by status; `too_much` says what to do about an answer without end; `instead` is
    what can be done without the service, if anything.
    """

    refused: Mapping[int, str]
    too_much: str
    instead: str = ""

    def later(self, words: str) -> str:
        """Return words with what can be done instead."""
        return f"{words}, or {self.instead}" if self.instead else words

    def of(self, status: int) -> str:
        """Return what to say of a status."""
        if 300 <= status < 400:
            instead = self.instead or "try again later"
            return f"sends us elsewhere, where the key must not go; {instead}"
        return self.refused.get(status, self.later(f"answers with error {status}; try again later"))


@dataclass(frozen=True, slots=True)
class Body:
    """What is sent: bytes and their type."""

    data: bytes
    kind: str


def ask(
    service: Service,
    path: str,
    *,
    most_bytes: int,
    allowed_by: str,
    trouble: Trouble,
    accept: str = "application/json",
    query: Mapping[str, str] | None = None,
    method: str = "GET",
    body: Body | None = None,
    limits: Limits | None = None,
) -> bytes:
    """Return what the service answers on `path`; `allowed_by` is the header of authorization.

    OSError with one sentence where it cannot be reached, refuses, or answers with too much.
    """
    url = f"{service.base_url}{path}" + (f"?{urlencode(query)}" if query else "")
    headers = {"Authorization": allowed_by, "Accept": accept, "User-Agent": "midstance"}
    headers |= {"Content-Type": body.kind} if body else {}
    data = body.data if body else None
    request = Request(url, data=data, method=method, headers=headers)
    limits = limits or Limits()
    until = monotonic() + limits.total_s
    try:
        with _opener(service).open(request, timeout=limits.silence_s) as answer:
            read = _read(answer, most_bytes, until)
    except HTTPError as error:
        with error:
            raise OSError(f"{service.name} {trouble.of(error.code)}") from None
    except (URLError, HTTPException, OSError, ValueError) as error:
        raise OSError(f"{service.name} {_unreachable(error, trouble)}") from None
    if len(read) > most_bytes:
        raise OSError(f"{service.name} sends more than a run has; {trouble.too_much}")
    return read


def _read(answer: Any, most_bytes: int, until: float) -> bytes:
    """Read an answer piece by piece, no more than one piece beyond its greatest size."""
    data = bytearray()
    while len(data) <= most_bytes and (piece := answer.read1(PIECE_BYTES)):
        data += piece
        if monotonic() > until:
            raise TimeoutError
    return bytes(data)


def _unreachable(error: Exception, trouble: Trouble) -> str:
    reason = error.reason if isinstance(error, URLError) else error
    if isinstance(reason, TimeoutError):
        return trouble.later("is too slow; try again later")
    known = reason.strerror if isinstance(reason, OSError) else None
    why = (known or type(reason).__name__).lower()
    return trouble.later(f"cannot be reached ({why}); check the network")


def _opener(service: Service) -> OpenerDirector:
    """Return what opens https, and http on this machine, which is not asked through a proxy.

    It has nothing that follows a redirection, nor reads files.
    """
    opener = OpenerDirector()
    for handler in (
        ProxyHandler({} if service.is_local else None),
        HTTPHandler(),
        HTTPSHandler(),
        HTTPDefaultErrorHandler(),
        HTTPErrorProcessor(),
    ):
        opener.add_handler(handler)
    return opener
