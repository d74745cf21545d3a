"""Movesense, frames as columns: counts of the sensors, full scale, and time unwrapped."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from firmware_protocols.movesense_gsp.received import Rows
from firmware_protocols.movesense_gsp.streams import (
    ACC_RANGES_G,
    ACC_UNIT_MPS2,
    GYR_RANGES_DPS,
    GYR_UNIT_DPS,
    frame_layout,
)
from imu.frames import BoolArray, FloatArray, IntArray

LAST_COUNT: Final = 2**15 - 1
WRAP_MS: Final = 2**32
JUMP_S: Final = 0.5
"""Delay only adds. A clock that overtakes the earliest arrival by more is another one."""
OFF_STEP: Final = 0.1
FEW: Final = 64
"""Fewer values that are no zero do not tell the step of a sensor."""

Values = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Table:
    """Frames (k,) of one stream in order: when, how many samples, over which link.

    `acc` and `gyr` (n, 3) hold the samples of all of them, one frame after the other.
    """

    t_ms: IntArray
    samples: IntArray
    host_s: FloatArray
    link: IntArray
    acc: Values
    gyr: Values

    def part(self, rows: slice) -> "Table":
        """Return some of the frames."""
        ends = np.concatenate([[0], np.cumsum(self.samples)])
        within = slice(int(ends[rows.start]), int(ends[rows.stop]))
        return Table(
            self.t_ms[rows],
            self.samples[rows],
            self.host_s[rows],
            self.link[rows],
            self.acc[within],
            self.gyr[within],
        )

    def those(self, kept: BoolArray) -> "Table":
        """Return the frames (k,) that are `kept`."""
        samples = np.repeat(kept, self.samples)
        return Table(
            self.t_ms[kept],
            self.samples[kept],
            self.host_s[kept],
            self.link[kept],
            self.acc[samples],
            self.gyr[samples],
        )


def table_of(rows: Rows, *, axes: int, trouble: Counter[str]) -> Table:
    """Return frames as columns, without those that no sensor can have made."""
    samples = np.array(rows.samples, dtype=np.int64)
    begins = np.concatenate([[0], np.cumsum(samples)])
    t_ms = np.zeros(len(samples), np.int64)
    acc, gyr = (np.zeros((int(begins[-1]), 3), np.float32) for _ in range(2))
    for count in np.unique(samples).tolist():
        of_this = np.flatnonzero(samples == count)
        together = b"".join(rows.payloads[k] for k in of_this.tolist())
        frames = np.frombuffer(together, frame_layout(count, axes=axes))
        places = begins[of_this, None] + np.arange(count)
        t_ms[of_this] = frames["t_ms"]
        acc[places], gyr[places] = frames["acc"], frames["gyr"]
    host_s = np.array(rows.host_ns, dtype=np.float64) * 1e-9
    table = Table(t_ms, samples, host_s, np.array(rows.link, dtype=np.int64), acc, gyr)
    possible = _possible(table)
    trouble["samples that no sensor can measure"] += int(np.count_nonzero(~possible))
    return table.those(possible)


def _possible(table: Table) -> BoolArray:
    """Return for each frame (k,) whether all it holds is within the widest full scale."""
    if not len(table.t_ms):
        return np.zeros(0, dtype=bool)
    most = (
        (table.acc, ACC_UNIT_MPS2 * ACC_RANGES_G[-1] / ACC_RANGES_G[0]),
        (table.gyr, GYR_UNIT_DPS * 2 ** (len(GYR_RANGES_DPS) - 1)),
    )
    within = [
        (np.abs(values) <= unit * (LAST_COUNT + 2)).all(axis=1)  # False for NaN
        for values, unit in most
    ]
    begins = np.concatenate([[0], np.cumsum(table.samples)[:-1]])
    return np.asarray(np.logical_and.reduceat(within[0] & within[1], begins))


# The step of a sensor, and so its full scale -----------------------------------------------------


@dataclass(frozen=True)
class Counts:
    """What a sensor counted, (n, 3), in its finest step; `scale` is how many of those are one.

    `scale` is None where the values are not whole steps, or too few to tell.
    """

    counts: IntArray
    scale: int | None

    @property
    def clipped(self) -> BoolArray:
        """Whether an axis of a sample (n,) is at the end of what the sensor counts."""
        last = LAST_COUNT * (self.scale or WRAP_MS)
        return np.asarray((np.abs(self.counts) >= last).any(axis=1))


def counts_of(values: Values, unit: float, scales: int) -> Counts:
    """Return the counts of a sensor with so many full scales, each twice the one before."""
    exact = values.astype(np.float64) / unit
    counts = np.rint(exact).astype(np.int64)
    measured = counts[counts != 0]
    whole = np.abs(exact - counts) < OFF_STEP
    if len(measured) < FEW or not whole.all():
        return Counts(counts, None)
    steps = [2**k for k in reversed(range(scales))]
    fits = (step for step in steps if not (measured % step).any())
    return Counts(counts, next(fits))


def acc_range_g(scale: int | None) -> int | None:
    """Return the full scale of an accelerometer whose step is so many of the finest."""
    return None if scale is None else _by_step(ACC_RANGES_G)[scale]


def gyr_range_dps(scale: int | None) -> int | None:
    """Return the full scale of a gyroscope whose step is so many of the finest."""
    return None if scale is None else _by_step(GYR_RANGES_DPS)[scale]


def _by_step(ranges: Sequence[int]) -> Mapping[int, int]:
    return {2**k: full for k, full in enumerate(ranges)}


# Time --------------------------------------------------------------------------------------------


def samplings(table: Table, rate_hz: float) -> list[Table]:
    """Return the frames of each start of the pod, their time unwrapped.

    A clock that went back began anew; so did one that runs ahead of the earliest arrival, and one
    that is late by more than it ever was from one link to the next.
    """
    if not len(table.t_ms):
        return []
    step_ms = np.diff(table.t_ms, prepend=table.t_ms[0]) % WRAP_MS
    began = step_ms >= WRAP_MS // 2
    stamp_ms = table.t_ms[0] + np.cumsum(np.where(began, 0, step_ms))
    began[0] = True
    lag_s = table.host_s - stamp_ms * 1e-3
    jump_s = JUMP_S + float(table.samples.max()) / rate_hz
    _mark_other_links(began, lag_s, table.link, jump_s)
    starts = np.flatnonzero(began).tolist()
    for start, stop in zip(starts, [*starts[1:], len(began)], strict=True):
        lag = lag_s[start:stop]
        began[start + 1 : stop] |= lag[1:] < np.minimum.accumulate(lag)[:-1] - jump_s
    starts = np.flatnonzero(began).tolist()
    return [
        _from_its_own_start(table, stamp_ms, slice(start, stop))
        for start, stop in zip(starts, [*starts[1:], len(began)], strict=True)
    ]


def _mark_other_links(began: BoolArray, lag_s: FloatArray, link: IntArray, jump_s: float) -> None:
    begins = np.flatnonzero(began | (np.diff(link, prepend=link[0] - 1) != 0))
    least_s = np.minimum.reduceat(lag_s, begins)
    began[begins[1:]] |= np.diff(least_s) > jump_s


def _from_its_own_start(table: Table, stamp_ms: IntArray, rows: slice) -> Table:
    part = table.part(rows)
    stamps = stamp_ms[rows] - stamp_ms[rows.start] + part.t_ms[0]
    again = np.diff(stamps, prepend=stamps[0] - 1) > 0
    return Table(stamps, part.samples, part.host_s, part.link, part.acc, part.gyr).those(again)
