"""Define the columns of the stance file from the core's records and from `of_stances`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from typing import TYPE_CHECKING, Final

from imu.segmentation.stances import Stances
from imu.sensors import SENSORS, Sensor, column
from imu.units import UNITS
from pipelines.store.parquet.checked_file import Layout
from pipelines.store.parquet.schema import (
    INSTANT,
    SESSION,
    SESSION_COLUMN,
    Column,
    layout_of,
    schema_of,
)

if TYPE_CHECKING:
    import pyarrow as pa

    from imu.metrics.registry import Metric

START_UTC: Final = "initial_contact_utc"

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
