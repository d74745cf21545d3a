"""Capture2Go, packages: what commands and answers carry.

All integers are little-endian, all times are int64 ns of the pod's clock.
"""

from dataclasses import dataclass
from enum import IntEnum
from struct import Struct
from typing import Any, Final

from firmware_protocols.protocol import DecodeError


class Id(IntEnum):
    """What a frame carries: commands of the host, then answers and data of the pod."""

    GET_DEVICE_INFO = 0x0070
    DEVICE_INFO = 0x0071
    SET_MODE = 0x0120
    GET_MODE = 0x0121
    MODE = 0x0122
    SET_RECORDING = 0x0140
    GET_RECORDING = 0x0141
    RECORDING = 0x0142
    START_STREAMING = 0x0150
    STREAMING_STARTED = 0x0151
    STOP_STREAMING = 0x0152
    STREAMING_STOPPED = 0x0153
    START_RECORDING = 0x0154
    RECORDING_STARTED = 0x0155
    STOP_RECORDING = 0x0156
    RECORDING_STOPPED = 0x0157
    STOP_AND_CLEAR = 0x0158
    STOPPED_AND_CLEARED = 0x0159
    START_REALTIME = 0x0160
    REALTIME = 0x0162
    STOP_REALTIME = 0x0163
    REALTIME_STOPPED = 0x0164
    SET_TIME = 0x0170
    TIME = 0x0171
    ROUNDTRIP = 0x0172
    SET_LED = 0x0183
    LED = 0x0185
    GET_STATUS = 0x0200
    STATUS = 0x0201
    FULL_REALTIME = 0x0247
    LIST_FILES = 0x0500
    FILE_COUNT = 0x0501
    FILE = 0x0502
    GET_BYTES = 0x0503
    BYTES = 0x0504
    STOP_BYTES = 0x0505
    BYTES_STOPPED = 0x0506
    GET_SIZE = 0x0507
    SIZE = 0x0508
    DELETE_FILE = 0x0509
    FILE_DELETED = 0x050A
    ERROR = 0xFFFF


class Code(IntEnum):
    """Why a pod refuses."""

    FILE_NOT_FOUND = 0xF0
    FILE_EXISTS = 0xF3
    NAME_INVALID = 0xF5
    FULL = 0xF6
    BUSY = 0xF7
    NO_RECORDING_CONFIG = 0xF9
    WRONG_STATE = 0xFB
    PACKAGE_ERROR = 0xFC
    UNKNOWN_COMMAND = 0xFD
    BUFFER_FULL = 0xFE


class State(IntEnum):
    """What a pod is doing."""

    IDLE = 1
    STREAMING = 2
    RECORDING = 3


class Sync(IntEnum):
    """Whose clock a pod keeps: its own, its own for others too, or that of the sender."""

    NONE = 0
    SENDER = 1
    RECEIVER = 2


_INFO: Final = Struct("<H6s8s8s12s11s")
_MODE: Final = Struct("<q8BHBQ3?")
_STATUS: Final = Struct("<qBB3h?BB")
_I64: Final = Struct("<q")
_ROUNDTRIP: Final = Struct("<4q")
_ERROR: Final = Struct("<BH")
CHARGING: Final = 128


def unpack(layout: Struct, payload: bytes, what: str) -> tuple[Any, ...]:
    """Unpack a payload of fixed size; DecodeError names what it should have been."""
    if len(payload) != layout.size:
        raise DecodeError(f"{what} of odd length", payload)
    return layout.unpack(payload)


def text(field: bytes) -> str:
    """Return a padded text."""
    return field.split(b"\0")[0].decode(errors="replace")


@dataclass(frozen=True, slots=True)
class DeviceInfo:
    """Which pod it is; the serial is also in its name, ``IMU_`` and six characters."""

    serial: str
    hardware: str = ""
    revision: str = ""
    firmware: str = ""
    date: str = ""
    protocol: int = 1


