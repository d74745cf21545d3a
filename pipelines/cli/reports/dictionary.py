"""Build the data dictionary from the declarations of metrics and columns."""

from collections.abc import Mapping
from difflib import get_close_matches
from itertools import groupby
from math import isfinite
from typing import Any, Final

from imu.frames import SIDES
from imu.metrics import METRICS, Metric
from imu.sensors import Clipping, Sensor
from imu.session.summary import MEASURES, TOGETHER, SessionMeasure
from pipelines.glossary import explained
from pipelines.store.parquet.stance_schema import stance_columns
from pipelines.store.session_header import DRIFT
from pipelines.store.tables.dictionary_table import dictionary_rows

SESSION: Final = "one number per session and side"
OF_BOTH: Final = "one number per session"
BESIDE: Final = "other columns, in every row"
EVERY_STANCE: Final = "every stance"
NAMES: Final[Mapping[Sensor, str]] = {
    "shank accelerometer": "shank's accelerometer",
    "shank gyroscope": "shank's gyroscope",
    "swing gyroscope": "shank's gyroscope in the swing",
    "pelvis accelerometer": "pelvis' accelerometer",
    "pelvis gyroscope": "pelvis' gyroscope",
}


def entries() -> list[dict[str, Any]]:
    """Return what is known of every metric, of the numbers of a session, of every other column."""
    return [full(name) for name in names()]


def names() -> list[str]:
    """Return all that has an entry: metrics theme by theme, numbers of a session, other columns.

    Among the metrics are those of a session alone, which no stance file has.
    """
    return [
        *METRICS,
        *MEASURES,
        *TOGETHER,
        *(name for name in stance_columns() if name not in METRICS),
    ]


def full(name: str) -> dict[str, Any]:
    """Return everything declared of one metric or column; ValueError names what is nearest."""
    if name in MEASURES:
        return _of_session(MEASURES[name], SESSION)
    if name in TOGETHER:
        return _of_session(TOGETHER[name], OF_BOTH)
    if name not in names():
        return _of_table(name)
    if name not in METRICS:
        return _beside(name)
    metric = METRICS[name]
    seen: set[str] = set()
    return {
        "name": metric.name,
        "label": metric.label,
        "unit": metric.unit.symbol,
        "theme": metric.theme,
        "definition": explained(metric.doc, seen),
        "formula": explained(metric.equation, seen),
        "given for": SESSION if metric.session_only else EVERY_STANCE,
        "pods": _pods(metric),
        "refused": _refused(metric),
        "plausible values": _between(metric),
        "how well it is measured": metric.measured.tag,
        "proof": explained(metric.measured.source, seen),
        "measured error": f"{metric.measured_error} {metric.unit.symbol}".strip(),
        "typical error between sessions": f"{metric.typical_error:g} {metric.unit.symbol}".strip(),
        "how surely it matters": metric.matters.tag,
        "studies": explained(metric.matters.source, seen),
        "compared with the baseline": metric.primary,
        "source": explained(metric.cite, seen),
    }


def _beside(name: str) -> dict[str, Any]:
    column = stance_columns()[name]
    return {
        "name": name,
        "label": column.label,
        "unit": column.unit,
        "theme": BESIDE,
        "given for": EVERY_STANCE,
        "definition": explained(column.doc, set()),
        "compared with the baseline": False,
    }


def _of_table(name: str) -> dict[str, Any]:
    """Return what is declared of a column of a table that has no stances; ValueError without."""
    rows = dictionary_rows()
    found = [row for row in rows if row["column"] == name]
    if not found:
        known = [*names(), *(row["column"] for row in rows)]
        near = get_close_matches(name, dict.fromkeys(known), n=3, cutoff=0.7)
        meant = f" (did you mean {' or '.join(near)}?)" if near else ""
        raise ValueError(f"there is no metric {name!r}{meant}; midstance metrics lists all")
    row, seen = found[0], set[str]()
    return {
        "name": name,
        "label": row["label"],
        "unit": row["unit"],
        "table": ", ".join(one["table"] for one in found),
        "definition": explained(row["definition"] or row["doc"], seen),
        "how well it is measured": row["measured"],
        "how surely it matters": row["matters"],
        "source": explained(row["cite"], seen),
    }


