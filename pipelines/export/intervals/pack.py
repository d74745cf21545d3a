"""A run as streams of intervals.icu: a table of seconds, and which custom stream each column is.

Source: the service's own description of its CSV of streams: ``time`` counts seconds of the
activity, other columns are named by the code of a custom stream, an empty cell is not known, and a
table with another number of rows than the activity replaces all of its streams.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np

from imu.frames import SIDES, FloatArray, IntArray
from imu.metrics.registry import METRICS
from pipelines.export.per_second import AROUND_S, BALANCE, Seconds, unit
from pipelines.export.signs import BALANCE as BALANCE_SIGN
from pipelines.export.signs import LEGS
from pipelines.store.json_values import to_json_for_people

STREAMS: Final = "streams.csv"
CUSTOM: Final = "custom_streams.json"
READ_ME: Final = "README.txt"
HOW_TO: Final = (
    "in intervals.icu create a custom activity stream for each code in custom_streams.json that "
    "you want to see, then upload with --activity, or by hand where the rows are the activity's"
)
EACH: Final = f"each row is the mean of the stances within {AROUND_S:g} s of its second"


def streams_of(seconds: Seconds) -> dict[str, FloatArray]:
    """Return each stream (m,) by its code; one that is never known is left out.

    The service drops a stream without any value.
    """
    everything = {**seconds.both, **seconds.legs}
    return {code(name): values for name, values in everything.items() if np.isfinite(values).any()}


def code(name: str) -> str:
    """Return the code of a stream: ``left_pelvic_drop_deg`` is ``LeftPelvicDropDeg``."""
    return "".join(word.capitalize() for word in name.split("_"))


def table(time_s: IntArray, streams: Mapping[str, FloatArray]) -> str:
    """Return streams (m,) as CSV; `time_s` (m,) counts seconds from the first row."""
    lines = [",".join(["time", *streams])]
    columns = [[_cell(x) for x in values.tolist()] for values in streams.values()]
    lines += [",".join(row) for row in zip(map(str, time_s.tolist()), *columns, strict=True)]
    return "\n".join(lines) + "\n"


def _cell(value: float) -> str:
    return f"{value:.6g}" if value == value else ""


def custom(seconds: Seconds) -> list[dict[str, Any]]:
    """Return what each custom stream is: code, name, unit, description."""
    return [
        {"code": code(name), "name": _title(name), "units": unit(name), "description": _said(name)}
        for name in (*seconds.both, *seconds.legs)
    ]


def _title(name: str) -> str:
    side, _, rest = name.partition("_")
    if side in SIDES:
        return f"{METRICS[rest].label}, {side}"
    return "Contact time balance" if name == BALANCE else METRICS[name].label


def _said(name: str) -> str:
    side, _, rest = name.partition("_")
    if name == BALANCE:
        return f"{BALANCE_SIGN[0].upper()}{BALANCE_SIGN[1:]}."
    metric = METRICS[rest if side in SIDES else name]
    return " ".join(metric.doc.split())


def write(folder: Path, time_s: IntArray, seconds: Seconds) -> None:
    """Write the pack into `folder`."""
    text = table(time_s, streams_of(seconds))
    (folder / STREAMS).write_text(text, encoding="ascii", newline="\n")
    words = to_json_for_people(custom(seconds))
    (folder / CUSTOM).write_text(words + "\n", encoding="utf-8")
    lines = "".join(f"{line}\n" for line in (HOW_TO, EACH, LEGS, BALANCE_SIGN))
    (folder / READ_ME).write_text(lines, encoding="utf-8")
