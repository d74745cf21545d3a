"""Read one sensor of one pod: its rows, their times, and the losses that were filled in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from imu.frames import BoolArray, FloatArray
from imu.recording.fills.own_step import own_step
from imu.recording.fills.side_by_side import SideBySide
from imu.recording.recording import complete
from pipelines.sources.conventions.unit_checks import check_size
from pipelines.sources.formats.table import Table, numbers
from pipelines.sources.mapping import Channels, TimeSource
from pipelines.sources.mapping.row_choice import RowChoice
from pipelines.sources.one_recording.filled_in import at_own_step, without_fills
from pipelines.sources.quoting import shortened, shown
from pipelines.sources.timing.by_stamps import Timing
from pipelines.sources.timing.of_rows import time_of

SLOWER: Final = 0.9
Tables = Mapping[tuple[str | None, RowChoice], Table]
"""By the file, and which of its rows are meant."""


@dataclass(frozen=True)
class SensorRows:
    """Values (rows, 3) of one sensor as the file has them, and what to know of its axes.

    `wide` (rows, 3) are those of a second one, of a wider range and coarser counts.
    """

    channels: Channels
    values: FloatArray
    notes: tuple[str, ...]
    wide: BoolArray | None = None

    @cached_property
    def missing(self) -> BoolArray:
        """(rows,) True where a value is missing."""
        return np.asarray(~complete(self.values))


def sensor_rows(table: Table, sensor: str, channels: Channels) -> SensorRows:
    """Return the rows of a sensor; ValueError for columns that are not there or no numbers."""
    values, notes = _values(table, channels)
    if any(channels.turned):
        values = values * np.where(channels.turned, -1.0, 1.0)
    check_size(sensor, channels, values)
    return SensorRows(channels, values, notes)


def timed(table: Table, source: TimeSource, name: str, sensor: SensorRows) -> Timing:
    """Time the rows in which a sensor has values, less those that an exporter filled in."""
    timing = timed_together(table, source, {name: sensor})
    assert timing is not None
    return timing


def timed_together(
    table: Table, source: TimeSource, sensors: Mapping[str, SensorRows]
) -> Timing | None:
    """Time the rows in which all `sensors` have values, less those that an exporter filled in.

    None where the sensors were measured at different steps, though they are written in one.
    """
    values = SideBySide.of(*(one.values for one in sensors.values()))
    missing = np.logical_or.reduce([one.missing for one in sensors.values()])
    timing = time_of(table, source, values, missing=missing)
    rows = {name: one.values for name, one in sensors.items()}
    own = [own_step(timing.of(one), timing.index) for one in rows.values()]
    if not all(one.same(own[0]) for one in own):
        return None
    wide = {name: one.wide for name, one in sensors.items() if one.wide is not None}
    return without_fills(at_own_step(timing, own[0], tuple(sensors)), rows, wide)


def own_rates(acc: SensorRows, gyr: SensorRows) -> bool:
    """Whether two sensors of one table do not speak in the same rows."""
    spoken = [~one.missing for one in (acc, gyr)]
    both = int(np.count_nonzero(spoken[0] & spoken[1]))
    return both < SLOWER * max(int(np.count_nonzero(each)) for each in spoken)


def _values(table: Table, channels: Channels) -> tuple[FloatArray, tuple[str, ...]]:
    """Return (rows, 3) as the file has them, and what to know about axes that are not there."""
    if isinstance(channels.columns, str):
        values = numbers(table, channels.columns)
        if values.ndim != 2 or values.shape[1] != 3:
            raise ValueError(
                f"{shown(channels.columns)} has shape {values.shape}; give (samples, 3), "
                "or name three columns"
            )
        return values, ()
    named = {
        column: numbers(table, column) for column in channels.columns if isinstance(column, str)
    }
    for name, column in named.items():
        if column.ndim != 1:
            raise ValueError(f"{shown(name)} has shape {column.shape}; give one value per sample")
    sizes = {name: len(column) for name, column in named.items()}
    if len(set(sizes.values())) > 1:
        raise ValueError(
            f"the columns differ in length ({shortened(str(sizes))}); give equal lengths"
        )
    if (block := table.beside(channels.columns)) is not None:
        return block, ()
    count = next(iter(sizes.values()))
    axes = [named[c] if isinstance(c, str) else np.full(count, c) for c in channels.columns]
    notes = tuple(
        f"axis {axis} was not measured and is taken as {column:g}"
        for axis, column in zip("xyz", channels.columns, strict=True)
        if not isinstance(column, str)
    )
    return np.array(axes).T, notes  # axis by axis in memory, as most of what follows reads them
