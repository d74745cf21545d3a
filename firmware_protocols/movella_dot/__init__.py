"""Movella (Xsens) DOT: 60 Hz live, 120 Hz into its own flash, a clock of its own in µs.

Sources: the maker's published BLE specification (XD0506P, revision C) and, where that is silent or
in doubt, real bytes in the comments of the maker's own program for export. No pod of this kind has
been on our bench. Not tried, beside all that radio does: whether the clock runs on from measuring
to recording and back, whether live angular velocity is in °/s in every firmware as it is
published, the full scale of its accelerometer, how fast a recording is exported, and records sent
again. Pods that were synchronised by the maker's app keep clocks of their own here.
"""

from typing import Final

from firmware_protocols.advertised import Signature
from firmware_protocols.movella_dot import logbook
from firmware_protocols.movella_dot.about import about, identify
from firmware_protocols.movella_dot.conversation import start, stop
from firmware_protocols.movella_dot.decode import decode
from firmware_protocols.movella_dot.files import LOG_HZ
from firmware_protocols.movella_dot.gatt import CHANNELS, MAKER, MEASUREMENT, NAMES
from firmware_protocols.movella_dot.samples import ACC_RANGE_G, GYR_RANGE_DPS
from firmware_protocols.movella_dot.values import RATES_HZ
from firmware_protocols.protocol import Capabilities, Log, Protocol

PROTOCOL: Final = Protocol(
    name="movella_dot",
    signature=Signature(services=(MEASUREMENT,), names=NAMES, manufacturers=(MAKER,)),
    channels=CHANNELS,
    capabilities=Capabilities(
        rates_hz=RATES_HZ,  # the fastest on board alone
        acc_ranges_g=(ACC_RANGE_G,),
        gyr_ranges_dps=(GYR_RANGE_DPS,),
        clock="device",
        shows_loss=True,  # by time alone: live samples carry no counter
        keeps_s=0.0,
        in_order=True,
        usual_hz=60.0,
    ),
    start=start,
    stop=stop,
    decode=decode,
    about=about,
    identify=identify,
    log=Log(
        begin=logbook.begin,
        end=logbook.end,
        stored=logbook.stored,
        download=logbook.download,
        fetched=logbook.fetched,
        usual_hz=LOG_HZ,
    ),
)
