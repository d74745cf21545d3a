"""Movella DOT, ask a pod that is not recorded who it is and how it is, and let it blink."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Final

from firmware_protocols.movella_dot.files import Flash
from firmware_protocols.movella_dot.gatt import Channel
from firmware_protocols.movella_dot.logbook import flash
from firmware_protocols.movella_dot.messages import Result
from firmware_protocols.movella_dot.request import state
from firmware_protocols.movella_dot.samples import ACC_RANGE_G, GYR_RANGE_DPS
from firmware_protocols.movella_dot.values import (
    LIVE_RATES_HZ,
    Settings,
    Visit,
    decode_battery,
    decode_info,
    decode_measure,
    encode_settings,
)
from firmware_protocols.protocol import RECORDS_ON_BOARD, About, DecodeError
from firmware_protocols.requests import Conversation, Read, Subscribe, Talk, Write

_DOING: Final[Mapping[int, str]] = {
    Result.ERASING: "erasing its memory",
    Result.RECORDING: RECORDS_ON_BOARD,
    Result.SENDING_DATA: "sending a recording",
}


def about() -> Talk[About]:
    """Ask for device information, battery, state and memory; nothing is started or stopped.

    The rates are those of live samples. Raises ValueError for answers that are none.
    """
    info = decode_info((yield Read(Channel.INFO)))
    battery_pct = None
    with suppress(DecodeError):
        battery_pct = decode_battery((yield Read(Channel.BATTERY)))
    yield Subscribe(Channel.NOTICE)
    measures, _ = decode_measure((yield Read(Channel.MEASURE)))
    does = yield from state()
    memory = Flash()
    if does == Result.IDLE and not measures:
        with suppress(TimeoutError, ValueError):
            memory = yield from flash()
    return About(
        serial=f"{info.serial:016X}",
        firmware=".".join(map(str, info.firmware)),
        battery_pct=battery_pct,
        rates_hz=LIVE_RATES_HZ,
        acc_ranges_g=(ACC_RANGE_G,),
        gyr_ranges_dps=(GYR_RANGE_DPS,),
        holds_s=0.0,
        free_pct=memory.free_pct,
        log_s=memory.log_s,
        doing=_DOING.get(does, "measuring" if measures else ""),
    )


def identify() -> Conversation:
    """Let the pod blink in red for ten seconds."""
    yield Write(Channel.SETTINGS, encode_settings(Settings(Visit.IDENTIFY, identify=True)))
