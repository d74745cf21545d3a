"""Find the pods nearby.

Written against bleak's public interface only, so the same code runs over the operating system's
Bluetooth and over the virtual radio.
"""

import asyncio
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from bleak import BleakAdapter, BleakScanner
from bleak.backends.client import BaseBleakClient
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData, BaseBleakScanner
from bleak.uuids import normalize_uuid_str

from firmware_protocols.advertised import Advertised
from firmware_protocols.protocol import Protocol
from pipelines.radio.trouble import plain_words

UNKNOWN_DBM: Final = -127  # as bleak says it


@dataclass(frozen=True)
class Radio:
    """Which Bluetooth to use: None is the operating system's own.

    `connecting` serialises connects: two at once fail on BlueZ.
    """

    scanner_backend: type[BaseBleakScanner] | None = None
    client_backend: type[BaseBleakClient] | None = None
    connecting: asyncio.Lock = field(default_factory=asyncio.Lock, compare=False)


@dataclass(frozen=True)
class Found:
    """A pod that advertises: `address` is a UUID of this machine's own making on macOS."""

    device: BLEDevice = field(repr=False, compare=False)
    address: str
    name: str
    protocol: Protocol = field(repr=False, compare=False)
    rssi_dbm: int


async def scan(
    radio: Radio,
    protocols: Sequence[Protocol],
    *,
    timeout_s: float = 5.0,
    enough: int | None = None,
    address: str | None = None,
) -> list[Found]:
    """Return the pods that advertise one of `protocols`, strongest first.

    Listens for `timeout_s`, or until `enough` pods, or that of `address`, have been found.
    """
    found: dict[str, Found] = {}
    complete = asyncio.Event()

    def detected(device: BLEDevice, received: AdvertisementData) -> None:
        said = _advertised(device, received)
        protocol = next((p for p in protocols if p.signature.fits(said)), None)
        if protocol is not None:
            name = said.name or device.address
            found[device.address] = Found(device, device.address, name, protocol, received.rssi)
        if (enough is not None and len(found) >= enough) or address in found:
            complete.set()

    with plain_words("cannot scan"):
        for known in await _left_connected(radio, protocols):
            detected(*known)
        async with BleakScanner(detected, _filter(protocols), backend=radio.scanner_backend):
            with suppress(TimeoutError):  # wait_for may swallow that it is cancelled (Python 3.11)
                async with asyncio.timeout(timeout_s):
                    await complete.wait()
    return sorted(found.values(), key=lambda pod: (-pod.rssi_dbm, pod.address))


def _advertised(device: BLEDevice, received: AdvertisementData) -> Advertised:
    return Advertised(
        name=received.local_name or device.name or "",
        services=frozenset(normalize_uuid_str(uuid) for uuid in received.service_uuids),
        manufacturer=received.manufacturer_data,
    )


def _filter(protocols: Sequence[Protocol]) -> list[str] | None:
    """Return the services to scan for; None where a pod may be known by something else."""
    filters = [protocol.signature.filter for protocol in protocols]
    return [uuid for one in filters for uuid in one] if all(filters) else None


async def _left_connected(
    radio: Radio, protocols: Sequence[Protocol]
) -> list[tuple[BLEDevice, AdvertisementData]]:
    """Return the pods whose link a killed program left behind.

    BlueZ keeps such a link, and a pod that has one does not advertise: no scan finds it.
    """
    if radio.scanner_backend is not None or sys.platform != "linux":
        return []
    adapter = await BleakAdapter.get()
    return [
        (device, AdvertisementData(device.name, {}, {}, [uuid], None, UNKNOWN_DBM, ()))
        for protocol in protocols
        for uuid in protocol.signature.services
        for device in await adapter.get_connected_devices([uuid])
    ]
