"""Turn named arrays and a mapping into pods in SI units, each with its own time; keep gaps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from imu.frames import FloatArray, IntArray, Placement
from imu.recording.timebase import LONGEST_RUN_S
from pipelines.sources.conventions.dates import began
from pipelines.sources.data_files import chosen
from pipelines.sources.doubts import Doubt, Note, doubts_in
from pipelines.sources.formats.chosen_rows import chosen_rows
from pipelines.sources.formats.table import Table
from pipelines.sources.limits import LIMITS, Limits
from pipelines.sources.mapping import PodMapping, SourceMapping
from pipelines.sources.one_recording.clocks import Clock, joined
from pipelines.sources.one_recording.pod import ReadPod, read_pod
from pipelines.sources.one_recording.sensor_rows import Tables
from pipelines.sources.read_table import read_table
from pipelines.sources.timing.unnamed_time import check_beside, like_a_time


@dataclass(frozen=True)
class SourcePod:
    """What files say of one pod; `time_s` (n,) rises, a gap in `index` (n,) is a loss.

    `acc_scale_mps2` and `gyr_scale_radps` are the counts to store it in: the source's own integers
    where it has them, else a fine step. `words` say how the file was read, `notes` what its reader
    should know, `doubts` what bears on the grade. `clock` says what joins its clock to the others',
    `sign_declared` that the mapping says the sign of acceleration.
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
    clock: Clock
    sign_declared: bool = False
    doubts: tuple[Doubt, ...] = ()


@dataclass(frozen=True)
class SourceRecording:
    """All pods on one clock, which is 0 at the earliest sample, as far as anything joins theirs.

    `started_utc` is None where neither mapping nor time stamps say; `notes` are what was assumed,
    `doubts` those that are of no pod alone.
    """

    pods: Mapping[Placement, SourcePod]
    started_utc: datetime | None
    notes: tuple[str, ...] = ()
    doubts: tuple[Doubt, ...] = ()


def read_recording(
    mapping: SourceMapping,
    data_paths: Sequence[Path],
    limits: Limits = LIMITS,
    *,
    home: ZoneInfo | None = None,
) -> SourceRecording:
    """Read files as their mapping says; ValueError or OSError in one sentence.

    `home` is the zone of dates without one, where the mapping names none: that of this machine.
    """
    paths = chosen(mapping, data_paths)
    where = data_paths[0] if len(data_paths) == 1 else mapping.path
    read, notes = _read_all(mapping, paths, limits, where)
    try:
        return _assembled(mapping, read, notes, limits, home)
    except ValueError as error:
        raise ValueError(f"{where}: {error}") from None


def _read_all(
    mapping: SourceMapping, paths: Mapping[str | None, Path], limits: Limits, where: Path
) -> tuple[list[ReadPod], tuple[str, ...]]:
    """Return all pods and notes on their files; each table is let go once no pod needs it more."""
    tables: dict[str | None, Table] = {}
    notes: dict[str, None] = {}
    read = []
    for at, pod in enumerate(mapping.pods):
        for file in pod.files:
            if file not in tables:
                tables[file] = _table(mapping, file, paths[file], limits)
                _check_rate(mapping, file, paths[file], tables[file].names, limits, where)
                notes |= dict.fromkeys(tables[file].notes)
        try:
            read.append(read_pod(_of_pod(tables, pod), pod))
        except ValueError as error:
            raise ValueError(f"{where}: {error}") from None
        later = {file for other in mapping.pods[at + 1 :] for file in other.files}
        for file in set(tables) - later:
            del tables[file]  # the larger half of the memory
    return read, tuple(notes)


def _of_pod(tables: Mapping[str | None, Table], pod: PodMapping) -> Tables:
    """Return the rows of each of its sensors."""
    try:
        return {
            place: chosen_rows(tables[place[0]], place[1])
            for place in {channels.place for channels, _ in pod.sensors}
        }
    except ValueError as error:
        raise ValueError(f"{pod.placement}: {error}") from None


def _table(mapping: SourceMapping, file: str | None, path: Path, limits: Limits) -> Table:
    return read_table(
        path,
        mapping.csv,
        mapping.names_in(file),
        limits,
        texts=mapping.texts_in(file),
        units=mapping.units,
    )


def _check_rate(
    mapping: SourceMapping,
    file: str | None,
    path: Path,
    names: Sequence[str],
    limits: Limits,
    where: Path,
) -> None:
    """Raise ValueError where only a rate is named and the file has a time that says another."""
    column = like_a_time(names)
    alone = [
        (time.rate_hz, time.counter is not None)
        for pod in mapping.pods
        for channels, time in pod.sensors
        if channels.file == file and time.column is None and not channels.rows
    ]
    if column is None or column in mapping.names_in(file):
        return
    said = [(hz, counted) for hz, counted in alone if isinstance(hz, int | float)]
    if said:
        table = read_table(path, mapping.csv, (column,), limits)
        try:
            check_beside(table, column, float(said[0][0]), counted=said[0][1])
        except ValueError as error:
            raise ValueError(f"{where}: {error}") from None


