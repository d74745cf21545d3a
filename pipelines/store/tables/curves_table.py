"""Mean and SD of signals over stance as a table, ``curves``: a row for each per cent of stance."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from imu.frames import SIDES, FloatArray
from imu.session.curves import CURVE_POINTS, Curves
from imu.units import UNITS
from pipelines.store.parquet.arrays import array, column_values
from pipelines.store.parquet.checked_file import Layout
from pipelines.store.parquet.schema import SESSION, SESSION_COLUMN, Column, layout_of, schema_of

if TYPE_CHECKING:
    import numpy.typing as npt
    import pyarrow as pa

CURVES_COLUMNS: Final = {
    SESSION: ("string", SESSION_COLUMN),
    "signal": (
        "string",
        Column("", "Signal", "What the curve is of, with its unit."),
    ),
    "unit": ("string", Column("", "Unit", "The unit of mean and SD.")),
    "side": ("string", Column("", "Side", "The leg that is loaded: left or right.")),
    "stance_pct": (
        "int64",
        Column("%", "Share of stance", "From initial contact (0) to toe-off (100)."),
    ),
    "mean": ("float", Column("", "Mean", "Mean over the stances of this leg; see unit.")),
    "sd": ("float", Column("", "SD", "Standard deviation over the stances of this leg.")),
    "stances_count": (
        "int64",
        Column("", "Stances", "How many stances without a gap are behind the curves of this leg."),
    ),
}


@cache
def curves_schema() -> pa.Schema:
    """Return the Arrow schema of the table."""
    return schema_of(CURVES_COLUMNS)


@cache
def curves_layout() -> Layout:
    """Return how the table is encoded."""
    return layout_of("midstance.curves", 1, curves_schema())


def curves_table(session: str, curves: Curves) -> pa.Table:
    """Return the curves of a session as rows; a value that is not known is null."""
    import pyarrow as pa

    names, points = list(curves.mean), np.arange(CURVE_POINTS)
    shape = (len(names), len(SIDES), CURVE_POINTS)

    def everywhere(values: object, axis: int) -> list[object]:
        one = np.asarray(values).reshape([-1 if k == axis else 1 for k in range(3)])
        return list(np.broadcast_to(one, shape).ravel().tolist())

    columns: dict[str, Any] = {
        SESSION: [session] * int(np.prod(shape)),
        "signal": everywhere(names, 0) if names else [],
        "unit": everywhere([_unit(name) for name in names], 0) if names else [],
        "side": everywhere(SIDES, 1),
        "stance_pct": everywhere(points, 2),
        "mean": _values(curves.mean, shape),
        "sd": _values(curves.sd, shape),
        "stances_count": everywhere(curves.count, 1),
    }
    schema = curves_schema()
    arrays = [array(columns[f.name], f.type) for f in schema]
    return pa.Table.from_arrays(arrays, schema=schema)


def curves_from(table: pa.Table) -> Curves:
    """Return the curves of the one session that a table holds; ValueError where it is cut."""
    signals = list(dict.fromkeys(table["signal"].to_pylist()))
    shape = (len(signals), len(SIDES), CURVE_POINTS)
    if len(table) != np.prod(shape):
        raise ValueError(f"it has {len(table)} rows and not {CURVE_POINTS} for each curve")
    mean, sd = (_numbers(table, name).reshape(shape) for name in ("mean", "sd"))
    count = _numbers(table, "stances_count").reshape(shape)[:1, :, 0]
    return Curves(
        mean=dict(zip(signals, mean, strict=True)),
        sd=dict(zip(signals, sd, strict=True)),
        count=np.resize(count, 2).astype(np.int64) if signals else np.zeros(2, dtype=np.int64),
    )


def _values(by_signal: Mapping[str, FloatArray], shape: tuple[int, ...]) -> npt.NDArray[np.float32]:
    return np.asarray(list(by_signal.values()), dtype=np.float32).reshape(shape).ravel()


def _numbers(table: pa.Table, name: str) -> FloatArray:
    return np.asarray(column_values(table[name]), dtype=np.float64)


def _unit(signal: str) -> str:
    unit = UNITS.get(signal.rpartition("_")[2])
    return unit.symbol if unit else ""
