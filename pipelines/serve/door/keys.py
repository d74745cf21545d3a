"""Who asks: told by a token, kept in a cookie that is not the token."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from typing import Final

from pipelines.serve.door.address import Address
from pipelines.serve.door.guesses import Guesses
from pipelines.serve.door.readers import Readers

BEARER: Final = "bearer "
KEPT_S: Final = 12 * 3600
BETWEEN: Final = "|"
"""Stands between the proofs of one who reads several stores."""


@dataclass(frozen=True)
class Visitor:
    """Who asks, and whether they may change anything."""

    name: str
    may_change: bool


OWNER: Final = Visitor("owner", may_change=True)


@dataclass(frozen=True)
class Keys:
    """What opens the stores of a server, by their names: its token, and those of their readers.

    A store that is alone has no name: "".
    """

    at: Address
    readers: Mapping[str, Readers]
    guesses: Guesses = field(default_factory=Guesses)

    async def visitors(self, headers: Mapping[str, str]) -> dict[str, Visitor]:
        """Return who asks, by each store that they may see; nothing for a stranger.

        Without a token of the server whoever reaches it is the owner, but for one who gives a
        reader's.
        """
        if (given := token_in(headers)) and (known := await self.opened_by(given)):
            return known
        cookie = _cookie(headers.get("cookie", ""), self._cookie_name())
        if not self.at.token or hmac.compare_digest(cookie.encode(), self._proof().encode()):
            return dict.fromkeys(self.readers, OWNER)
        return await self._by_proofs(self._proofs_in(cookie))

    async def opened_by(self, token: str) -> dict[str, Visitor]:
        """Return what a token opens, in a time that does not say how much of it is right."""
        if self.at.token and hmac.compare_digest(token.encode(), self.at.token.encode()):
            return dict.fromkeys(self.readers, OWNER)
        names = await asyncio.gather(*(one.by_token(token) for one in self.readers.values()))
        return _looking(zip(self.readers, names, strict=True))

    async def cookie_of(self, opened: Mapping[str, Visitor], headers: Mapping[str, str]) -> str:
        """Return the header by which a browser keeps that a token was given.

        What a reader's tokens opened before stays open. SameSite=Strict: no other site's page sends
        it along. Not Secure, as the server speaks plain HTTP: behind a proxy with HTTPS, or on
        one's own machine.
        """
        kept = f"Path=/; HttpOnly; SameSite=Strict; Max-Age={KEPT_S}"
        if OWNER in opened.values():
            return f"{self._cookie_name()}={self._proof()}; {kept}"
        given = self._proofs_in(_cookie(headers.get("cookie", ""), self._cookie_name()))
        right = await self._by_proofs(given)
        proofs = {one: by for one, by in given.items() if one in right or self.readers[one].silent}
        for one, who in opened.items():
            proofs[one] = await self.readers[one].proof_of(who.name)
        named = [reader_in(*of) for of in proofs.items()]
        return f"{self._cookie_name()}={BETWEEN.join(named)}; {kept}"

    def wrong(self, address: str) -> None:
        """Count a wrong token; of a store that is silent nobody knows which are right."""
        if not any(one.silent for one in self.readers.values()):
            self.guesses.wrong(address)

    def _proofs_in(self, cookie: str) -> dict[str, str]:
        parts = (part.rpartition(":") for part in cookie.split(BETWEEN))
        return {store: proof for store, _, proof in parts if store in self.readers}

    async def _by_proofs(self, given: Mapping[str, str]) -> dict[str, Visitor]:
        names = [self.readers[store].by_proof(proof) for store, proof in given.items()]
        return _looking(zip(given, await asyncio.gather(*names), strict=True))

    def _cookie_name(self) -> str:
        return f"midstance-{self.at.port}"  # cookies of one host are shared by its ports

    def _proof(self) -> str:
        return hmac.new(self.at.token.encode(), b"midstance cookie", hashlib.sha256).hexdigest()


def token_in(headers: Mapping[str, str]) -> str:
    """Return the token that a program gives, "" for none."""
    said = headers.get("authorization", "")
    return said[len(BEARER) :].strip() if said.lower().startswith(BEARER) else ""


def reader_in(store: str, reader: str) -> str:
    """Return ``STORE:NAME``, by which a reader of one of several stores is known."""
    return f"{store}:{reader}" if store else reader


def _looking(names: Iterable[tuple[str, str]]) -> dict[str, Visitor]:
    return {store: Visitor(name, may_change=False) for store, name in names if name}


def _cookie(header: str, name: str) -> str:
    try:
        found = SimpleCookie(header).get(name)
    except CookieError:
        return ""
    return found.value if found else ""
