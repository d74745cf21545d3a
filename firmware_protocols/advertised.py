"""What a pod advertises, and how one of a firmware is recognised by it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

BASE: Final = "-0000-1000-8000-00805f9b34fb"


def uuid16(short: int) -> str:
    """Return the full UUID of a service or characteristic that has a number of 16 bits."""
    return f"{short:08x}{BASE}"


@dataclass(frozen=True, slots=True)
class Advertised:
    """What was received before any connection.

    `name` may be shortened; `services` are full UUIDs in small letters; `manufacturer` is what
    makers add, by their number.
    """

    name: str = ""
    services: frozenset[str] = frozenset()
    manufacturer: Mapping[int, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Signature:
    """How pods of a firmware are recognised: by any of these.

    `services` are full UUIDs in small letters (`uuid16` makes one of a short number), `names` are
    beginnings of the name, `manufacturers` numbers of makers.
    """

    services: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    manufacturers: tuple[int, ...] = ()

    def fits(self, said: Advertised) -> bool:
        """Return whether what was advertised is a pod of this firmware."""
        return (
            not said.services.isdisjoint(self.services)
            or said.name.startswith(self.names)
            or not said.manufacturer.keys().isdisjoint(self.manufacturers)
        )

    @property
    def filter(self) -> tuple[str, ...]:
        """The services by which a system may filter what it receives; empty: it must not."""
        return () if self.names or self.manufacturers else self.services
