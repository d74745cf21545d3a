"""By which addresses the server may be called."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final

LOOPBACK: Final = "127.0.0.1"
EVERYWHERE: Final = ("0.0.0.0", "::")
LEAST_TOKEN: Final = 16
"""Characters; what `secrets.token_urlsafe` gives for 12 bytes."""


@dataclass(frozen=True)
class Address:
    """Where the server listens, and the token that it asks for; an empty one asks for none."""

    host: str
    port: int
    token: str = ""

    @property
    def url(self) -> str:
        """What a person types."""
        shown = LOOPBACK if self.host in EVERYWHERE else self.host
        return f"http://{f'[{shown}]' if ':' in shown else shown}:{self.port}/"

    def is_ours(self, authority: str) -> bool:
        """Tell whether a ``Host`` header means this server.

        A page of another site may have its own name point here (DNS rebinding), so that only names
        that are known to be ours are; a number cannot be rebound.
        """
        name, port = _parted(authority)
        if port != str(self.port):
            return False
        if name in ("localhost", self.host):
            return True
        try:
            number = ip_address(name)
        except ValueError:
            return self.host in EVERYWHERE and name == socket.gethostname().lower()
        return number.is_loopback or self.host in EVERYWHERE


def address(host: str, port: int, token: str) -> Address:
    """Return where to listen; ValueError for an address that others reach without a token."""
    if token and (len(token) < LEAST_TOKEN or not token.isascii() or not token.isprintable()):
        raise ValueError(f"the token is too short; give at least {LEAST_TOKEN} plain characters")
    if not token and not _is_loopback(host):
        raise ValueError(
            f"{host} can be reached by others; give a --token that they must know, or leave --host "
            "out to be reached from this machine alone"
        )
    return Address(host.lower(), port, token)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _parted(authority: str) -> tuple[str, str]:
    """Return name and port of ``name:port`` or ``[::1]:port``; port 80 is not said by browsers."""
    name, colon, port = authority.lower().rpartition(":")
    if not colon or "]" in port:
        name, port = authority.lower(), "80"
    return name.strip("[]"), port
