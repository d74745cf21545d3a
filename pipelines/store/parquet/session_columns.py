"""Say of every column of the table of sessions what it is: type, unit, label, definition."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import imu.metrics  # noqa: F401  (declares the metrics)
from imu.frames import SIDES
from imu.metrics.registry import METRICS
from imu.session.drift import SPEED
from imu.session.summary import MEASURES, TOGETHER
from imu.units import UNITS
from pipelines.store.parquet.schema import INSTANT, SESSION, SESSION_COLUMN, Column, field_of
from pipelines.store.parquet.stance_schema import metric_column
from pipelines.store.session_header import DRIFT
from pipelines.store.stated.context import LIMITS, RunContext, as_columns

if TYPE_CHECKING:
    import pyarrow as pa

CONTEXT: Final = "context_"
PAIN: Final = "pain_"
NAMED: Final = {"grade_pct": "slope", "strapped_min": "pods put on before the run"}
"""What is called otherwise than its column."""
STARTED: Final = "started_utc"
NUMBERS: Final = tuple(f"{CONTEXT}{key}" for key in LIMITS)
YES_OR_NO: Final = "context_treadmill"
OF_CONTEXT: Final = tuple(as_columns(RunContext()))
WORDS: Final = ("session", STARTED, "duration_s", "grade")
TEXTS: Final = (
    *WORDS,
    *("reasons", "pods", "software", "timezone", "started_local"),
    *(name for name in OF_CONTEXT if name not in (*NUMBERS, YES_OR_NO)),
)
"""The columns that are texts until they are parsed."""
MORE_UNITS: Final = {"bpm": "beats/min", "min": "min"}
GAITS: Final = ("running", "walking", "standing")
OF_SESSION: Final = {
    SESSION: SESSION_COLUMN,
    STARTED: Column("", "Start", "When it began, in UTC; session clock 0."),
    "duration_s": Column("s", "Duration", "From the first to the last sample of any pod."),
    "grade": Column("", "Grade", "Quality of the recording, A to D; a run of grade D is not used."),
    "reasons": Column("", "Reasons", "Why not grade A, in words; or why it cannot be read."),
    "pods": Column("", "Pods", "Where pods were worn."),
    "software": Column("", "Software", "The program that found the stances."),
    "edition": Column("", "Edition", "Runs of the same edition are measured alike."),
    "timezone": Column("", "Time zone", "IANA name of the zone of started_local."),
    "started_local": Column("", "Start by her clock", "ISO 8601, with its offset."),
    **{f"{gait}_s": Column("s", gait.capitalize(), f"How long she was {gait}.") for gait in GAITS},
}


def session_columns() -> dict[str, Column]:
    """Return every column that the table of sessions may have, but for sites of pain."""
    both = ("stances_count", *METRICS, *MEASURES)
    drifting = (*(name for name, metric in METRICS.items() if metric.primary), SPEED)
    names = [
        *OF_SESSION,
        *(f"{side}_{name}" for side in SIDES for name in both),
        *dict.fromkeys((*TOGETHER, SPEED)),
        *(f"{side}_{DRIFT}{name}" for side in SIDES for name in drifting),
        *OF_CONTEXT,
    ]
    return {name: column_of(name) for name in names}


def column_of(name: str) -> Column:
    """Return what is known of a column of the table of sessions by its name."""
    if name in OF_SESSION:
        return OF_SESSION[name]
    if name.startswith(CONTEXT):
        return _stated(name.removeprefix(CONTEXT))
    side, _, rest = name.partition("_")
    if side not in SIDES:
        return _measured(name, "", "Median of both legs.")
    if rest == "stances_count":
        return Column("", f"Stances, {side}", f"How many running stances the {side} leg has.")
    if rest.startswith(DRIFT):
        what = f"Last third of the run less its first, {side} leg, as it was run."
        return _measured(rest.removeprefix(DRIFT), f", {side}, change over the run", what)
    return _measured(rest, f", {side}", f"Median of the stances of the {side} leg.")


def _stated(key: str) -> Column:
    """Return the column of what was stated of a run."""
    if key.startswith(PAIN):
        site = key.removeprefix(PAIN).replace("_", " ")
        return Column("", f"Pain, {site}", "0 to 10, as a person stated it.")
    unit = _unit(key)
    words = NAMED.get(key) or (key.rpartition("_")[0] if unit else key).replace("_", " ")
    return Column(
        unit, f"{words.capitalize()}, stated", "As a person, or her watch, stated it of the run."
    )


def _measured(name: str, more: str, what: str) -> Column:
    """Return the column of a measure, or of a metric, of which it has `what`; `more` names it."""
    if name in METRICS:
        one = metric_column(METRICS[name])
        docs = {"doc": f"{what} {one.doc}", "definition": f"{what} {one.definition}"}
        return replace(one, label=one.label + more, **docs)
    measure = MEASURES.get(name) or TOGETHER.get(name)
    if measure is None:
        return Column(_unit(name), name.replace("_", " ").capitalize() + more, "")
    return Column(
        unit=measure.unit.symbol,
        label=measure.label + more,
        doc=measure.doc.splitlines()[0],
        cite=measure.cite,
        definition=measure.doc,
        matters=f"{measure.matters.tag}: {measure.matters.source}",
    )


def _unit(name: str) -> str:
    suffix = name.rpartition("_")[2]
    unit = UNITS.get(suffix)
    return unit.symbol if unit else MORE_UNITS.get(suffix, "")


def session_field(name: str) -> pa.Field:
    """Return the Arrow field of a column."""
    return field_of(name, session_type(name), column_of(name))


def session_type(name: str) -> str:
    """Return the type of a column, as Arrow names it."""
    if name == STARTED:
        return INSTANT
    if name in TEXTS and name != "duration_s":
        return "string"
    if name == YES_OR_NO:
        return "bool"
    return "int64" if name == "edition" or name.endswith("_stances_count") else "double"
