"""Turn named arrays and a mapping into pods in SI units, each with its own time; keep gaps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import numpy as np

from imu.frames import BoolArray, FloatArray, IntArray, Placement
from imu.recording.timebase import LONGEST_RUN_S
from pipelines.sources.formats.table import Table, numbers
from pipelines.sources.limits import LAST_YEAR, LIMITS, Limits
from pipelines.sources.mapping import Channels, PodMapping, SourceMapping
from pipelines.sources.quoting import shortened, shown
from pipelines.sources.read_table import read_table
from pipelines.sources.timing import Timing, time_of
from pipelines.sources.unit_checks import check_pod, check_size

FINE_ACC_MPS2: Final = 1e-4
FINE_GYR_RADPS: Final = 1e-5
DATES_FROM_S: Final = 1e9  # September 2001: a larger time stamp counts from 1970
DATES_TO_S: Final = datetime(LAST_YEAR, 1, 1, tzinfo=UTC).timestamp()


@dataclass(frozen=True)
class SourcePod:
    """What a file says of one pod; `time_s` (n,) rises, a gap in `index` (n,) is a loss.

    `acc_scale_mps2` and `gyr_scale_radps` are the counts to store it in: the source's own integers
    where it has them, else a fine step. `words` say how the file was read, `notes` what its reader
    should know.
    """

    placement: Placement
    time_s: FloatArray
    index: IntArray
    acc_mps2: FloatArray
    gyr_radps: FloatArray | None
    rate_hz: float
    acc_scale_mps2: float
    gyr_scale_radps: float | None
    acc_range_mps2: float | None
    gyr_range_radps: float | None
    words: Mapping[str, str]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class SourceRecording:
    """All pods of a file on its one clock, which is 0 at the earliest sample.

    `started_utc` is None where neither mapping nor time stamps say.
    """

    pods: Mapping[Placement, SourcePod]
    started_utc: datetime | None


def read_recording(
    mapping: SourceMapping, data_path: Path, limits: Limits = LIMITS
) -> SourceRecording:
    """Read a file as its mapping says; ValueError or OSError in one sentence."""
    table = read_table(data_path, mapping.csv, mapping.names, limits)
    try:
        pods = [_pod(table, pod) for pod in mapping.pods]
        del table  # the larger half of the memory
        base_s = min(origin_s for _, origin_s in pods)
        shifted = [replace(pod, time_s=pod.time_s + (origin - base_s)) for pod, origin in pods]
        start_s = min(float(pod.time_s[0]) for pod in shifted)
        _check_together(shifted, limits)
        return SourceRecording(
            pods={pod.placement: replace(pod, time_s=pod.time_s - start_s) for pod in shifted},
            started_utc=mapping.started_utc or _date(base_s + start_s),
        )
    except ValueError as error:
        raise ValueError(f"{data_path}: {error}") from None


def _check_together(pods: Sequence[SourcePod], limits: Limits) -> None:
    """Raise ValueError for pods that do not share a clock, and for pauses too long to lay out."""
    first = min(pods, key=lambda pod: pod.time_s[0])
    last = max(pods, key=lambda pod: pod.time_s[-1])
    span_s = float(last.time_s[-1] - first.time_s[0])
    if span_s > LONGEST_RUN_S:
        raise ValueError(
            f"{first.placement} and {last.placement} are {span_s / 3600:.3g} h apart; "
            "give both the same kind of time, or import them alone"
        )
    axes = sum(3 if pod.gyr_radps is None else 6 for pod in pods)
    count = span_s * max(pod.rate_hz for pod in pods) * axes
    if count > limits.values:
        raise ValueError(
            f"its {span_s / 3600:.3g} h at {max(pod.rate_hz for pod in pods):.4g} Hz are "
            f"{count:.3g} numbers, and at most {limits.values:.3g} are laid out at once; "
            "cut it at a pause"
        )


def _date(clock_s: float) -> datetime | None:
    """Return when it began where the stamps count from 1970; ValueError for no year of ours."""
    if clock_s < DATES_FROM_S:
        return None
    if clock_s > DATES_TO_S:
        raise ValueError(
            f"its time stamps begin {clock_s:.4g} s after 1970, which is far in the future; "
            "correct time_unit, or write in the mapping when it started"
        )
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=clock_s)


def _pod(table: Table, mapping: PodMapping) -> tuple[SourcePod, float]:
    try:
        acc, acc_notes = _values(table, mapping.acc)
        gyr, gyr_notes = _values(table, mapping.gyr) if mapping.gyr else (None, ())
        if gyr is not None and len(gyr) != len(acc):
            raise ValueError(f"acc has {len(acc)} rows but gyr has {len(gyr)}; give equal lengths")
        for sensor, values, channels in (("acc", acc, mapping.acc), ("gyr", gyr, mapping.gyr)):
            if values is not None and channels is not None:
                check_size(sensor, channels, values)
        timing = time_of(table, mapping.time, len(acc), missing=_missing(acc, gyr))
        pod = _assembled(mapping, timing, acc, gyr)
        check_pod(mapping, pod.acc_mps2, pod.gyr_radps)
    except ValueError as error:
        raise ValueError(f"{mapping.placement}: {error}") from None
    return replace(pod, notes=(*acc_notes, *gyr_notes, *pod.notes)), timing.origin_s


def _assembled(
    mapping: PodMapping, timing: Timing, acc: FloatArray, gyr: FloatArray | None
) -> SourcePod:
    turn = mapping.segment_from_sensor.T
    return SourcePod(
        placement=mapping.placement,
        time_s=timing.time_s,
        index=timing.index,
        acc_mps2=acc[timing.rows] * mapping.acc.factor @ turn,
        gyr_radps=None
        if gyr is None or mapping.gyr is None
        else gyr[timing.rows] * mapping.gyr.factor @ turn,
        rate_hz=timing.rate_hz,
        acc_scale_mps2=_step(acc, mapping.acc, FINE_ACC_MPS2),
        gyr_scale_radps=None
        if gyr is None or mapping.gyr is None
        else _step(gyr, mapping.gyr, FINE_GYR_RADPS),
        acc_range_mps2=mapping.acc.range_si,
        gyr_range_radps=mapping.gyr.range_si if mapping.gyr else None,
        words=_words(mapping),
        notes=timing.notes,
    )


def _words(mapping: PodMapping) -> dict[str, str]:
    words = {"acc": f"{mapping.acc.columns} in {mapping.acc.unit}"}
    if mapping.gyr:
        words["gyr"] = f"{mapping.gyr.columns} in {mapping.gyr.unit}"
    if mapping.axes:
        words["axes"] = f"{mapping.axes} were turned to forward, left, up"
    return words


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
    count = next(iter(sizes.values()))
    axes = [named[c] if isinstance(c, str) else np.full(count, c) for c in channels.columns]
    notes = tuple(
        f"axis {axis} was not measured and is taken as {column:g}"
        for axis, column in zip("xyz", channels.columns, strict=True)
        if not isinstance(column, str)
    )
    return np.column_stack(axes), notes


def _missing(acc: FloatArray, gyr: FloatArray | None) -> BoolArray:
    values = acc if gyr is None else np.hstack([acc, gyr])
    return np.asarray(~np.isfinite(values).all(axis=1), dtype=np.bool_)


def _step(values: FloatArray, channels: Channels, fine: float) -> float:
    """Return the SI size of one stored count: the source's own where its columns are integers."""
    known = values[np.isfinite(values)]
    if channels.counts and bool((known == np.round(known)).all()):
        return channels.factor
    return fine
