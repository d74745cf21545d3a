"""Ask the Garmin Connect Personal API over HTTP, within bounds of size and time.

Nothing is sent anywhere but to the service that is configured: a redirection is refused, since it
would carry the key along. What goes wrong is one sentence, which never holds the key.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException
from time import monotonic
from typing import IO, Any, Final
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

from pipelines.sources.watch.garmin_key import HOW, Service

PIECE_BYTES: Final = 1 << 16
OTHERWISE: Final = "or export the file and name it"
NOT_ALLOWED: Final = (401, 403)
TOO_MANY: Final = 429
NOT_FOUND: Final = 404


@dataclass(frozen=True, slots=True)
class Limits:
    """How long one answer may keep us waiting, between two pieces of it and in all, in s."""

    silence_s: float = 20.0
    total_s: float = 120.0


def ask(
    service: Service,
    path: str,
    *,
    most_bytes: int,
    accept: str,
    allowed_by: str,
    query: Mapping[str, str] | None = None,
    method: str = "GET",
    limits: Limits | None = None,
) -> bytes:
    """Return what the service answers on `path`; `allowed_by` is the header of authorization.

    OSError with one sentence where it cannot be reached, refuses, or answers with too much.
    """
    url = f"{service.base_url}{path}" + (f"?{urlencode(query)}" if query else "")
    headers = {"Authorization": allowed_by, "Accept": accept, "User-Agent": "midstance"}
    request = Request(url, method=method, headers=headers)
    limits = limits or Limits()
    until = monotonic() + limits.total_s
    try:
        with _opener(service).open(request, timeout=limits.silence_s) as answer:
            return _read(answer, most_bytes, until)
    except HTTPError as error:
        with error:
            raise OSError(_refused(error.code)) from None
    except TimeoutError:
        raise OSError(f"Garmin Connect is too slow; try again later, {OTHERWISE}") from None
    except (URLError, HTTPException, OSError, ValueError) as error:
        raise _trouble(error) from None


def _read(answer: IO[bytes], most_bytes: int, until: float) -> bytes:
    """Read an answer piece by piece, so that neither its size nor its slowness has no end."""
    data = bytearray()
    while piece := _piece(answer):
        data += piece
        if len(data) > most_bytes:
            raise AnswerError(f"Garmin Connect sends more than a run has; {OTHERWISE[3:]}")
        if monotonic() > until:
            raise TimeoutError
    return bytes(data)


def _piece(answer: Any) -> bytes:
    return bytes(answer.read1(PIECE_BYTES))


class AnswerError(OSError):
    """An answer that cannot be used; the text says so in one sentence."""


def _trouble(error: Exception) -> OSError:
    if isinstance(error, AnswerError):
        return error
    reason = error.reason if isinstance(error, URLError) else error
    if isinstance(reason, TimeoutError):
        return OSError(f"Garmin Connect is too slow; try again later, {OTHERWISE}")
    known = reason.strerror if isinstance(reason, OSError) else None
    why = (known or type(reason).__name__).lower()
    return OSError(f"Garmin Connect cannot be reached ({why}); check the network, {OTHERWISE}")


def _refused(status: int) -> str:
    if status in NOT_ALLOWED:
        return f"Garmin Connect does not accept the key (it may have expired); {HOW}"
    if status == TOO_MANY:
        return f"Garmin Connect was asked too often; wait some minutes, {OTHERWISE}"
    if status == NOT_FOUND:
        return f"Garmin Connect has nothing of that number; check it, {OTHERWISE}"
    if 300 <= status < 400:
        return f"Garmin Connect sends us elsewhere, where the key must not go; {OTHERWISE[3:]}"
    return f"Garmin Connect answers with error {status}; try again later, {OTHERWISE}"


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
