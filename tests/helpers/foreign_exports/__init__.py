"""A virtual run as other systems would export it, by their published layouts."""

from foreign_exports.device_files import (
    actigraph,
    axivity,
    cwa_bytes,
    geneactiv,
    geneactiv_text,
    gt3x_bytes,
    movesense_sbem,
)
from foreign_exports.shared import NAMES, START_S, G, pods_of
from foreign_exports.text_files import (
    blue_trident,
    blue_trident_older,
    metabase,
    movella_dot,
    movella_dot_server,
    movesense_csv,
    movesense_json,
    phyphox,
    polar,
    sensor_logger_android,
    sensor_logger_ios,
    sensor_logger_standard,
    shimmer,
    xsens_mtw,
)

__all__ = [
    "NAMES",
    "START_S",
    "WRITERS",
    "G",
    "cwa_bytes",
    "geneactiv_text",
    "gt3x_bytes",
    "pods_of",
]

WRITERS = {
    "actigraph": actigraph,
    "axivity": axivity,
    "blue-trident": blue_trident,
    "blue-trident-older": blue_trident_older,
    "geneactiv": geneactiv,
    "metabase": metabase,
    "movella-dot": movella_dot,
    "movella-dot-server": movella_dot_server,
    "movesense-csv": movesense_csv,
    "movesense-json": movesense_json,
    "movesense-sbem": movesense_sbem,
    "phyphox": phyphox,
    "polar": polar,
    "sensor-logger-android": sensor_logger_android,
    "sensor-logger-ios": sensor_logger_ios,
    "sensor-logger-standard": sensor_logger_standard,
    "shimmer": shimmer,
    "xsens-mtw": xsens_mtw,
}
"""What writes files of each preset: a folder, pods in SI units, and their rate."""
