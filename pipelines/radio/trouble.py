"""What Bluetooth raises, in one sentence for a person that says what to do next."""

from collections.abc import Iterator
from contextlib import contextmanager

from bleak.exc import BleakBluetoothNotAvailableError, BleakDBusError, BleakError


class RadioError(OSError):
    """Bluetooth could not do what was asked; the message says what to do next."""


class LinkLostError(RadioError):
    """The link to a pod broke; connecting again may bring it back."""


@contextmanager
def plain_words(what: str) -> Iterator[None]:
    """Turn what Bluetooth raises into one sentence that says what to do next."""
    try:
        yield
    except BleakBluetoothNotAvailableError as error:
        denied = error.reason.name.startswith("DENIED")
        words = _denied(what) if denied else _unavailable(what, str(error.args[0]))
        raise RadioError(words) from error
    except BleakDBusError as error:
        raise RadioError(_of_dbus(what, error)) from error
    except BleakError as error:
        raise RadioError(f"{what} ({error}); switch the pod off and on, then try again") from error
    except TimeoutError as error:
        raise RadioError(f"{what}, it does not answer; bring it closer or charge it") from error
    except (BrokenPipeError, ConnectionResetError, EOFError) as error:
        # So a D-Bus ends a conversation that its policy forbids this user.
        raise RadioError(_denied(what)) from error
    except OSError as error:
        # No Bluetooth service at all: on Linux, the D-Bus socket is missing.
        raise RadioError(_unavailable(what, error.strerror or str(error))) from error


def _of_dbus(what: str, error: BleakDBusError) -> str:
    """Return the sentence for an error of BlueZ, or of the D-Bus on the way to it."""
    kind = error.dbus_error.rpartition(".")[2]
    if kind == "AccessDenied":
        return _denied(what)
    if kind == "ServiceUnknown":
        return f"{what}: the Bluetooth service does not run; start it (systemctl start bluetooth)"
    if kind == "NotReady" or error.dbus_error_details == "Input/output error":
        return f"{what}: Bluetooth is off on this machine, or hangs; switch it on, or off and on"
    return f"{what} ({error}); switch the pod off and on, then try again"


def _denied(what: str) -> str:
    return (
        f"{what}: Bluetooth is denied to this program; allow it in the settings of the system, "
        "or on Linux add the user to the group bluetooth and log in again"
    )


def _unavailable(what: str, why: str) -> str:
    return (
        f"{what}: Bluetooth is not available on this machine ({why.rstrip('.')}); "
        "plug in or switch on an adapter"
    )
