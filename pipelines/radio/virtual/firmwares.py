"""List the firmwares that virtual pods can have, by the name of what they speak."""

from collections.abc import Mapping
from typing import Final

from firmware_protocols import (
    capture2go,
    metawear,
    movella_dot,
    movesense_gsp,
    orp_v1,
    polar_pmd,
    witmotion,
)
from pipelines.radio.virtual.capture2go.firmware import Capture2Go
from pipelines.radio.virtual.firmware import Firmware
from pipelines.radio.virtual.metawear.firmware import MetaWear
from pipelines.radio.virtual.movella_dot.firmware import MovellaDot
from pipelines.radio.virtual.movesense_gsp.firmware import Movesense
from pipelines.radio.virtual.orp_v1.firmware import OrpV1
from pipelines.radio.virtual.polar_pmd.firmware import PolarPmd
from pipelines.radio.virtual.witmotion.firmware import WitMotion

FIRMWARES: Final[Mapping[str, type[Firmware]]] = {
    orp_v1.PROTOCOL.name: OrpV1,
    capture2go.PROTOCOL.name: Capture2Go,
    movella_dot.PROTOCOL.name: MovellaDot,
    movesense_gsp.PROTOCOL.name: Movesense,
    polar_pmd.PROTOCOL.name: PolarPmd,
    witmotion.PROTOCOL.name: WitMotion,
    metawear.PROTOCOL.name: MetaWear,
}
