"""WitMotion, registers: commands of five bytes that write one or ask for eight."""

from collections.abc import Mapping
from enum import IntEnum
from typing import Final

from firmware_protocols.protocol import DecodeError

COMMAND: Final = b"\xff\xaa"


class Register(IntEnum):
    """The registers used here."""

    RATE = 0x03
    READ = 0x27
    VERSION = 0x2E
    BATTERY = 0x64
    KEY = 0x69


UNLOCK: Final = 0xB588
UNLOCKED_S: Final = 10.0

RATES_HZ: Final[Mapping[int, float]] = {
    0x01: 0.2,
    0x02: 0.5,
    0x03: 1.0,
    0x04: 2.0,
    0x05: 5.0,
    0x06: 10.0,
    0x07: 20.0,
    0x08: 50.0,
    0x09: 100.0,
    0x0B: 200.0,
}
"""By the value of the rate register. 0A is none; 0C and 0D send nothing unasked."""

_BATTERY: Final = (
    (396, 100),
    (393, 90),
    (387, 75),
    (382, 60),
    (379, 50),
    (377, 40),
    (373, 30),
    (370, 20),
    (368, 15),
    (350, 10),
    (340, 5),
)
"""The maker's steps: from so many hundredths of a volt on, so many per cent."""


def encode_write(register: int, value: int) -> bytes:
    """Encode the command that writes a register."""
    return COMMAND + bytes([register]) + value.to_bytes(2, "little")


def encode_read(register: int) -> bytes:
    """Encode the command that asks for eight registers from one on."""
    return encode_write(Register.READ, register)


def decode_command(command: bytes) -> tuple[int, int]:
    """Return the register and the value of a command, as a pod does."""
    if len(command) != 5 or command[:2] != COMMAND:
        raise DecodeError("not a command", command)
    return command[2], int.from_bytes(command[3:], "little")


def battery_pct(centivolts: int) -> int | None:
    """Return the charge by the maker's table; None while the pod has not measured it (0)."""
    if centivolts <= 0:
        return None
    return next((pct for least, pct in _BATTERY if centivolts >= least), 0)


def rate_code(wanted_hz: float) -> int:
    """Return the value for the slowest rate that is not below the wanted one, else the fastest."""
    enough = [code for code, rate_hz in RATES_HZ.items() if rate_hz >= wanted_hz]
    return min(enough, default=max(RATES_HZ))