def encode_info(info: DeviceInfo) -> bytes:
    """Encode the answer to GET_DEVICE_INFO."""
    words = (info.serial, info.hardware, info.revision, info.firmware, info.date)
    return _INFO.pack(info.protocol, *(word.encode() for word in words))


def decode_info(payload: bytes) -> DeviceInfo:
    """Decode the answer to GET_DEVICE_INFO."""
    protocol, *padded = unpack(_INFO, payload, "device info")
    serial, hardware, revision, firmware, date = map(text, padded)
    return DeviceInfo(serial, hardware, revision, firmware, date, protocol)


@dataclass(frozen=True, slots=True)
class Mode:
    """What a pod is to send: `packed` is the number of a rate, with status every `status_s`.

    `sync_id` is the same for all pods of a measurement. The other ways of sending samples, which
    are not used here, are off; `magnetometer` makes each package 48 bytes longer.
    """

    packed: int
    status_s: int = 1
    sync: int = Sync.NONE
    sync_id: int = 0
    magnetometer: bool = False


def encode_mode(mode: Mode) -> bytes:
    """Encode SET_MODE, to be applied at once, or the answer to it."""
    ways = (0, 0, mode.packed, 0, 0, 0, mode.status_s, 0)
    told = (False, False, not mode.magnetometer)
    return _MODE.pack(0, *ways, 0, mode.sync, mode.sync_id, *told)


def decode_mode(payload: bytes) -> Mode:
    """Decode SET_MODE or the answer to it."""
    _, *ways, _, sync, sync_id, _, _, no_mag = unpack(_MODE, payload, "measurement mode")
    return Mode(ways[2], ways[6], sync, sync_id, magnetometer=not no_mag)


@dataclass(frozen=True, slots=True)
class Status:
    """How a pod is. `synchronised`: it gives the clock, or has lately received it."""

    t_ns: int
    state: int
    battery_pct: int
    synchronised: bool = False
    charging: bool = False
    free_pct: int = 100
    connection: int = 2
    gyr_bias: tuple[int, int, int] = (0, 0, 0)  # 2 °/s are 32768


def encode_status(status: Status) -> bytes:
    """Encode STATUS."""
    battery = status.battery_pct | (CHARGING if status.charging else 0)
    return _STATUS.pack(
        status.t_ns,
        status.state,
        status.connection,
        *status.gyr_bias,
        status.synchronised,
        battery,
        status.free_pct,
    )


def decode_status(payload: bytes) -> Status:
    """Decode STATUS."""
    t_ns, state, connection, x, y, z, synchronised, battery, free_pct = unpack(
        _STATUS, payload, "status"
    )
    return Status(
        t_ns=t_ns,
        state=state,
        battery_pct=battery & ~CHARGING,
        synchronised=synchronised,
        charging=bool(battery & CHARGING),
        free_pct=free_pct,
        connection=connection,
        gyr_bias=(x, y, z),
    )


def encode_time(t_ns: int) -> bytes:
    """Encode SET_TIME or the answer to it."""
    return _I64.pack(t_ns)


def decode_time(payload: bytes) -> int:
    """Decode SET_TIME or the answer to it."""
    return int(unpack(_I64, payload, "time")[0])


def encode_roundtrip(*t_ns: int) -> bytes:
    """Encode ROUNDTRIP: sent by the host, received and sent by the pod, received by the host."""
    return _ROUNDTRIP.pack(*t_ns)


def decode_roundtrip(payload: bytes) -> tuple[int, ...]:
    """Decode ROUNDTRIP."""
    return unpack(_ROUNDTRIP, payload, "round trip")


def encode_refusal(code: int, command: int) -> bytes:
    """Encode ERROR."""
    return _ERROR.pack(code, command)


def decode_refusal(payload: bytes) -> tuple[int, int]:
    """Decode ERROR: why, and of which command."""
    code, command = unpack(_ERROR, payload, "error")
    return code, command
