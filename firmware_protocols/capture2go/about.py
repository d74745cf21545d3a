"""Capture2Go, ask a pod that is not recorded who it is and how it is, and let it blink."""

from collections.abc import Mapping
from struct import Struct
from typing import Final

from firmware_protocols.capture2go.frames import Package
from firmware_protocols.capture2go.gatt import Channel
from firmware_protocols.capture2go.packages import Id, State, decode_info, decode_status
from firmware_protocols.capture2go.request import request
from firmware_protocols.capture2go.samples import ACC_RANGE_G, GYR_RANGE_DPS, RATES_HZ
from firmware_protocols.protocol import RECORDS_ON_BOARD, About
from firmware_protocols.requests import Conversation, Subscribe, Talk

PROTOCOL: Final = 1
_LED: Final = Struct("<qq?")
_BLINK: Final = (0, 5_000_000_000, True)  # from now on, for so many ns, counted from the begin
_DOING: Final[Mapping[int, str]] = {
    State.STREAMING: "streaming",
    State.RECORDING: RECORDS_ON_BOARD,
}
FULL_PCT: Final = 100


def about() -> Talk[About]:
    """Ask for device information and status; nothing is started or stopped.

    Raises ValueError for a pod of another version of the protocol, TimeoutError if it does not
    answer.
    """
    yield Subscribe(Channel.TX)
    info = decode_info((yield from request(Package(Id.GET_DEVICE_INFO), Id.DEVICE_INFO)).payload)
    if info.protocol != PROTOCOL:
        raise ValueError(
            f"the pod speaks Capture2Go {info.protocol}, and this midstance Capture2Go {PROTOCOL}; "
            "update the older of the two"
        )
    status = decode_status((yield from request(Package(Id.GET_STATUS), Id.STATUS)).payload)
    return About(
        serial=info.serial,
        firmware=info.firmware,
        battery_pct=status.battery_pct if status.battery_pct <= FULL_PCT else None,
        rates_hz=RATES_HZ,
        acc_ranges_g=(ACC_RANGE_G,),
        gyr_ranges_dps=(GYR_RANGE_DPS,),
        free_pct=status.free_pct if status.free_pct <= FULL_PCT else None,
        doing=_DOING.get(status.state, ""),
    )


def identify() -> Conversation:
    """Let the pod's light be on for five seconds; raises ValueError if it refuses."""
    yield Subscribe(Channel.TX)
    yield from request(Package(Id.SET_LED, _LED.pack(*_BLINK)), Id.LED)
