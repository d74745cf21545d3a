"""MetaWear, ask a pod that is not recorded who it is and how it is, and let it blink."""

from contextlib import suppress
from typing import Final

from firmware_protocols.metawear.conversation import connected
from firmware_protocols.metawear.entries import triggers_of
from firmware_protocols.metawear.gatt import Channel
from firmware_protocols.metawear.messages import (
    Led,
    Logger,
    Module,
    Settings,
    decode_battery,
    decode_number,
    encode_flashes,
    message,
)
from firmware_protocols.metawear.request import tell, value
from firmware_protocols.metawear.sensors import ACC_RANGES_G, GYR_RANGES_DPS, LOG_HZ, RATES_HZ
from firmware_protocols.protocol import RECORDS_ON_BOARD, About, DecodeError
from firmware_protocols.requests import Conversation, Read, Subscribe, Talk
from firmware_protocols.standard_services import decode_text

FULL_PCT: Final = 100
FLASHES: Final = 10


def about() -> Talk[About]:
    """Ask for device information, battery and memory; nothing is started or stopped.

    Raises ValueError for a pod with other sensors, TimeoutError if it does not answer.
    """
    pod = yield from connected()
    serial = yield Read(Channel.SERIAL, optional=True)
    firmware = yield Read(Channel.FIRMWARE, optional=True)
    battery_pct = None
    with suppress(TimeoutError, DecodeError):
        said = yield from value(Module.SETTINGS, Settings.BATTERY, attempts=1)
        battery_pct = decode_battery(said)
    entries = decode_number((yield from value(Module.LOGGER, Logger.LENGTH)))
    used_pct = FULL_PCT * entries // pod.holds_entries if pod.holds_entries else FULL_PCT
    return About(
        serial=decode_text(serial),
        firmware=decode_text(firmware),
        battery_pct=battery_pct,
        rates_hz=RATES_HZ,
        acc_ranges_g=ACC_RANGES_G,
        gyr_ranges_dps=GYR_RANGES_DPS,
        free_pct=max(0, FULL_PCT - used_pct),
        log_s=max(0, pod.holds_entries - entries) / len(triggers_of(pod.chip)) / LOG_HZ,
        doing=RECORDS_ON_BOARD if pod.logging else "",
    )


def identify() -> Conversation:
    """Let the pod flash green for five seconds; what it flashed before is forgotten."""
    yield Subscribe(Channel.NOTIFY)
    yield from tell(
        message(Module.LED, Led.STOP, b"\1"),
        encode_flashes(times=FLASHES, on_ms=250, every_ms=500),
        message(Module.LED, Led.PLAY, b"\1"),
    )
