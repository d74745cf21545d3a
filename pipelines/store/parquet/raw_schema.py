"""Define the columns of the raw file: the counts of every pod, and their clocks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from imu.frames import Placement
from imu.recording.samples import Scale
from pipelines.store.json_values import to_json
from pipelines.store.parquet.checked_file import Layout
from pipelines.store.parquet.schema import Column

if TYPE_CHECKING:
    import pyarrow as pa

AXES: Final = ("x", "y", "z")
ACC: Final = tuple(f"acc_{axis}_lsb" for axis in AXES)
GYR: Final = tuple(f"gyr_{axis}_lsb" for axis in AXES)
CLOCKS: Final = ("index", "device_us", "time_us")

RAW: Final = Layout(
    name="midstance.raw",
    version=1,
    encodings=dict.fromkeys((*CLOCKS, *ACC, *GYR), "DELTA_BINARY_PACKED"),
    dictionaries=("pod",),
)

RAW_DOCS: Final = {
    "pod": "Where the pod was worn.",
    "index": "Position in the pod's sampling since its start; a gap is a loss. After a reboot it "
    "continues by the time that passed.",
    "device_us": "The pod's own clock, unwrapped; after a reboot it may start over.",
    "time_us": "Session clock: the pod's clock fitted to the host's; 0 is started_utc.",
}

RAW_LABELS: Final = {
    "pod": "Pod",
    "index": "Number of the sample",
    "device_us": "Time on the pod's clock",
    "time_us": "Time on the session's clock",
}


def raw_columns() -> dict[str, Column]:
    """Return what is known of the columns of a raw file."""
    of_counts = "Counts of the sensor; times scale is unit, both of them metadata of the field."
    sensed = {**dict.fromkeys(ACC, "Acceleration"), **dict.fromkeys(GYR, "Angular rate")}
    return {
        **{
            name: Column("µs" if name.endswith("_us") else "", RAW_LABELS[name], doc)
            for name, doc in RAW_DOCS.items()
        },
        **{
            name: Column("counts", f"{what}, {name.split('_')[1]} axis of the pod", of_counts)
            for name, what in sensed.items()
        },
    }


def raw_schema(scales: Mapping[Placement, Scale]) -> pa.Schema:
    """Return the raw file's Arrow schema: counts, with unit, scale and offset per field.

    `scale` is a number when all pods share it, else a JSON object by placement.
    """
    import pyarrow as pa

    word = pa.dictionary(pa.int32(), pa.string())
    clocks = [pa.field("pod", word, nullable=False, metadata={"doc": RAW_DOCS["pod"]})]
    for name in CLOCKS:
        about = {"doc": RAW_DOCS[name]}
        if name.endswith("_us"):
            about |= {"unit": "s", "scale": "1e-06", "offset": "0"}
        clocks.append(pa.field(name, pa.int64(), nullable=False, metadata=about))
    acc = _counts("m/s²", {place: scale.acc_mps2 for place, scale in scales.items()})
    gyr = _counts("rad/s", {place: scale.gyr_radps for place, scale in scales.items()})
    return pa.schema(
        [
            *clocks,
            *(pa.field(name, pa.int32(), nullable=False, metadata=acc) for name in ACC),
            *(pa.field(name, pa.int32(), metadata=gyr) for name in GYR),
        ]
    )


def _counts(unit: str, scales: Mapping[Placement, float | None]) -> dict[str, str]:
    known = {place: scale for place, scale in scales.items() if scale is not None}
    one: Any = next(iter(known.values())) if len(set(known.values())) == 1 else known
    return {"unit": unit, "scale": to_json(one), "offset": "0", "frame": "sensor"}
