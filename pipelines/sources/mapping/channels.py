"""Say what three columns of one sensor are: their names, unit, count and full scale."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from imu.recording.recording import HIGHEST_VALUE
from pipelines.sources.mapping.row_choice import RowChoice, row_choice
from pipelines.sources.mapping.values import is_name, is_number, size_above_0
from pipelines.sources.quoting import shown

CHANNEL_KEYS: Final = ("", "_unit", "_scale", "_range", "_sign", "_file")
PLACES: Final = ("rows", "acc_rows", "gyr_rows")
SIGNS: Final = ("+", "-")


@dataclass(frozen=True)
class Channels:
    """Three columns of one sensor: SI = column x `factor`; `range_si` is the full scale.

    `columns` is the name of one (n, 3) array, or three names or numbers. `counts` says that the
    columns are the sensor's own integers, `unit` is as written. `sign` is as declared, + or -,
    and empty where it is not; `file` is part of the name of the file, None where there is one.

    `rows` are those of a table in which several pods or sensors stand. `turned` says which of
    three columns count the other way round, by a minus before their name.
    """

    columns: str | tuple[str | float, ...]
    unit: str
    factor: float
    range_si: float | None
    counts: bool
    sign: str = ""
    file: str | None = None
    turned: tuple[bool, ...] = (False, False, False)
    rows: RowChoice = ()

    @property
    def place(self) -> tuple[str | None, RowChoice]:
        """Where its rows stand: the file, and which of its rows."""
        return self.file, self.rows

    @property
    def written(self) -> tuple[str, ...]:
        """Three columns as the mapping writes them, with their minus."""
        return tuple(
            f"{'-' * turn}{column}" if isinstance(column, str) else f"{column:g}"
            for column, turn in zip(self.columns, self.turned, strict=True)
        )

    @property
    def names(self) -> tuple[str, ...]:
        """The columns that are to be read."""
        given = (self.columns,) if isinstance(self.columns, str) else self.columns
        return tuple(column for column in given if isinstance(column, str))


def channels_of(sensor: str, pod: Mapping[str, Any], units: Mapping[str, float]) -> Channels:
    """Return what a pod's table says of `sensor`, acc or gyr; ValueError in one sentence."""
    columns, unit, scale, full, sign, file = (pod.get(f"{sensor}{key}") for key in CHANNEL_KEYS)
    if not isinstance(unit, str) or unit not in units:
        raise ValueError(f"{sensor}_unit is {shown(unit)}; use one of {', '.join(units)}")
    if sign is not None and sign not in SIGNS:
        raise ValueError(f"{sensor}_sign is {shown(sign)}; write '+' or '-'")
    scale, full = size_above_0(f"{sensor}_scale", scale), size_above_0(f"{sensor}_range", full)
    if unit == "lsb" and scale is None:
        raise ValueError(f"{sensor}_unit is lsb; add {sensor}_scale, the SI size of one count")
    size = units[unit] * (scale or 1.0)
    # The full scale is said in the unit; of plain counts it is a number of counts.
    range_si = None if full is None else full * (size if unit == "lsb" else units[unit])
    if range_si is not None and range_si > HIGHEST_VALUE:
        raise ValueError(f"{sensor}_range is {full:g}, more than any sensor's; give it in {unit}")
    named = _columns(sensor, columns)
    turned: tuple[bool, ...] = (False, False, False)
    if isinstance(named, tuple):
        turned = tuple(isinstance(one, str) and one[0] == "-" and is_name(one[1:]) for one in named)
        named = tuple(
            one[1:] if turn and isinstance(one, str) else one
            for one, turn in zip(named, turned, strict=True)
        )
    return Channels(
        columns=named,
        unit=unit,
        factor=-size if sign == "-" else size,
        range_si=range_si,
        counts=scale is not None,
        sign=sign or "",
        file=file_part(f"{sensor}_file", file if file is not None else pod.get("file")),
        turned=turned,
        rows=row_choice(sensor, pod),
    )


def file_part(key: str, value: Any) -> str | None:
    """Return what the name of a file holds, None where it is not said."""
    if value is not None and not is_name(value):
        raise ValueError(f"{key} is {shown(value)}; give a part of the name of the file")
    return None if value is None else str(value)


def _columns(sensor: str, columns: Any) -> str | tuple[str | float, ...]:
    if is_name(columns):
        return str(columns)
    if isinstance(columns, list) and len(columns) == 3:
        if wrong := [c for c in columns if not is_name(c) and not is_number(c)]:
            raise ValueError(f"{sensor} holds {shown(wrong[0])}; name a column, or give a number")
        if any(isinstance(column, str) for column in columns):
            return tuple(column if isinstance(column, str) else float(column) for column in columns)
        raise ValueError(f"{sensor} names no column; leave {sensor} out if it was not measured")
    raise ValueError(
        f"{sensor} must name three columns, or one array of shape (samples, 3); "
        f"it is {shown(columns)}"
    )