def _assembled(
    mapping: SourceMapping,
    read: Sequence[ReadPod],
    notes: tuple[str, ...],
    limits: Limits,
    home: ZoneInfo | None,
) -> SourceRecording:
    scaled = _shanks_scaled_alone(mapping)
    clocks = joined([pod.timing for pod in read], [pod.clock_key for pod in read])
    base_s = min(clock.origin_s for clock in clocks)
    pods = [
        _later(_source_pod(pod, clock), clock.origin_s - base_s)
        for pod, clock in zip(read, clocks, strict=True)
    ]
    start_s = min(float(pod.time_s[0]) for pod in pods)
    _check_together(pods, limits)
    timings = [pod.timing for pod in read]
    first = [t.origin_s + float(t.time_s[0]) for t in timings if t.dated]
    start, said = began(mapping, timings, min(first, default=base_s + start_s), home=home)
    both = (*said, *_nearly_alike(mapping))
    return SourceRecording(
        pods={pod.placement: _later(pod, -start_s) for pod in pods},
        started_utc=start,
        notes=(
            *notes,
            *(note.words for note in both),
            *dict.fromkeys(words for pod in read for words in pod.assumed),
            *_alone(mapping),
            *((NOT_SCALED,) if scaled else ()),
        ),
        doubts=(*((Doubt.GYR_SCALE,) if scaled else ()), *doubts_in(both)),
    )


def _alone(mapping: SourceMapping) -> tuple[str, ...]:
    """Return a note where nothing but signs that are not stated tells left from right."""
    pods = mapping.pods
    stated = bool(pods[0].acc.sign) and pods[0].handed is not None
    return () if stated or [pod.placement for pod in pods] != ["pelvis"] else (SIDES_BY_SIGNS,)


def _shanks_scaled_alone(mapping: SourceMapping) -> bool:
    """Whether gyroscopes of shanks are scaled and that of the pelvis is not so."""
    gyr = {pod.placement: pod.gyr for pod in mapping.pods if pod.gyr is not None}
    pelvis = gyr.pop("pelvis", None)
    scaled = [one for one in gyr.values() if one.counts]
    if pelvis is None or not scaled:
        return False
    if pelvis.range_si is not None and scaled[0].range_si is not None:
        return False
    return pelvis.factor != scaled[0].factor


def _nearly_alike(mapping: SourceMapping) -> tuple[Note, ...]:
    """Return a note where accelerometers differ in scale by little, as mg and cm/s² do."""
    first, *others = mapping.pods
    for pod in others:
        ratio = abs(pod.acc.factor / first.acc.factor)
        if 1e-6 < abs(ratio - 1) < NEARLY_ALIKE:
            names = " and ".join(one.placement.replace("_", " ") for one in (first, pod))
            words = (
                f"{names}: {OTHER_SCALE}, {abs(first.acc.factor):.4g} and "
                f"{abs(pod.acc.factor):.4g} m/s², as mg and cm/s² are; pods of one kind have the "
                "same, which their data sheet says"
            )
            return (Note(words, Doubt.ACC_UNITS),)
    return ()


NEARLY_ALIKE: Final = 0.05
OTHER_SCALE: Final = "one unit of their acc is not quite the same"
NOT_SCALED: Final = (
    "pelvis: gyr_scale is another than that of the shanks, and a pelvis turns too little to show "
    "it; write the same for pods of one kind, or gyr_range for each where they were set to "
    "different ranges"
)


SIDES_BY_SIGNS: Final = (
    "no shank pod shows which leg is which: left and right are the other way round where acc_sign "
    "or handed, which the mapping does not both state, are not as taken"
)


def _later(pod: SourcePod, by_s: float) -> SourcePod:
    return replace(pod, time_s=pod.time_s + by_s) if by_s else pod


def _source_pod(read: ReadPod, clock: Clock) -> SourcePod:
    return SourcePod(
        placement=read.placement,
        time_s=read.timing.time_s,
        index=read.timing.index,
        acc_mps2=read.acc_mps2,
        gyr_radps=read.gyr_radps,
        rate_hz=read.timing.rate_hz,
        acc_scale_mps2=read.acc_scale_mps2,
        gyr_scale_radps=read.gyr_scale_radps,
        acc_range_mps2=read.acc_range_mps2,
        gyr_range_radps=read.gyr_range_radps,
        words=read.words,
        notes=read.notes,
        clock=clock,
        sign_declared=read.sign_declared,
        doubts=read.doubts,
    )


def _check_together(pods: Sequence[SourcePod], limits: Limits) -> None:
    """Raise ValueError for pods that do not share a clock, and for pauses too long to lay out."""
    first = min(pods, key=lambda pod: pod.time_s[0])
    last = max(pods, key=lambda pod: pod.time_s[-1])
    span_s = float(last.time_s[-1] - first.time_s[0])
    longest_s = max(float(pod.time_s[-1] - pod.time_s[0]) for pod in pods)
    if span_s > LONGEST_RUN_S or span_s > 2 * longest_s + MOST_APART_S:
        raise ValueError(
            f"{first.placement} and {last.placement} are {span_s / 3600:.3g} h apart; "
            f"give both the same kind of time{_zone_hint(pods)}, or import them alone"
        )
    axes = sum(3 if pod.gyr_radps is None else 6 for pod in pods)
    count = span_s * max(pod.rate_hz for pod in pods) * axes
    if count > limits.values:
        raise ValueError(
            f"its {span_s / 3600:.3g} h at {max(pod.rate_hz for pod in pods):.4g} Hz are "
            f"{count:.3g} numbers, and at most {limits.values:.3g} are laid out at once; "
            "cut it at a pause"
        )


MOST_APART_S: Final = 600.0
QUARTER_S: Final = 900.0


def _zone_hint(pods: Sequence[SourcePod]) -> str:
    """Return what to write where the clocks are apart as those of two zones are."""
    starts = sorted(float(pod.time_s[0]) for pod in pods)
    apart_s = starts[-1] - starts[0]
    off_s = abs(apart_s - QUARTER_S * round(apart_s / QUARTER_S))
    zones = apart_s < MOST_ZONES_S and off_s < NEARLY_S
    return ", with time_zone in the mapping if one is by the local clock" if zones else ""


MOST_ZONES_S: Final = 26 * 3600.0
NEARLY_S: Final = 60.0
