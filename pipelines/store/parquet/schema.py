"""Define the columns of session files from the core's records and from `of_stances`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
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

    from imu.metrics.registry import Metric

ATTRS_KEY: Final = "PANDAS_ATTRS"
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

START_UTC: Final = "initial_contact_utc"
SESSION: Final = "session"
INSTANT: Final = "timestamp[us, tz=UTC]"

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
    """All that is known of one column.

    Field metadata has the first three (`field_of`), the table ``dictionary`` of a store has all.
    `measured` and `matters` are the tag and the source of `Metric.measured` and `Metric.matters`.
    """

    unit: str
    label: str
    doc: str
    cite: str = ""
    definition: str = ""
    measured: str = ""
    matters: str = ""


ATHLETE_COLUMN: Final = Column("", "Athlete", "Whose it is; the name of the folder says it.")
SESSION_COLUMN: Final = Column("", "Session", "Date and name of the session.")


def stance_columns() -> dict[str, Column]:
    """Return every column of a stance file in order: whose, events, metrics, quality."""
    columns = {SESSION: SESSION_COLUMN}
    for event in fields(Stances):
        columns[event.name] = Column(_unit(event.name), *EVENT_DOCS[event.name])
        if event.name == "initial_contact_s":
            columns[START_UTC] = Column(
                "", "Instant of initial contact", "The same in UTC; unknown where the day is."
            )
    return {
        **columns,
        **_metric_columns(),
        **{name: Column(_unit(name), *words) for name, words in QUALITY_DOCS.items()},
    }


def _metric_columns() -> dict[str, Column]:
    import imu.metrics  # noqa: F401  (declares the metrics)
    from imu.metrics.registry import of_stances

    return {m.name: metric_column(m) for m in of_stances().values()}


def metric_column(m: Metric) -> Column:
    """Return what is known of the column of a metric."""
    return Column(
        unit=m.unit.symbol,
        label=m.label,
        doc=m.doc.splitlines()[0],
        cite=m.cite,
        definition=m.doc,
        measured=f"{m.measured.tag}: {m.measured.source}",
        matters=f"{m.matters.tag}: {m.matters.source}",
    )


def _unit(name: str) -> str:
    unit = UNITS.get(name.rpartition("_")[2])
    return unit.symbol if unit else ""


@cache
def stance_schema() -> pa.Schema:
    """Return the stance file's Arrow schema.

    The athlete is no column: the name of the folder says it, as a key that every engine reads, and
    a column of that name would clash with it in some.
    """
    columns = stance_columns()
    return schema_of({name: (_stance_type(name), column) for name, column in columns.items()})


def schema_of(columns: Mapping[str, tuple[str, Column]]) -> pa.Schema:
    """Return an Arrow schema of (type, column) by name, as `schema_with_attrs` makes it."""
    return schema_with_attrs(
        [field_of(name, kind, column) for name, (kind, column) in columns.items()]
    )


def schema_with_attrs(fields_of: Sequence[pa.Field]) -> pa.Schema:
    """Return an Arrow schema with the units and labels of its fields in the text `ATTRS_KEY`.

    pandas puts that into ``frame.attrs``.
    """
    import pyarrow as pa

    attrs: dict[str, dict[str, str]] = {}
    for key in ("unit", "label"):
        known = {f.name: (f.metadata or {}).get(key.encode(), b"").decode() for f in fields_of}
        attrs[f"{key}s"] = {name: text for name, text in known.items() if text}
    return pa.schema(fields_of, metadata={ATTRS_KEY: to_json(attrs)})


def field_of(name: str, kind: str, column: Column) -> pa.Field:
    """Return an Arrow field with unit, label and definition in a line as metadata."""
    import pyarrow as pa

    arrow = pa.timestamp("us", "UTC") if kind == INSTANT else pa.type_for_alias(kind)
    about = {"unit": column.unit, "label": column.label, "doc": column.doc}
    return pa.field(name, arrow, metadata=about)


def column_problems(schema: pa.Schema, wanted: pa.Schema | None = None) -> list[str]:
    """Return a sentence for every column that is not of the type it has in `wanted`.

    Without `wanted`, in a stance file of this version.
    """
    return [
        f"column {field.name} is {schema.field(place).type}, not {field.type}"
        for field in (stance_schema() if wanted is None else wanted)
        if (place := schema.get_field_index(field.name)) >= 0
        and schema.field(place).type != field.type
    ]


def check_columns(path: Path, schema: pa.Schema, wanted: pa.Schema) -> None:
    """Raise NotOursError for a table that cannot stand beside those of the schema `wanted`."""
    import pyarrow as pa

    if schema.equals(wanted):
        return
    try:
        pa.unify_schemas([wanted, schema], promote_options="permissive")
    except pa.ArrowException:
        problems = "; ".join(column_problems(schema, wanted))
        again = "run midstance process on its raw file"
        raise NotOursError(f"{path} does not fit ({problems}); {again}") from None


def _stance_type(name: str) -> str:
    if name == START_UTC:
        return INSTANT
    if name in (SESSION, "side", "quality"):
        return "string"
    if name.startswith(("clipped", "seen_by")):
        return "bool"
    if name in ("bout", "implausible_count"):
        return "int64"
    return "double" if name in EVENT_DOCS else "float"


@cache
def stance_layout() -> Layout:
    """Return how stance files are encoded.

    Version 1 had the athlete as a column, no instants, and the curves in its footer.
    """
    return layout_of("midstance.stances", 2, stance_schema())


def layout_of(name: str, version: int, schema: pa.Schema) -> Layout:
    """Return how a table of this schema is encoded: each type as it takes least room.

    By snappy, for many such tables are read as one: a tenth larger than by zstd, and read in two
    thirds of the time, also by engines that bring no other decompressor.
    """
    by_type = {
        "float": "BYTE_STREAM_SPLIT",
        "double": "BYTE_STREAM_SPLIT",
        "int64": "DELTA_BINARY_PACKED",
        INSTANT: "DELTA_BINARY_PACKED",
    }
    kinds = {field.name: str(field.type) for field in schema}
    return Layout(
        name=name,
        version=version,
        encodings={field: by_type[kind] for field, kind in kinds.items() if kind in by_type},
        dictionaries=tuple(field for field, kind in kinds.items() if kind == "string"),
        compression="snappy",
    )


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
