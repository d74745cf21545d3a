"""List the supported pod firmwares by the name that rig and journal use."""

from collections.abc import Mapping
from typing import Final

from firmware_protocols import orp_v1
from firmware_protocols.protocol import Protocol

PROTOCOLS: Final[Mapping[str, Protocol]] = {p.name: p for p in (orp_v1.PROTOCOL,)}


def protocol_named(name: str) -> Protocol:
    """Return a protocol by name; ValueError lists those that are known."""
    if name not in PROTOCOLS:
        raise ValueError(f"unknown pod protocol {name!r}; use one of {', '.join(PROTOCOLS)}")
    return PROTOCOLS[name]
