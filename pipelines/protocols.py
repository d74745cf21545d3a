"""List the supported pod firmwares by the name that rig and journal use."""

from collections.abc import Mapping
from typing import Final

from firmware_protocols import (
    capture2go,
    metawear,
    movella_dot,
    movesense_gsp,
    orp_v1,
    polar_pmd,
    witmotion,
)
from firmware_protocols.protocol import Protocol

_ALL: Final = (
    orp_v1.PROTOCOL,
    capture2go.PROTOCOL,
    movella_dot.PROTOCOL,
    movesense_gsp.PROTOCOL,
    polar_pmd.PROTOCOL,
    witmotion.PROTOCOL,
    metawear.PROTOCOL,
)
PROTOCOLS: Final[Mapping[str, Protocol]] = {protocol.name: protocol for protocol in _ALL}


def protocol_named(name: str) -> Protocol:
    """Return a protocol by name; ValueError lists those that are known."""
    if name not in PROTOCOLS:
        raise ValueError(f"unknown pod protocol {name!r}; use one of {', '.join(PROTOCOLS)}")
    return PROTOCOLS[name]
