"""MetaWear: MetaMotionR and RL (BMI160), MetaMotionS (BMI270) of MbientLab, over the air or USB.

Sources, for facts only: the maker's MetaWear API Specification 1.0.0 (mbientlab/MetaWear-API
@004be11, usb-transport @02c37b8), and where that is silent the SDK and its tests
(mbientlab/MetaWear-SDK-Cpp @f67699e). No pod of this kind has been on our bench: what is tested is
what is published.
"""

from typing import Final

from firmware_protocols.advertised import Signature
from firmware_protocols.metawear import logbook
from firmware_protocols.metawear.about import about, identify
from firmware_protocols.metawear.conversation import start, stop
from firmware_protocols.metawear.decode import decode
from firmware_protocols.metawear.gatt import CHANNELS, SERVICE
from firmware_protocols.metawear.sensors import ACC_RANGES_G, GYR_RANGES_DPS, LOG_HZ, RATES_HZ
from firmware_protocols.protocol import Capabilities, Log, Protocol

PROTOCOL: Final = Protocol(
    name="metawear",
    signature=Signature(services=(SERVICE,)),
    channels=CHANNELS,
    capabilities=Capabilities(
        rates_hz=RATES_HZ,
        acc_ranges_g=ACC_RANGES_G,
        gyr_ranges_dps=GYR_RANGES_DPS,
        clock="device",
        shows_loss=False,
        keeps_s=0.0,
        in_order=True,
        usual_hz=100.0,  # faster ones come without time
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
        erase=logbook.erase,
        usual_hz=LOG_HZ,
        holds_one=True,
    ),
)