def other_tables() -> dict[str, list[dict[str, Any]]]:
    """Return the columns of each table but ``stances``, without those made of what has an entry.

    In ``sessions`` these have the leg before the name of a metric, and perhaps `DRIFT` between.
    """
    made_of = {*METRICS, *MEASURES, *TOGETHER}
    made_of |= {
        f"{side}_{what}{name}" for side in SIDES for what in ("", DRIFT) for name in made_of
    }
    out: dict[str, list[dict[str, Any]]] = {}
    for row in dictionary_rows():
        if row["table"] != "stances" and row["column"] not in made_of:
            out.setdefault(row["table"], []).append(row)
    return out


def _of_session(measure: SessionMeasure, theme: str) -> dict[str, Any]:
    seen: set[str] = set()
    return {
        "name": measure.name,
        "label": measure.label,
        "unit": measure.unit.symbol,
        "theme": theme,
        "definition": explained(measure.doc, seen),
        "formula": explained(measure.equation, seen),
        "given for": theme,
        "how surely it matters": measure.matters.tag,
        "studies": explained(measure.matters.source, seen),
        "compared with the baseline": False,
        "source": explained(measure.cite, seen),
    }


def lines() -> list[str]:
    """Return three lines per metric for a terminal, under the name of their theme.

    The third says how well it is measured and how surely it matters, each by itself.
    """
    out: list[str] = []
    seen: set[str] = set()
    for theme, group in groupby(METRICS.values(), lambda metric: metric.theme):
        out.append(f"{theme[0].upper()}{theme[1:]}")
        out += [line for metric in group for line in _in_short(metric, _pods(metric), seen)]
    for theme, measures in ((SESSION, MEASURES), (OF_BOTH, TOGETHER)):
        out.append(f"{theme[0].upper()}{theme[1:]}")
        out += [line for measure in measures.values() for line in _in_short(measure, "shank", seen)]
    out.append(f"{BESIDE[0].upper()}{BESIDE[1:]}")
    return out + [
        line
        for name, column in stance_columns().items()
        if name not in METRICS
        for line in (
            f"  {name}{f' [{column.unit}]' if column.unit else ''}  {column.label}",
            f"      {explained(column.doc, seen)}",
        )
    ]


def _in_short(metric: Metric | SessionMeasure, pods: str, seen: set[str]) -> list[str]:
    of_run, measured = "", ""
    if isinstance(metric, Metric):
        of_run = f"; {SESSION}" if metric.session_only else ""
        measured = f"measured: {metric.measured.tag}; "
    return [
        f"  {metric.name} [{metric.unit.symbol or 'no unit'}]  {metric.label}"
        f" (needs {pods}{of_run})",
        f"      {explained(metric.doc.splitlines()[0], seen)}",
        f"      {measured}matters: {metric.matters.tag}",
    ]


def _between(metric: Metric) -> str:
    low, high = metric.valid_range
    return f"{low:g} to {high:g} {metric.unit.symbol}".strip()


def _refused(metric: Metric) -> str:
    """Say when the value is left out."""
    when = []
    if metric.needs:
        when.append("a gap during the stance in a pod that it needs or that times the events")
    when += [
        f"a clipped sample of the {NAMES[sensor]}" + _would_be(made)
        for sensor, made in metric.clipping.items()
    ]
    if isfinite(metric.sync_s):
        when.append(f"clocks of pelvis and shank over {1000 * metric.sync_s:g} ms apart")
    if isfinite(metric.legs_sync_s):
        when.append(f"clocks of the two shanks over {1000 * metric.legs_sync_s:g} ms apart")
    if isfinite(metric.most_turning_radps):
        when.append(
            f"a bend on which the heading turns by over {metric.most_turning_radps:g} rad/s"
        )
    if metric.unbroken_s:
        when.append(f"gaps of a pod that it needs under {metric.unbroken_s:g} s apart")
    when.append("a value outside its plausible range")
    return "; ".join(when)


def _would_be(made: Clipping) -> str:
    return "" if made == "unknown" else f", which would make it {made}"


def _pods(metric: Metric) -> str:
    return ", ".join(metric.needs) or "any pod"
