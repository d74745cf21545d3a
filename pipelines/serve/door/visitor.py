"""Who asks: told by a token, kept in a cookie that is not the token."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Final

from pipelines.serve.door.address import Address

BEARER: Final = "bearer "
KEPT_S: Final = 12 * 3600


@dataclass(frozen=True)
class Visitor:
    """Who asks, and whether they may change anything."""

    name: str
    may_change: bool


OWNER: Final = Visitor("owner", may_change=True)


def visitor(at: Address, headers: Mapping[str, str]) -> Visitor | None:
    """Return who asks; None for one who must give the token first."""
    if not at.token:
        return OWNER
    said = headers.get("authorization", "")
    if said.lower().startswith(BEARER) and is_token(at, said[len(BEARER) :].strip()):
        return OWNER
    cookie = _cookie(headers.get("cookie", ""), _name(at))
    return OWNER if hmac.compare_digest(cookie.encode(), _proof(at).encode()) else None


def is_token(at: Address, given: str) -> bool:
    """Tell whether `given` is the token, in a time that does not say how much of it is right."""
    return hmac.compare_digest(given.encode(), at.token.encode())


def cookie_of(at: Address) -> str:
    """Return the header by which a browser keeps that the token was given.

    SameSite=Strict: no other site's page sends it along. Not Secure, as the server speaks plain
    HTTP: behind a proxy with HTTPS, or on one's own machine.
    """
    kept = f"Path=/; HttpOnly; SameSite=Strict; Max-Age={KEPT_S}"
    return f"{_name(at)}={_proof(at)}; {kept}"


def _name(at: Address) -> str:
    return f"midstance-{at.port}"  # cookies of one host are shared by its ports


def _proof(at: Address) -> str:
    return hmac.new(at.token.encode(), b"midstance cookie", hashlib.sha256).hexdigest()


def _cookie(header: str, name: str) -> str:
    try:
        found = SimpleCookie(header).get(name)
    except CookieError:
        return ""
    return found.value if found else ""
