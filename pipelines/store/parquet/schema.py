"""Define the columns of session files from the core's records and from `of_stances`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from imu.frames import Placement
from imu.recording.samples import Scale
from imu.segmentation.stances import Stances
from imu.sensors import SENSORS, Sensor, column
from imu.units import UNITS
from pipelines.store.json_values import to_json
from pipelines.store.parquet.checked_file import Layout, NotOursError

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

EVENT_DOCS: Final = {
    "side": ("Side", "The leg that is loaded: left or right."),
    "bout": ("Running bout", "Which stretch of running the stance belongs to, from 0."),
    "initial_contact_s": ("Initial contact", "When the foot meets the ground; session clock."),
    "midstance_s": (
        "Mid-stance",
        "40 % of the way from initial contact to toe-off; session clock; unknown where toe-off is.",
    ),
    "toe_off_s": ("Toe-off", "When the foot leaves the ground; session clock."),
    "agreement_s": (
        "Agreement",
        "Difference of a second, independent estimate of initial contact from the first.",
    ),
    "pelvis_agreement_s": (
        "Agreement of the pelvis",
        "How much later the pelvis measures the contact than the shank; unknown unless both are "
        "worn.",
    ),
    "side_agreement_pct": (
        "Agreement about the side",
        "Share of the steps around this one that agree about the side, where left and right "
        "come from the pelvis alone (50 is chance); unknown where a shank pod is worn.",
    ),
}

_SENSOR: Final[Mapping[Sensor, str]] = {
    "shank accelerometer": "accelerometer on the shank of this leg, in stance,",
    "shank gyroscope": "gyroscope on the shank of this leg, in stance,",
    "swing gyroscope": "gyroscope on the shank of this leg, in the swing after the stance,",
    "pelvis accelerometer": "accelerometer on the pelvis, in stance,",
    "pelvis gyroscope": "gyroscope on the pelvis, in stance,",
}

QUALITY_DOCS: Final = {
    "coverage_pct": ("Coverage", "Share of the stance's samples that the pods delivered."),
    "clipped": (
        "Clipped",
        "Whether any sensor reached its full scale in the stance or in the swing after it; which "
        "one is in the columns that follow.",
    ),
    **{
        column(sensor): (
            f"{sensor.capitalize()} clipped",
            f"Whether the {_SENSOR[sensor]} reached its full scale.",
        )
        for sensor in SENSORS
    },
    "seen_by_pelvis": (
        "Seen by the pelvis alone",
        "Whether the shank pod of this leg did not show the stance and the pelvis pod did.",
    ),
    "implausible_count": (
        "Implausible values",
        "How many values of this row were left out because no running stance has them.",
    ),
    "quality": ("Quality", "Why a value is missing or doubtful, in words; empty: nothing wrong."),
}


@dataclass(frozen=True)
class Column:
    """One column of the stance file as its field metadata has it.

    `measured` and `matters` are the tag and the source of `Metric.measured` and `Metric.matters`.
    """

    unit: str
    label: str
    doc: str
    cite: str = ""
    definition: str = ""
    measured: str = ""
    matters: str = ""


def stance_columns() -> dict[str, Column]:
    """Return every column of a stance file in order: whose, events, metrics, quality."""
    keys = {
        "athlete": Column("", "Athlete", "Whose session it is."),
        "session": Column("", "Session", "Date and name of the session."),
    }
    events = {f.name: EVENT_DOCS[f.name] for f in fields(Stances)}
    return {
        **keys,
        **{name: Column(_unit(name), *words) for name, words in events.items()},
        **_metric_columns(),
        **{name: Column(_unit(name), *words) for name, words in QUALITY_DOCS.items()},
    }


def _metric_columns() -> dict[str, Column]:
    import imu.metrics  # noqa: F401  (declares the metrics)
    from imu.metrics.registry import of_stances

    return {
        m.name: Column(
            unit=m.unit.symbol,
            label=m.label,
            doc=m.doc.splitlines()[0],
            cite=m.cite,
            definition=m.doc,
            measured=f"{m.measured.tag}: {m.measured.source}",
            matters=f"{m.matters.tag}: {m.matters.source}",
        )
        for m in of_stances().values()
    }


def _unit(name: str) -> str:
    unit = UNITS.get(name.rpartition("_")[2])
    return unit.symbol if unit else ""


def stance_schema() -> pa.Schema:
    """Return the stance file's Arrow schema, each field with its `Column` as metadata."""
    import pyarrow as pa

    columns = stance_columns()
    attrs = {
        "units": {name: column.unit for name, column in columns.items() if column.unit},
        "labels": {name: column.label for name, column in columns.items()},
    }
    return pa.schema(
        [pa.field(name, _stance_type(name), metadata=asdict(c)) for name, c in columns.items()],
        metadata={"PANDAS_ATTRS": to_json(attrs)},
    )


def column_problems(schema: pa.Schema) -> list[str]:
    """Return a sentence for every column of a stance file that is not of the type it has here."""
    return [
        f"column {field.name} is {schema.field(place).type}, not {field.type}"
        for field in stance_schema()
        if (place := schema.get_field_index(field.name)) >= 0
        and schema.field(place).type != field.type
    ]


def check_columns(path: Path, schema: pa.Schema) -> None:
    """Raise NotOursError for a stance file that cannot stand beside those of this version."""
    import pyarrow as pa

    try:
        pa.unify_schemas([stance_schema(), schema], promote_options="permissive")
    except pa.ArrowException:
        problems = "; ".join(column_problems(schema))
        again = "run midstance process on its raw file"
        raise NotOursError(f"{path} does not fit ({problems}); {again}") from None


def _stance_type(name: str) -> pa.DataType:
    import pyarrow as pa

    if name == "athlete":
        # A plain string would clash with the partition in the path, athlete=<id>, which pandas
        # reads as a dictionary.
        return pa.dictionary(pa.int32(), pa.string())
    if name in ("session", "side", "quality"):
        return pa.string()
    if name.startswith(("clipped", "seen_by")):
        return pa.bool_()
    if name in ("bout", "implausible_count"):
        return pa.int64()
    return pa.float64() if name in EVENT_DOCS else pa.float32()


def stance_layout() -> Layout:
    """Return how stance files are encoded."""
    schema = stance_schema()
    encodings = {
        field.name: "BYTE_STREAM_SPLIT"
        for field in schema
        if str(field.type) in ("float", "double")
    }
    return Layout(
        name="midstance.stances",
        version=1,
        encodings={
            **encodings,
            "bout": "DELTA_BINARY_PACKED",
            "implausible_count": "DELTA_BINARY_PACKED",
        },
        dictionaries=("athlete", "session", "side", "quality"),
    )


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
