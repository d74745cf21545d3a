"""What a virtual pod shows on the radio: its services, and what it advertises."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Flag, auto
from typing import Final

from firmware_protocols.advertised import BASE

FITS_BYTES: Final = 31
FLAGS: Final = b"\x02\x01\x06"  # generally discoverable, no BR/EDR
_LIST_16, _LIST_128, _SHORTENED_NAME, _NAME, _MANUFACTURER = 0x03, 0x07, 0x08, 0x09, 0xFF


class Can(Flag):
    """What can be done with a characteristic."""

    READ = auto()
    WRITE = auto()
    WRITE_WITHOUT_RESPONSE = auto()
    NOTIFY = auto()
    INDICATE = auto()


@dataclass(frozen=True, slots=True)
class Characteristic:
    """One characteristic. `channel` is the number by which firmware and protocol know it."""

    channel: int
    uuid: str
    can: Can


@dataclass(frozen=True, slots=True)
class Service:
    """One service with its characteristics."""

    uuid: str
    characteristics: tuple[Characteristic, ...]


@dataclass(frozen=True, slots=True)
class Advertisement:
    """What a pod says before any connection. Of the name, as much is sent as fits.

    With `name_in_response` the name comes with the answer to an active scan, as with many pods
    whose services fill the advertisement.
    """

    name: str
    services: tuple[str, ...] = ()
    manufacturer: Mapping[int, bytes] = field(default_factory=dict)
    name_in_response: bool = False

    def packets(self) -> tuple[bytes, bytes]:
        """Return the advertisement and the scan response; ValueError if they cannot hold it."""
        said = FLAGS + _services(self.services)
        for maker, more in self.manufacturer.items():
            said += _item(_MANUFACTURER, maker.to_bytes(2, "little") + more)
        response = b""
        if self.name_in_response:
            response = _name(self.name, FITS_BYTES)
        else:
            said += _name(self.name, FITS_BYTES - len(said))
        if len(said) > FITS_BYTES:
            raise ValueError(
                f"{self.name!r} does not fit an advertisement of {FITS_BYTES} bytes; "
                "advertise fewer services"
            )
        return said, response


def _services(uuids: tuple[str, ...]) -> bytes:
    short = [uuid for uuid in uuids if uuid.startswith("0000") and uuid.endswith(BASE)]
    long = [uuid for uuid in uuids if uuid not in short]
    said = b""
    if short:
        said += _item(_LIST_16, b"".join(bytes.fromhex(uuid[4:8])[::-1] for uuid in short))
    if long:
        together = b"".join(bytes.fromhex(uuid.replace("-", ""))[::-1] for uuid in long)
        said += _item(_LIST_128, together)
    return said


def _name(name: str, room: int) -> bytes:
    whole = name.encode()
    if len(whole) + 2 <= room:
        return _item(_NAME, whole)
    return _item(_SHORTENED_NAME, whole[: max(0, room - 2)])


def _item(kind: int, value: bytes) -> bytes:
    return bytes([len(value) + 1, kind]) + value
