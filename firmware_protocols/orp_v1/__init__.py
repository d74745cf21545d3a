"""ORP v1, the Open Runner Pod protocol: every sample has an index, every loss is counted.

One module per part of the specification, which is in ``firmware_protocols/spec/orp_v1.md``.
"""

from typing import Final

from firmware_protocols.orp_v1.conversation import start, stop
from firmware_protocols.orp_v1.decode import decode
from firmware_protocols.orp_v1.gatt import CHANNELS, SERVICE
from firmware_protocols.protocol import Protocol

PROTOCOL: Final = Protocol(
    name="orp_v1",
    service_uuid=SERVICE,
    channels=CHANNELS,
    start=start,
    stop=stop,
    decode=decode,
)
