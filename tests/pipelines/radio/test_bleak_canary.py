"""The installed bleak still has what the virtual radio's backend relies on.

A mock would never notice an upgrade that moves these; this reads the real thing.
"""

import inspect

import pytest
from bleak import BleakClient, BleakScanner
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.client import BaseBleakClient
from bleak.backends.scanner import AdvertisementData, BaseBleakScanner
from bleak.backends.service import BleakGATTService, BleakGATTServiceCollection


def names(function):
    return list(inspect.signature(function).parameters)


def test_backends_can_be_handed_over():
    assert "backend" in names(BleakClient.__init__)
    assert "backend" in names(BleakScanner.__init__)


def test_a_scanner_is_called_with_callback_services_and_mode():
    class Recorded(BaseBleakScanner):
        def __init__(self, *positional, **named):
            self.called = positional, named

        async def start(self): ...

        async def stop(self): ...

    def detected(device, said): ...

    positional, named = BleakScanner(detected, ["180d"], backend=Recorded)._backend.called
    assert positional == (detected, ["180d"], "active")
    assert set(named) == {"bluez", "cb"}


def test_a_client_is_called_with_the_names_the_backend_knows():
    calls = []

    class Recorded:
        def __init__(self, *positional, **named):
            calls.append((positional, named))

    lost = []
    BleakClient("00:11", lost.append, timeout=3, backend=Recorded)
    (positional, named) = calls[0]
    assert positional == ("00:11",)
    assert set(named) == {"disconnected_callback", "services", "timeout", "bluez", "winrt"}
    named["disconnected_callback"]()
    assert isinstance(lost[0], BleakClient)


def test_a_client_backend_must_answer_just_this():
    assert BaseBleakClient.__abstractmethods__ == {
        "connect",
        "disconnect",
        "is_connected",
        "mtu_size",
        "pair",
        "read_gatt_char",
        "read_gatt_descriptor",
        "start_notify",
        "stop_notify",
        "unpair",
        "write_gatt_char",
        "write_gatt_descriptor",
    }
    assert BaseBleakScanner.__abstractmethods__ == {"start", "stop"}


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (BaseBleakScanner.is_allowed_uuid, ["self", "service_uuids"]),
        (
            BaseBleakScanner.create_or_update_device,
            ["self", "key", "address", "name", "details", "adv"],
        ),
        (
            BaseBleakScanner.call_detection_callbacks,
            ["self", "device", "advertisement_data"],
        ),
        (BleakGATTService.__init__, ["self", "obj", "handle", "uuid"]),
        (
            BleakGATTCharacteristic.__init__,
            [
                "self",
                "obj",
                "handle",
                "uuid",
                "properties",
                "max_write_without_response_size",
                "service",
            ],
        ),
        (BleakGATTServiceCollection.add_characteristic, ["self", "characteristic"]),
    ],
)
def test_what_the_backend_calls_takes_what_it_is_given(function, expected):
    assert names(function) == expected


def test_an_advertisement_has_the_fields_a_scan_reads():
    assert AdvertisementData._fields == (
        "local_name",
        "manufacturer_data",
        "service_data",
        "service_uuids",
        "tx_power",
        "rssi",
        "platform_data",
    )
