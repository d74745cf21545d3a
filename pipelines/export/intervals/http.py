"""Ask intervals.icu over HTTP, within bounds of size and time.

Nothing is sent anywhere but to the service that is configured: a redirection is refused, since it
would carry the key along. What goes wrong is one sentence, which never holds the key.
"""

from __future__ import annotations

from dataclasses import dataclass
from http.client import HTTPException
from time import monotonic
from typing import Any, Final
from urllib.error import HTTPError, URLError
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
)

from pipelines.export.intervals.key import HOW, authorization
from pipelines.sources.watch.garmin_http import Limits
from pipelines.sources.watch.garmin_key import Service

PIECE_BYTES: Final = 1 << 16
MOST_BYTES: Final = 64 << 20
REFUSED: Final = {
    401: f"does not accept the key; {HOW}",
    403: "does not let this account write streams (that is for supporters), or not this activity",
    404: "has no such activity; check its number",
    422: "cannot use the streams; check that the account has custom streams of these codes",
    429: "was asked too often; wait some minutes",
}


@dataclass(frozen=True, slots=True)
class Body:
    """What is sent: bytes and their type."""

    data: bytes
    kind: str


def ask(
    service: Service,
    path: str,
    *,
    method: str = "GET",
    body: Body | None = None,
    limits: Limits | None = None,
) -> bytes:
    """Return what the service answers on `path`; OSError with one sentence where it does not."""
    limits = limits or Limits()
    headers = {
        "Authorization": authorization(service),
        "Accept": "application/json",
        "User-Agent": "midstance",
        **({"Content-Type": body.kind} if body else {}),
    }
    data = body.data if body else None
    request = Request(f"{service.base_url}{path}", data=data, method=method, headers=headers)
    until = monotonic() + limits.total_s
    try:
        with _opener(service).open(request, timeout=limits.silence_s) as answer:
            return _read(answer, until)
    except HTTPError as error:
        with error:
            raise OSError(f"intervals.icu {_refused(error.code)}") from None
    except TimeoutError:
        raise OSError("intervals.icu is too slow; try again later") from None
    except (URLError, HTTPException, OSError, ValueError) as error:
        raise _trouble(error) from None


def _read(answer: Any, until: float) -> bytes:
    """Read an answer piece by piece, so that neither its size nor its slowness has no end."""
    data = bytearray()
    while piece := answer.read1(PIECE_BYTES):
        data += piece
        if len(data) > MOST_BYTES:
            raise AnswerError("intervals.icu sends more than a run has; check the activity")
        if monotonic() > until:
            raise TimeoutError
    return bytes(data)


class AnswerError(OSError):
    """An answer that cannot be used; the text says so in one sentence."""


def _refused(status: int) -> str:
    if 300 <= status < 400:
        return "sends us elsewhere, where the key must not go; try again later"
    return REFUSED.get(status, f"answers with error {status}; try again later")


def _trouble(error: Exception) -> OSError:
    if isinstance(error, AnswerError):
        return error
    reason = error.reason if isinstance(error, URLError) else error
    if isinstance(reason, TimeoutError):
        return OSError("intervals.icu is too slow; try again later")
    known = reason.strerror if isinstance(reason, OSError) else None
    why = (known or type(reason).__name__).lower()
    return OSError(f"intervals.icu cannot be reached ({why}); check the network")


def _opener(service: Service) -> OpenerDirector:
    """Return what opens https, and http on this machine, which is not asked through a proxy."""
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
