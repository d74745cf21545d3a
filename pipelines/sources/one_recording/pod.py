"""Read one pod: both sensors, each with its own rows and rate, on one time in SI units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from imu.dsp.interpolation import interpolate
from imu.frames import FloatArray, Placement
from imu.quality.conventions.over_strides import Overview
from pipelines.sources.conventions.pod_checks import check_conventions, check_lag
from pipelines.sources.conventions.turning_words import OtherFactorError
from pipelines.sources.conventions.unit_checks import check_pod
from pipelines.sources.doubts import Doubt, doubts_in
from pipelines.sources.mapping import Channels, PodMapping, TimeSource
from pipelines.sources.mapping.axes import on_axes
from pipelines.sources.one_recording.sensor_rows import (
    SensorRows,
    Tables,
    own_rates,
    sensor_rows,
    timed,
    timed_together,
)
from pipelines.sources.one_recording.wide_range import with_wide_range
from pipelines.sources.timing.by_stamps import Timing
from pipelines.sources.timing.told_by_movement.regular_losses import AT_REGULAR_PLACES

FINE_ACC_MPS2: Final = 1e-4
FINE_GYR_RADPS: Final = 1e-5
LONGEST_PERIODS: Final = 1.75
SAME_PERIODS: Final = 1e-6
FROM_ZERO_S: Final = 1.0
NEARLY_AS_FAST: Final = 0.6
"""At twice the rate a sample lies close to each peak; at 1.1 times peaks were 12 % lower."""
LOST_OR_FASTER: Final = (
    f"{AT_REGULAR_PLACES}, and it turns too little for its acceleration, as times do that are too "
    "short: export all of its samples, or with the pod's own time or a counter of samples, and "
    "name that"
)


@dataclass(frozen=True)
class ReadPod:
    """One pod in SI units, on the axes of the body where the mapping says them.

    `assumed` is what neither mapping nor samples say, and what is doubtful, in sentences; `doubts`
    are all doubts, also those of `notes`. `clock_key` names its file, its column of
    time and what the mapping says of its clock.
    """

    placement: Placement
    timing: Timing
    acc_mps2: FloatArray
    gyr_radps: FloatArray | None
    acc_scale_mps2: float
    gyr_scale_radps: float | None
    acc_range_mps2: float | None
    gyr_range_radps: float | None
    words: Mapping[str, str]
    notes: tuple[str, ...]
    assumed: tuple[str, ...]
    doubts: tuple[Doubt, ...]
    clock_key: tuple[object, object, str | None]
    sign_declared: bool


def read_pod(tables: Tables, mapping: PodMapping) -> ReadPod:
    """Read a pod from the tables of its files; ValueError in one sentence that names it."""
    try:
        return _read(tables, mapping)
    except ValueError as error:
        raise ValueError(f"{mapping.placement}: {error}") from None


def _read(tables: Tables, mapping: PodMapping) -> ReadPod:
    acc = sensor_rows(tables[mapping.acc.place], "acc", mapping.acc)
    if mapping.acc_high is not None:
        acc, mapping = with_wide_range(tables, mapping, acc)
    gyr = None
    if mapping.gyr is not None:
        gyr = sensor_rows(tables[mapping.gyr.place], "gyr", mapping.gyr)
    together = gyr is None or not _apart(mapping, acc, gyr)
    if gyr is not None and together and len(gyr.values) != len(acc.values):
        raise ValueError(
            f"acc has {len(acc.values)} rows but gyr has {len(gyr.values)}; give equal lengths"
        )
    alike = None
    if gyr is None or together:
        named = {"acc": acc} if gyr is None else {"acc": acc, "gyr": gyr}
        alike = timed_together(tables[mapping.acc.place], mapping.time, named)
    if alike is not None:
        timing = alike
        acc_si = _si(acc, timing, mapping.segment_from_sensor)
        gyr_si = None if gyr is None else _si(gyr, timing, mapping.segment_from_sensor)
    else:
        assert gyr is not None
        timing, acc_si, gyr_si = _at_own_rates(tables, mapping, acc, gyr, by_acc=together)
        overview = Overview.of(acc_si, gyr_si, rate_hz=timing.rate_hz, index=timing.index)
        check_lag(mapping, acc_si, gyr_si, overview, rate_hz=timing.rate_hz, own_clocks=True)
    check_pod(mapping, acc_si, gyr_si, rate_hz=timing.rate_hz)
    try:
        said = check_conventions(
            mapping, acc_si, gyr_si, rate_hz=timing.rate_hz, index=timing.index
        )
    except OtherFactorError:
        if Doubt.LOST_REGULARLY in timing.doubts:
            raise ValueError(LOST_OR_FASTER) from None
        raise
    return ReadPod(
        placement=mapping.placement,
        timing=timing,
        acc_mps2=acc_si,
        gyr_radps=gyr_si,
        acc_scale_mps2=_step(acc, FINE_ACC_MPS2, exact=together),
        gyr_scale_radps=None if gyr is None else _step(gyr, FINE_GYR_RADPS, exact=together),
        acc_range_mps2=mapping.acc.range_si,
        gyr_range_radps=mapping.gyr.range_si if mapping.gyr else None,
        words=_words(mapping),
        notes=(*acc.notes, *(gyr.notes if gyr else ()), *timing.notes),
        assumed=tuple(note.words for note in said),
        doubts=(
            *timing.doubts,
            *doubts_in(said),
            *((Doubt.NOT_MEASURED,) if _lacks_an_axis(mapping) else ()),
        ),
        clock_key=(mapping.acc.file, _clock_of(mapping.time), mapping.time.clock),
        sign_declared=bool(mapping.acc.sign),
    )


def _lacks_an_axis(mapping: PodMapping) -> bool:
    """Whether a number stands in place of an axis."""
    sensors = [channels for channels, _ in mapping.sensors]
    named = [one.columns for one in sensors if not isinstance(one.columns, str)]
    return any(not isinstance(column, str) for columns in named for column in columns)


def _clock_of(time: TimeSource) -> object:
    return (time.column, time.counter)


def _apart(mapping: PodMapping, acc: SensorRows, gyr: SensorRows) -> bool:
    """Whether the sensors have rows of their own: in two files, columns of time, or by turns."""
    assert mapping.gyr is not None
    other_file = mapping.acc.place != mapping.gyr.place
    other_time = _clock_of(mapping.time) != _clock_of(mapping.gyr_time)
    other_rate = mapping.time.rate_hz != mapping.gyr_time.rate_hz
    if other_file or other_time or other_rate:
        return True
    return len(acc.values) == len(gyr.values) and own_rates(acc, gyr)


def _at_own_rates(
    tables: Tables,
    mapping: PodMapping,
    acc: SensorRows,
    gyr: SensorRows,
    *,
    by_acc: bool,
) -> tuple[Timing, FloatArray, FloatArray]:
    """Return both sensors at the times of the faster; that the other is interpolated is said.

    Of two that are nearly as fast it is the accelerometer, as with `by_acc`: between its samples it
    reads no peaks, and lines between them are lower.
    """
    assert mapping.gyr is not None
    one = _in_own_steps(timed(tables[mapping.acc.place], mapping.time, "acc", acc))
    other = _in_own_steps(timed(tables[mapping.gyr.place], mapping.gyr_time, "gyr", gyr))
    _check_one_clock(mapping, one, other)
    values = {
        "acc": (one, _si(acc, one, mapping.segment_from_sensor)),
        "gyr": (other, _si(gyr, other, mapping.segment_from_sensor)),
    }
    acc_first = by_acc or one.rate_hz >= NEARLY_AS_FAST * other.rate_hz
    fast, slow = ("acc", "gyr") if acc_first else ("gyr", "acc")
    base, (timing, sampled) = values[fast][0], values[slow]
    at_s = base.time_s + (base.origin_s - timing.origin_s)
    there = _at_times(timing, sampled, at_s)
    known = np.asarray(np.isfinite(there).all(axis=1), dtype=np.bool_)
    if np.count_nonzero(known) < 2:
        raise ValueError(
            "acc and gyr were not recorded at the same time; give files of one recording"
        )
    both = {fast: values[fast][1][known], slow: there[known]}
    notes = [*one.notes, *(note for note in other.notes if note not in one.notes)]
    notes.append(
        f"{slow} has {len(sampled)} rows of its own at {timing.rate_hz:.4g} Hz and was "
        f"interpolated at the {base.rate_hz:.4g} Hz of {fast}"
    )
    if lost := int(np.count_nonzero(~known)):
        notes.append(f"{lost} rows of {fast} without {slow} beside them left out")
    doubts = tuple(dict.fromkeys((*one.doubts, *other.doubts)))
    both_timed = replace(base.only(known), notes=tuple(notes), doubts=doubts)
    return both_timed, both["acc"], both["gyr"]


def _at_times(timing: Timing, sampled: FloatArray, at_s: FloatArray) -> FloatArray:
    """Return samples (n, 3) at the times `at_s` (m,) of another sensor: mostly the same."""
    period_s = 1 / timing.rate_hz
    alike = len(at_s) == len(timing.time_s)
    if alike and bool((np.abs(at_s - timing.time_s) < SAME_PERIODS * period_s).all()):
        return sampled
    return interpolate(
        timing.time_s,
        tuple(sampled.T),
        at_s,
        period_s=period_s,
        longest_s=LONGEST_PERIODS * period_s,
    ).T


def _in_own_steps(timing: Timing) -> Timing:
    """Return the time of a sensor that speaks in every second row, or fewer, as of a slower one."""
    step = int(np.median(np.diff(timing.index))) if len(timing.index) > 1 else 1
    if step <= 1:
        return timing
    index = np.rint((timing.index - timing.index[0]) / step).astype(np.int64)
    return replace(timing, index=index, rate_hz=timing.rate_hz / step)


def _check_one_clock(mapping: PodMapping, acc: Timing, gyr: Timing) -> None:
    """Raise ValueError for two files of one pod of which nothing says how their times belong."""
    assert mapping.gyr is not None
    if mapping.acc.file == mapping.gyr.file or mapping.gyr_time.clock == "one":
        return
    if acc.dated and gyr.dated:
        return
    first_s = min(t.origin_s + float(t.time_s[0]) for t in (acc, gyr))
    if mapping.time.clock != "own" and first_s > FROM_ZERO_S and acc.stamped and gyr.stamped:
        return
    raise ValueError(
        "acc and gyr stand in two files whose times each begin at their own zero; name a column of "
        'time with dates in both, or write clock = "one" if both began at the same moment'
    )


def _si(rows: SensorRows, timing: Timing, segment_from_sensor: FloatArray) -> FloatArray:
    return on_axes(timing.of(rows.values), segment_from_sensor, rows.channels.factor)


def _words(mapping: PodMapping) -> dict[str, str]:
    words = {"acc": f"{_columns(mapping.acc)} in {mapping.acc.unit}"}
    if mapping.gyr:
        words["gyr"] = f"{_columns(mapping.gyr)} in {mapping.gyr.unit}"
    if mapping.axes:
        words["axes"] = f"{mapping.axes} were turned to forward, left, up"
    words |= {"acc_sign": mapping.acc.sign} if mapping.acc.sign else {}
    words |= {"handed": mapping.handed} if mapping.handed else {}
    return words


def _columns(channels: Channels) -> str:
    return f"{channels.written if any(channels.turned) else channels.columns}"


def _step(rows: SensorRows, fine: float, *, exact: bool) -> float:
    """Return the SI size of one stored count: the source's own where its columns are integers."""
    channels: Channels = rows.channels
    if not (exact and channels.counts):
        return fine
    known = rows.values[np.isfinite(rows.values)]
    return abs(channels.factor) if bool((known == np.round(known)).all()) else fine
