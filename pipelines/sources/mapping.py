"""Read a mapping: the TOML file that says what the columns of a foreign file mean.

::

    time = "time"                   # a column of time stamps, or instead of it
    time_unit = "ms"                # s, ms, us or ns
    rate_hz = 100                   # a steady rate (a number, or the name of a value in the file)
    started = 2026-11-22T08:30:00Z  # optional; when the recording began

    [csv]                           # optional
    separator = ";"
    decimal = ","
    skip_rows = 4

    [pods.shank_left]               # pelvis, shank_left or shank_right; as many as were worn
    acc = ["aX", "aY", "aZ"]        # three columns, or one array of shape (samples, 3)
    acc_unit = "g"                  # a number in place of a column: not measured, taken as that
    acc_range = 16                  # full scale, in the same unit; lets clipping be seen
    gyr = ["gX", "gY", "gZ"]        # leave out what was not measured
    gyr_unit = "deg/s"
    gyr_range = 2000
    axes = "+x+y+z"                 # sensor axes that point forward, left, up; optional

`acc_scale` and `gyr_scale` are the size of one count in the unit, for integer columns; with the
unit ``lsb`` they are in m/s² and rad/s per count. `time`, `time_unit` and `rate_hz` may also stand
under a pod, and then hold for that pod.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import pi
from pathlib import Path
from typing import Any, Final

from imu.frames import GRAVITY_MPS2, PLACEMENTS, FloatArray, Placement
from imu.recording.recording import HIGHEST_VALUE
from pipelines.sources.axes import rotation_of
from pipelines.sources.limits import LIMITS, Limits, in_calendar
from pipelines.sources.mapping_file import read_toml
from pipelines.sources.mapping_values import is_name, is_number, size_above_0
from pipelines.sources.quoting import shown

ACC_UNITS: Final = {
    **dict.fromkeys(("m/s2", "m/s^2", "m/s²", "mps2"), 1.0),
    "g": GRAVITY_MPS2,
    "mg": GRAVITY_MPS2 / 1000,
    "lsb": 1.0,
}
GYR_UNITS: Final = {
    **dict.fromkeys(("rad/s", "radps"), 1.0),
    **dict.fromkeys(("deg/s", "°/s", "dps"), pi / 180),
    "lsb": 1.0,
}
TIME_UNITS: Final = {"s": 1.0, "ms": 1e-3, "us": 1e-6, "ns": 1e-9}

TIME_KEYS: Final = ("time", "time_unit", "rate_hz")
CHANNEL_KEYS: Final = ("", "_unit", "_scale", "_range")
POD_KEYS: Final = (
    *(f"{sensor}{key}" for sensor in ("acc", "gyr") for key in CHANNEL_KEYS),
    "axes",
    *TIME_KEYS,
)
FILE_KEYS: Final = (*TIME_KEYS, "started", "csv", "pods")
BLANKS: Final = r"\s+"  # any number of blanks between the columns
SEPARATORS: Final = (*",;|:\t #~^&!%$@/*", BLANKS)
DECIMALS: Final = (".", ",")
CSV_KEYS: Final = ("separator", "decimal", "skip_rows")


@dataclass(frozen=True)
class Channels:
    """Three columns of one sensor: SI = column x `factor`; `range_si` is the full scale.

    `columns` is the name of one (n, 3) array, or three names or numbers. `counts` says that the
    columns are the sensor's own integers, `unit` is as written.
    """

    columns: str | tuple[str | float, ...]
    unit: str
    factor: float
    range_si: float | None
    counts: bool

    @property
    def names(self) -> tuple[str, ...]:
        """The columns that are to be read."""
        given = (self.columns,) if isinstance(self.columns, str) else self.columns
        return tuple(column for column in given if isinstance(column, str))


@dataclass(frozen=True)
class TimeSource:
    """How rows become time: a column in units of `unit_s`, or a rate, or both."""

    column: str | None
    unit_s: float
    rate_hz: float | str | None


@dataclass(frozen=True)
class PodMapping:
    """One pod. `segment_from_sensor` (3, 3) is the identity when the axes are not known."""

    placement: Placement
    time: TimeSource
    acc: Channels
    gyr: Channels | None
    axes: str | None
    segment_from_sensor: FloatArray


@dataclass(frozen=True)
class SourceMapping:
    """All that a mapping file says."""

    path: Path
    pods: Sequence[PodMapping]
    started_utc: datetime | None = None
    csv: Mapping[str, Any] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """All columns that are to be read, each once."""
        times = [pod.time for pod in self.pods]
        sensors = [each for pod in self.pods for each in (pod.acc, pod.gyr) if each is not None]
        return tuple(
            dict.fromkeys(
                [
                    *(name for channels in sensors for name in channels.names),
                    *(time.column for time in times if time.column),
                    *(time.rate_hz for time in times if isinstance(time.rate_hz, str)),
                ]
            )
        )


def read_mapping(path: Path, limits: Limits = LIMITS) -> SourceMapping:
    """Read a mapping; ValueError with one sentence that names the file and the key."""
    content = read_toml(Path(path), limits)
    try:
        return _mapping(Path(path), content, limits)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None
    except RecursionError:
        raise ValueError(f"{path} nests tables too deeply; write plain keys") from None


def _mapping(path: Path, content: Mapping[str, Any], limits: Limits) -> SourceMapping:
    _check_keys(content, FILE_KEYS, "the file")
    pods = content.get("pods")
    if not isinstance(pods, dict) or not pods:
        raise ValueError(f"no pod is described; add [pods.{PLACEMENTS[1]}] with its columns")
    csv = content.get("csv", {})
    _check_csv(csv, limits)
    described = [_pod(placement, pod, content) for placement, pod in pods.items()]
    _check_once(described)
    return SourceMapping(
        path=path,
        pods=described,
        started_utc=_started(content.get("started")),
        csv=csv,
    )


def _check_keys(given: Any, known: Sequence[str], where: str) -> None:
    if not isinstance(given, dict):
        raise ValueError(f"{where} must be a table; write it in brackets")
    if wrong := sorted(set(given) - set(known)):
        raise ValueError(f"{where} has no key {shown(wrong[0])}; it takes {', '.join(known)}")


def _check_once(pods: Sequence[PodMapping]) -> None:
    """Raise ValueError where one column is said to be two things."""
    role_of: dict[str, str] = {pod.time.column: "time" for pod in pods if pod.time.column}
    for pod in pods:
        for sensor, channels in (("acc", pod.acc), ("gyr", pod.gyr)):
            for column in channels.names if channels else ():
                role = f"{sensor} of {pod.placement}"
                if column in role_of:
                    raise ValueError(
                        f"{shown(column)} is named for {role_of[column]} and for {role}; "
                        "name each column once"
                    )
                role_of[column] = role


def _check_csv(csv: Any, limits: Limits) -> None:
    _check_keys(csv, CSV_KEYS, "[csv]")
    for key, legal in (("separator", SEPARATORS), ("decimal", DECIMALS)):
        word = csv.get(key, ",")
        if not isinstance(word, str) or word not in legal:
            raise ValueError(f"{key} is {shown(word)}; give one character, such as ',' or '.'")
    rows = csv.get("skip_rows", 0)
    if isinstance(rows, bool) or not isinstance(rows, int) or not 0 <= rows <= limits.skip_rows:
        raise ValueError(
            f"skip_rows is {shown(rows)}; give a whole number, 0 or more (up to {limits.skip_rows})"
        )


def _started(value: Any) -> datetime | None:
    if value is None:
        return None
    if not isinstance(value, datetime):
        raise ValueError("started must be a date and time; write it like 2026-11-22T08:30:00Z")
    return in_calendar(value, "started")


def _pod(placement: str, pod: Any, content: Mapping[str, Any]) -> PodMapping:
    known = next((place for place in PLACEMENTS if place == placement), None)
    if known is None:
        raise ValueError(
            f"{shown(placement)} is not a placement; use one of {', '.join(PLACEMENTS)}"
        )
    _check_keys(pod, POD_KEYS, f"[pods.{placement}]")
    if "acc" not in pod:
        raise ValueError(f"{placement} has no acc; name its three columns of acceleration")
    if "gyr" not in pod and (idle := [key for key in pod if key.startswith("gyr_")]):
        raise ValueError(f"{placement} has {idle[0]} but no gyr; name its columns too")
    try:
        return PodMapping(
            placement=known,
            time=_time({**{key: content.get(key) for key in TIME_KEYS}, **pod}),
            acc=_channels("acc", pod, ACC_UNITS),
            gyr=_channels("gyr", pod, GYR_UNITS) if "gyr" in pod else None,
            axes=pod.get("axes"),
            segment_from_sensor=rotation_of(pod.get("axes", "+x+y+z")),
        )
    except ValueError as error:
        raise ValueError(f"{placement}: {error}") from None


def _time(given: Mapping[str, Any]) -> TimeSource:
    column, unit, rate_hz = (given[key] for key in TIME_KEYS)
    if column is None and rate_hz is None:
        raise ValueError("neither time nor rate_hz is given; name one of them")
    if column is not None and not is_name(column):
        raise ValueError(f"time is {shown(column)}; name a column")
    needed = column is not None or unit is not None
    if needed and not (isinstance(unit, str) and unit in TIME_UNITS):
        raise ValueError(f"time_unit is {shown(unit)}; use one of {', '.join(TIME_UNITS)}")
    if rate_hz is not None and not (is_number(rate_hz) or is_name(rate_hz)):
        raise ValueError(f"rate_hz is {shown(rate_hz)}; give a number of samples per second")
    return TimeSource(column, TIME_UNITS[unit] if column else 1.0, rate_hz)


def _channels(sensor: str, pod: Mapping[str, Any], units: Mapping[str, float]) -> Channels:
    columns, unit, scale, full = (pod.get(f"{sensor}{key}") for key in CHANNEL_KEYS)
    if not isinstance(unit, str) or unit not in units:
        raise ValueError(f"{sensor}_unit is {shown(unit)}; use one of {', '.join(units)}")
    scale, full = size_above_0(f"{sensor}_scale", scale), size_above_0(f"{sensor}_range", full)
    if unit == "lsb" and scale is None:
        raise ValueError(f"{sensor}_unit is lsb; add {sensor}_scale, the SI size of one count")
    factor = units[unit] * (scale or 1.0)
    # The full scale is said in the unit; of plain counts it is a number of counts.
    range_si = None if full is None else full * (factor if unit == "lsb" else units[unit])
    if range_si is not None and range_si > HIGHEST_VALUE:
        raise ValueError(f"{sensor}_range is {full:g}, more than any sensor's; give it in {unit}")
    return Channels(
        columns=_columns(sensor, columns),
        unit=unit,
        factor=factor,
        range_si=range_si,
        counts=scale is not None,
    )


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
