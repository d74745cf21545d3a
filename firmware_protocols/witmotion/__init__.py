"""WitMotion WT901BLE and its kin: what many own, but no sample has a time, a number or a checksum.

Sources: the maker's SDK (WITMOTION/WitBluetooth_BWT901BLE5_0) and, where that is silent, notes of
others on a WT901BLE67. No pod of this kind has been on our bench.
"""

from typing import Final

from firmware_protocols.advertised import Signature
from firmware_protocols.protocol import Capabilities, Protocol
from firmware_protocols.witmotion.conversation import start, stop
from firmware_protocols.witmotion.decode import decode
from firmware_protocols.witmotion.frames import ACC_RANGE_G, GYR_RANGE_DPS
from firmware_protocols.witmotion.gatt import CHANNELS, NAME, SERVICES
from firmware_protocols.witmotion.registers import RATES_HZ

PROTOCOL: Final = Protocol(
    name="witmotion",
    signature=Signature(services=SERVICES, names=(NAME,)),
    channels=CHANNELS,
    capabilities=Capabilities(
        rates_hz=tuple(sorted(RATES_HZ.values(), reverse=True)),
        acc_ranges_g=(ACC_RANGE_G,),
        gyr_ranges_dps=(GYR_RANGE_DPS,),
        clock="host",
        shows_loss=False,
        keeps_s=0.0,
        in_order=True,
    ),
    start=start,
    stop=stop,
    decode=decode,
)
