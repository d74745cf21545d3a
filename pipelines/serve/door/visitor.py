"""Who asks: told by a token, kept in a cookie that is not the token."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Final

from pipelines.serve.door.address import Address
from pipelines.serve.door.readers import Readers

BEARER: Final = "bearer "
KEPT_S: Final = 12 * 3600


@dataclass(frozen=True)
class Visitor:
    """Who asks, and whether they may change anything."""

    name: str
    may_change: bool


OWNER: Final = Visitor("owner", may_change=True)


def visitor(at: Address, readers: Readers, headers: Mapping[str, str]) -> Visitor | None:
    """Return who asks; None for one who must give a token first.

    Without a token of the server whoever reaches it is the owner, but for one who gives a reader's.
    """
    if (given := token_in(headers)) and (known := of_token(at, readers, given)) is not None:
        return known
    if not at.token:
        return OWNER
    cookie = _cookie(headers.get("cookie", ""), _name(at))
    if hmac.compare_digest(cookie.encode(), _proof(at).encode()):
        return OWNER
    return _reader(readers.by_proof(cookie))


def token_in(headers: Mapping[str, str]) -> str:
    """Return the token that a program gives, "" for none."""
    said = headers.get("authorization", "")
    return said[len(BEARER) :].strip() if said.lower().startswith(BEARER) else ""


def of_token(at: Address, readers: Readers, given: str) -> Visitor | None:
    """Return whose token that is, in a time that does not say how much of it is right."""
    if at.token and hmac.compare_digest(given.encode(), at.token.encode()):
        return OWNER
    return _reader(readers.by_token(given))


def _reader(name: str) -> Visitor | None:
    return Visitor(name, may_change=False) if name else None


def cookie_of(at: Address, readers: Readers, who: Visitor) -> str:
    """Return the header by which a browser keeps that a token was given.

    SameSite=Strict: no other site's page sends it along. Not Secure, as the server speaks plain
    HTTP: behind a proxy with HTTPS, or on one's own machine.
    """
    kept = f"Path=/; HttpOnly; SameSite=Strict; Max-Age={KEPT_S}"
    proof = _proof(at) if who.may_change else readers.proof_of(who.name)
    return f"{_name(at)}={proof}; {kept}"


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
