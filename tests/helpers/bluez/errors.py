"""What bluetoothd answers when it cannot do something, word for word.

From its `src/error.c` and `src/gatt-client.c`, and from what 5.66 answered in a machine
(`tests/real_bluez`): bleak tells some errors by the words.
"""

from bleak.exc import BleakError, BleakGATTProtocolError
from dbus_fast import DBusError

UNLIKELY = 0x0E  # given for what was asked when the link went
_OF_ATT = {
    0x02: ("NotPermitted", "Read not permitted"),
    0x03: ("NotPermitted", "Write not permitted"),
    0x05: ("NotPermitted", "Not paired"),
    0x06: ("NotSupported", "Operation is not supported"),
    0x07: ("InvalidArguments", "Invalid offset"),
    0x08: ("NotAuthorized", "Operation Not Authorized"),
    0x0C: ("NotPermitted", "Not paired"),
    0x0D: ("InvalidArguments", "Invalid Length"),
    0x0F: ("NotPermitted", "Not paired"),
}


def _error(kind: str, text: str) -> DBusError:
    return DBusError(f"org.bluez.Error.{kind}", text)


def failed(text: str) -> DBusError:
    """Return the error for all that has no name of its own."""
    return _error("Failed", text)


def in_progress(text: str = "In Progress") -> DBusError:
    """Return the error of what is being done already; calls of discovery word it otherwise."""
    return _error("InProgress", text)


def not_ready() -> DBusError:
    """Return the error of an adapter that is switched off."""
    return _error("NotReady", "Resource Not Ready")


def not_supported() -> DBusError:
    """Return the error of what a characteristic cannot do."""
    return _error("NotSupported", "Operation is not supported")


def of_gatt(error: BleakError) -> DBusError:
    """Return the error for what a pod refused, or for what its lost link cut short."""
    code = error.code if isinstance(error, BleakGATTProtocolError) else UNLIKELY
    kind, text = _OF_ATT.get(code, ("Failed", f"Operation failed with ATT error: 0x{code:02x}"))
    return _error(kind, text)
