"""Movesense pods, over their GATT SensorData Protocol: 6 or 9 axes as float32, time in ms.

Sources: the maker's published protocol page, and real captures published by
sokolmarek/movesense-commander (MIT). No pod of this kind has been on our bench: what is tested is
what is published.
"""

from typing import Final

from firmware_protocols.advertised import Signature
from firmware_protocols.movesense_gsp import logbook
from firmware_protocols.movesense_gsp.conversation import start, stop
from firmware_protocols.movesense_gsp.decode import decode
from firmware_protocols.movesense_gsp.gatt import ADVERTISED, CHANNELS, NAME
from firmware_protocols.movesense_gsp.streams import ACC_RANGES_G, GYR_RANGES_DPS, RATES_HZ
from firmware_protocols.protocol import Capabilities, Log, Protocol

PROTOCOL: Final = Protocol(
    name="movesense_gsp",
    signature=Signature(services=(ADVERTISED,), names=(NAME,)),
    channels=CHANNELS,
    capabilities=Capabilities(
        rates_hz=RATES_HZ,
        acc_ranges_g=ACC_RANGES_G,
        gyr_ranges_dps=GYR_RANGES_DPS,
        clock="device",
        keeps_s=0.0,
        in_order=True,
    ),
    start=start,
    stop=stop,
    decode=decode,
    log=Log(
        begin=logbook.begin,
        end=logbook.end,
        stored=logbook.stored,
        download=logbook.download,
        fetched=logbook.fetched,
    ),
)
