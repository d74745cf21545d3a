"""ORP v1, the Open Runner Pod protocol: every sample has an index, every loss is counted.

One module per part of the specification, which is in ``firmware_protocols/spec/orp_v1.md``.
"""

from typing import Final

from firmware_protocols.advertised import Signature
from firmware_protocols.orp_v1.about import about, identify
from firmware_protocols.orp_v1.conversation import backfill, ping, start, stop
from firmware_protocols.orp_v1.decode import decode
from firmware_protocols.orp_v1.gatt import CHANNELS, SERVICE, WORN
from firmware_protocols.protocol import Capabilities, Protocol

PROTOCOL: Final = Protocol(
    name="orp_v1",
    signature=Signature(services=(SERVICE,)),
    channels=CHANNELS,
    capabilities=Capabilities(),
    start=start,
    stop=stop,
    decode=decode,
    backfill=backfill,
    about=about,
    identify=identify,
    ping=ping,
    worn=WORN,
)
