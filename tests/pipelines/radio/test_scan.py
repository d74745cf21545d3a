"""Pods are found by a scan, and what keeps a machine from one is said."""

import asyncio
from dataclasses import replace

import pytest

pytest.importorskip("bumble")

from bleak.backends.scanner import BaseBleakScanner
from bleak.exc import BleakBluetoothNotAvailableError, BleakBluetoothNotAvailableReason, BleakError
from pods.virtual_pods import in_virtual_radio

from firmware_protocols.advertised import Signature, uuid16
from firmware_protocols.orp_v1 import PROTOCOL
from pipelines.radio.scan import Radio, scan
from pipelines.radio.trouble import RadioError

OTHER = replace(PROTOCOL, name="other", signature=Signature(services=(uuid16(0x180D),)))


def test_a_scan_finds_pods_and_their_protocol(rig):
    async def work(virtual):
        return await scan(virtual.radio, [OTHER, PROTOCOL], timeout_s=1)

    found = in_virtual_radio(rig, work)
    assert {pod.name for pod in found} == {pod.name for pod in rig}
    assert {pod.address for pod in found} == {pod.address for pod in rig}
    assert {pod.protocol.name for pod in found} == {"orp_v1"}


def test_a_scan_ends_as_soon_as_enough_pods_are_found(rig):
    async def work(virtual):
        found = await scan(virtual.radio, [PROTOCOL], timeout_s=60, enough=3)
        return len(found), asyncio.get_running_loop().time()

    found, now_s = in_virtual_radio(rig, work)
    assert (found, now_s < 2) == (3, True)


def test_strangers_are_not_found(rig):
    async def work(virtual):
        return await scan(virtual.radio, [OTHER], timeout_s=2)

    assert in_virtual_radio(rig, work) == []


class NoService(BaseBleakScanner):
    async def start(self):
        raise FileNotFoundError(2, "No such file or directory")

    async def stop(self):
        raise AssertionError("never started")

    def __init__(self, callback, service_uuids, mode, **_):
        super().__init__(callback, service_uuids)


class NoAdapter(NoService):
    async def start(self):
        reason = BleakBluetoothNotAvailableReason.NO_BLUETOOTH
        raise BleakBluetoothNotAvailableError("No Bluetooth adapters found.", reason)


class Denied(NoService):
    async def start(self):
        reason = BleakBluetoothNotAvailableReason.DENIED_BY_USER
        raise BleakBluetoothNotAvailableError("BLE is not authorized", reason)


class Broken(NoService):
    async def start(self):
        raise BleakError("Operation already in progress")


@pytest.mark.parametrize(
    ("backend", "words"),
    [
        (NoService, "Bluetooth is not available on this machine"),
        (NoAdapter, "No Bluetooth adapters found"),
        (Denied, "allow it in the settings of the system"),
        (Broken, "already in progress"),
    ],
)
def test_a_machine_without_bluetooth_is_reported_in_one_sentence(backend, words):
    with pytest.raises(RadioError, match=words) as caught:
        asyncio.run(scan(Radio(scanner_backend=backend), [PROTOCOL], timeout_s=0.1))
    assert "\n" not in str(caught.value)
