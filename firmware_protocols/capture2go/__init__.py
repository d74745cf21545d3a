"""Capture2Go IMU of SensorStim: 200 Hz, one clock for all pods, and a buffer that outlasts a link.

Source: the maker's published protocol, version 1 (sensorstim/capture2go_sdk 1.0.1, MIT). No pod of
this kind has been on our bench: what is tested is what is published.
"""

from typing import Final

from firmware_protocols.advertised import Signature
from firmware_protocols.capture2go import recordings
from firmware_protocols.capture2go.about import about, identify
from firmware_protocols.capture2go.conversation import start, stop
from firmware_protocols.capture2go.decode import decode
from firmware_protocols.capture2go.gatt import CHANNELS, SERVICE
from firmware_protocols.capture2go.samples import ACC_RANGE_G, GYR_RANGE_DPS, RATES_HZ
from firmware_protocols.protocol import Capabilities, Log, Protocol

PROTOCOL: Final = Protocol(
    name="capture2go",
    signature=Signature(services=(SERVICE,)),
    channels=CHANNELS,
    capabilities=Capabilities(
        rates_hz=RATES_HZ,
        acc_ranges_g=(ACC_RANGE_G,),
        gyr_ranges_dps=(GYR_RANGE_DPS,),
        clock="synced",
        in_order=True,
    ),
    start=start,
    stop=stop,
    decode=decode,
    about=about,
    identify=identify,
    log=Log(
        begin=recordings.begin,
        end=recordings.end,
        stored=recordings.stored,
        download=recordings.download,
        fetched=recordings.fetched,
        erase=recordings.erase,
    ),
)
