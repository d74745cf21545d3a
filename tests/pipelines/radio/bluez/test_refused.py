"""Bluetooth that is off, absent or denied: one sentence that says what to do, no traceback."""

import asyncio

import pytest

pytest.importorskip("dbus_fast")

from as_a_user.user_process import midstance
from bluez.lookalike import bluez
from bluez.private_bus import NO_BLUETOOTH_FOR_USERS, NO_USERS, OPEN, private_bus


@pytest.mark.parametrize(
    ("where", "sentence"),
    [
        (lambda: bluez([], powered=False), "switch on an adapter"),
        (lambda: bluez([], plugged_in=False), "plug in or switch on an adapter"),
        (lambda: bluez([], policy=NO_BLUETOOTH_FOR_USERS), "add the user to the group bluetooth"),
        (lambda: private_bus(NO_USERS), "add the user to the group bluetooth"),
        (lambda: private_bus(OPEN), "start it (systemctl start bluetooth)"),
    ],
    ids=["switched off", "no adapter", "denied by BlueZ", "denied by D-Bus", "no bluetoothd"],
)
def test_without_bluetooth_there_is_one_sentence(tmp_path, where, sentence):
    async def main():
        async with where() as bus:
            address = getattr(bus, "bus_address", bus)
            scan = await midstance(address, "scan", "--seconds", 0.5)
            record = await midstance(address, "record", "ana", "--store", tmp_path)
            return await asyncio.gather(scan.ended(), record.ended())

    for code, _, complained in asyncio.run(main()):
        lines = [line for line in complained.splitlines() if not line.startswith("Looking for")]
        assert code == 1
        assert len(lines) == 1, complained
        assert lines[0].startswith("midstance: cannot scan: ")
        assert sentence in lines[0]
    assert not list(tmp_path.iterdir())
