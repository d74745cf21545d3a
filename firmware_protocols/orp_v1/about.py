"""ORP v1, ask a pod that is not recorded who it is and how it is, and let it blink."""

from contextlib import suppress
from typing import Final

from firmware_protocols import standard_services
from firmware_protocols.orp_v1.config import RATES_HZ, Quantity
from firmware_protocols.orp_v1.control import Command, Op, Result, StatusFlag, decode_status
from firmware_protocols.orp_v1.conversation import command
from firmware_protocols.orp_v1.gatt import Channel
from firmware_protocols.orp_v1.info import Info, decode_info
from firmware_protocols.protocol import About, DecodeError
from firmware_protocols.requests import Conversation, Read, Subscribe, Talk

MAJOR: Final = 1
FULL_PCT: Final = 100


def about() -> Talk[About]:
    """Read what the pod is, its battery, and whether it samples; nothing is started.

    Raises ValueError for a pod of another version of the protocol.
    """
    info = decode_info((yield Read(Channel.INFO)))
    if info.version[0] != MAJOR:
        raise ValueError(
            f"the pod speaks ORP {info.version[0]}.{info.version[1]}, and this midstance ORP "
            f"{MAJOR}; update the older of the two"
        )
    level = yield Read(Channel.BATTERY, optional=True)
    said = yield Read(Channel.STATUS, optional=True)
    battery_pct, doing = None, ""
    with suppress(DecodeError):  # says less, and is a pod all the same
        status = decode_status(said)
        battery_pct = status.battery_pct if status.battery_pct <= FULL_PCT else None
        doing = "sampling" if status.flags & StatusFlag.SAMPLING else ""
    with suppress(DecodeError):
        battery_pct = standard_services.decode_battery(level)
    return _about(info, battery_pct, doing)


def _about(info: Info, battery_pct: int | None, doing: str) -> About:
    slowest, fastest = RATES_HZ
    every = (rate for rates in info.rates_hz.values() for rate in rates)
    rates_hz = tuple(rate for rate in every if slowest <= rate <= fastest)
    ring = info.ring_samples
    return About(
        serial=info.serial,
        firmware=f"ORP {info.version[0]}.{info.version[1]}",
        battery_pct=battery_pct,
        rates_hz=rates_hz,
        acc_ranges_g=tuple(info.ranges.get(Quantity.SPECIFIC_FORCE, ())),
        gyr_ranges_dps=tuple(info.ranges.get(Quantity.ANGULAR_RATE, ())),
        holds_s=None if ring is None or not rates_hz else ring / max(rates_hz),
        doing=doing,
    )


def identify() -> Conversation:
    """Let the pod blink; raises ValueError if it refuses, TimeoutError if it does not answer."""
    yield Subscribe(Channel.CONTROL)
    answer = yield from command(Command(Op.IDENTIFY, 1))
    if answer.result != Result.OK:
        raise ValueError("the pod refuses to blink; update its firmware")
