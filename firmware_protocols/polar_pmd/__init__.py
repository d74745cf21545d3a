"""Polar sensors that stream their measurements (PMD): Verity Sense, OH1, H10.

Acceleration and angular rate are two streams; frames have no number, so what was lost shows by
their time stamps. Sources: Polar's *Online Measurement* document, and the SDK that implements it
(polarofficial/polar-ble-sdk @8fb5311). No pod of this kind has been on our bench.
"""

from typing import Final

from firmware_protocols.advertised import Signature
from firmware_protocols.polar_pmd.conversation import start, stop
from firmware_protocols.polar_pmd.decode import decode
from firmware_protocols.polar_pmd.gatt import CHANNELS, NAMES, SERVICE
from firmware_protocols.protocol import Capabilities, Protocol

PROTOCOL: Final = Protocol(
    name="polar_pmd",
    signature=Signature(services=(SERVICE,), names=NAMES),
    channels=CHANNELS,
    capabilities=Capabilities(keeps_s=0.0),
    start=start,
    stop=stop,
    decode=decode,
)
