"""Put a second accelerometer of a wider range in where the first is at the end of its own."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from imu.dsp.interpolation import interpolate
from imu.frames import BoolArray, FloatArray
from pipelines.sources.mapping import PodMapping
from pipelines.sources.one_recording.sensor_rows import SensorRows, Tables, sensor_rows, timed

AT_THE_END: Final = 0.985  # of full scale: filters and calibration move the end a little
WELL_INSIDE: Final = 0.5
MOST_OFF: Final = 1.15
FEW: Final = 100
LONGEST_PERIODS: Final = 1.75


def with_wide_range(
    tables: Tables, mapping: PodMapping, acc: SensorRows
) -> tuple[SensorRows, PodMapping]:
    """Return the rows of `acc`, filled per axis where it clips, and the mapping with that range.

    What differs between the two inside the range of the first, which is the offset of the second,
    is taken off. ValueError in one sentence where they do not measure the same.
    """
    assert mapping.acc_high is not None
    if mapping.acc.range_si is None:
        raise ValueError("acc_high is named without acc_range; add the full scale of acc")
    wide = sensor_rows(tables[mapping.acc_high.place], "acc", mapping.acc_high)
    at = timed(tables[mapping.acc.place], mapping.time, "acc", acc)
    other = timed(
        tables[mapping.acc_high.place], mapping.acc_high_time or mapping.time, "acc", wide
    )
    narrow_si = acc.values[at.rows] * acc.channels.factor
    wide_si = wide.values[other.rows] * wide.channels.factor
    period_s = 1 / other.rate_hz
    there = interpolate(
        other.time_s,
        tuple(wide_si.T),
        at.time_s + (at.origin_s - other.origin_s),
        period_s=period_s,
        longest_s=LONGEST_PERIODS * period_s,
    ).T
    offset = _offset(narrow_si, there, mapping.acc.range_si)
    full = np.abs(narrow_si) >= AT_THE_END * mapping.acc.range_si
    filled = full & np.isfinite(there)
    values = acc.values.copy()
    wide_at = np.zeros(values.shape, dtype=np.bool_)
    wide_at[at.rows] = filled
    values[at.rows] = np.where(filled, (there - offset) / acc.channels.factor, acc.values[at.rows])
    said = (
        f"{np.count_nonzero(filled.any(axis=1))} samples at the end of acc_range are of acc_high, "
        f"less its offsets of {', '.join(f'{one:.2f}' for one in offset)} m/s²"
    )
    channels = replace(acc.channels, range_si=mapping.acc_high.range_si)
    return replace(acc, values=values, wide=wide_at, notes=(*acc.notes, said)), replace(
        mapping, acc=channels
    )


def _offset(narrow: FloatArray, wide: FloatArray, range_si: float) -> FloatArray:
    """Return how much more the wide one reads (3,); ValueError where it moves otherwise."""
    inside = _inside(narrow, wide, range_si)
    if np.count_nonzero(inside) < FEW:
        raise ValueError(
            "acc_high has no readings beside those of acc; give files of one recording"
        )
    first, second = narrow[inside], wide[inside]
    offset = np.median(second - first, axis=0)
    # How far the wide one goes when the narrow one goes 1: its own noise does not lower that.
    swing = first - first.mean(axis=0)
    follows = float((swing * (second - second.mean(axis=0))).sum() / (swing**2).sum())
    if not 1 / MOST_OFF < follows < MOST_OFF:
        raise ValueError(
            f"acc_high goes {follows:.2f} where acc goes 1, inside the range of both; give the "
            "file of the same pod and recording, or leave acc_high out"
        )
    return np.asarray(offset)


def _inside(narrow: FloatArray, wide: FloatArray, range_si: float) -> BoolArray:
    calm = np.abs(narrow).max(axis=1) < WELL_INSIDE * range_si
    return np.asarray(calm & np.isfinite(wide).all(axis=1), dtype=np.bool_)
