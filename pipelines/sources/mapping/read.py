"""Read a mapping and check all that it says; the errors are one sentence that names the key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from imu.frames import PLACEMENTS, FloatArray, Placement
from pipelines.sources.limits import LIMITS, Limits, in_calendar
from pipelines.sources.mapping.axes import hand_of, matrix_of, unmirrored
from pipelines.sources.mapping.channels import (
    CHANNEL_KEYS,
    PLACES,
    Channels,
    channels_of,
    file_part,
)
from pipelines.sources.mapping.csv_form import checked_csv
from pipelines.sources.mapping.row_choice import RowChoice
from pipelines.sources.mapping.time_source import (
    TIME_KEYS,
    WORDS,
    TimeSource,
    epoch_s,
    time_source,
)
from pipelines.sources.mapping.toml_file import parsed_toml, read_toml
from pipelines.sources.mapping.units import ACC_UNITS, GYR_UNITS
from pipelines.sources.mapping.values import check_keys
from pipelines.sources.quoting import shown
from pipelines.time_zone import check_zone, first_known

GYR_TIME_KEYS: Final = tuple(f"gyr_{key}" for key in TIME_KEYS)
HIGH_TIME_KEYS: Final = tuple(f"acc_high_{key}" for key in TIME_KEYS)
HIGH_KEYS: Final = ("acc_high", "acc_high_range", "acc_high_file", "acc_high_scale")
POD_KEYS: Final = (
    *(f"{sensor}{key}" for sensor in ("acc", "gyr") for key in CHANNEL_KEYS),
    *("axes", "handed", "gravity", "file"),
    *PLACES,
    *TIME_KEYS,
    *GYR_TIME_KEYS,
    *HIGH_KEYS,
    *HIGH_TIME_KEYS,
)
WHEN_KEYS: Final = ("started", "time_zone", "epoch")
FILE_KEYS: Final = (*TIME_KEYS, *WHEN_KEYS, "acc_sign", "handed", "gravity", "csv", "pods")
COMMON_KEYS: Final = ("acc_sign", "handed", "gravity")
GRAVITY: Final = ("in", "removed")


@dataclass(frozen=True)
class PodMapping:
    """One pod. `segment_from_sensor` (3, 3) is the identity when the axes are not known.

    Of left-handed axes it is a mirror too; turns count by the right hand all the same, unless
    the sign of the gyroscope says otherwise. `gyr_time` is `time` where the gyroscope has no time
    of its own; `handed` is None where it is not said. `acc_high` is a second accelerometer of a
    wider range, with its own time.
    """

    placement: Placement
    time: TimeSource
    acc: Channels
    gyr: Channels | None
    axes: str | None
    segment_from_sensor: FloatArray
    gyr_time: TimeSource
    handed: str | None = None
    acc_high: Channels | None = None
    acc_high_time: TimeSource | None = None

    @property
    def sensors(self) -> tuple[tuple[Channels, TimeSource], ...]:
        """The columns of each sensor that it has, with their time."""
        wide = (self.acc_high, self.acc_high_time or self.time)
        every = ((self.acc, self.time), (self.gyr, self.gyr_time), wide)
        return tuple((channels, time) for channels, time in every if channels is not None)

    @property
    def files(self) -> tuple[str | None, ...]:
        """The parts of names by which its files are known, each once; None for the one of all."""
        return tuple(dict.fromkeys(channels.file for channels, _ in self.sensors))


@dataclass(frozen=True)
class SourceMapping:
    """All that a mapping file says."""

    path: Path
    pods: Sequence[PodMapping]
    started_utc: datetime | None = None
    csv: Mapping[str, Any] = field(default_factory=dict)
    time_zone: str | None = None
    epoch_s: float | None = None

    def names_in(self, file: str | None) -> tuple[str, ...]:
        """Return the columns that are to be read of the file that `file` names, each once."""
        wanted = [
            name
            for pod in self.pods
            for channels, time in pod.sensors
            if channels.file == file
            for name in (*channels.names, *time.names, *(name for name, _ in channels.rows))
        ]
        return tuple(dict.fromkeys(wanted))

    def texts_in(self, file: str | None) -> dict[str, str]:
        """Return those of them that hold text: dates with "iso" or their format, others `WORDS`."""
        here = [
            (channels, time)
            for pod in self.pods
            for channels, time in pod.sensors
            if channels.file == file
        ]
        whose = {name: WORDS for channels, _ in here for name, _ in channels.rows}
        return whose | {time.column: time.text for _, time in here if time.column and time.text}

    @property
    def files(self) -> tuple[str | None, ...]:
        """Those of all pods, each once."""
        return tuple(dict.fromkeys(file for pod in self.pods for file in pod.files))

    @property
    def units(self) -> dict[str, str]:
        """The unit that is declared for each column, where a file can say another."""
        said: dict[str, str] = {}
        for pod in self.pods:
            for channels, time in pod.sensors:
                plain = channels.unit != "lsb" and not channels.counts
                said |= dict.fromkeys(channels.names if plain else (), channels.unit)
                said |= {time.column: time.unit} if time.column and time.unit else {}
        return said


def read_mapping(path: Path, limits: Limits = LIMITS) -> SourceMapping:
    """Read a mapping; ValueError with one sentence that names the file and the key."""
    return _checked(Path(path), read_toml(Path(path), limits), limits)


def mapping_of_text(text: str, path: Path, limits: Limits = LIMITS) -> SourceMapping:
    """Return the mapping that `text` (TOML) is; errors name it by `path`."""
    return _checked(path, parsed_toml(text, path, limits), limits)


def _checked(path: Path, content: Mapping[str, Any], limits: Limits) -> SourceMapping:
    try:
        return _mapping(path, content, limits)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None
    except RecursionError:
        raise ValueError(f"{path} nests tables too deeply; write plain keys") from None


def _mapping(path: Path, content: Mapping[str, Any], limits: Limits) -> SourceMapping:
    check_keys(content, FILE_KEYS, "the file")
    pods = content.get("pods")
    if not isinstance(pods, dict) or not pods:
        raise ValueError(f"no pod is described; add [pods.{PLACEMENTS[1]}] with its columns")
    csv = checked_csv(content.get("csv", {}), limits)
    described = [_pod(placement, pod, content) for placement, pod in pods.items()]
    _check_once(described)
    zone = content.get("time_zone")
    return SourceMapping(
        path=path,
        pods=described,
        started_utc=_started(content.get("started"), zone),
        csv=csv,
        time_zone=None if zone is None else check_zone(zone),
        epoch_s=epoch_s(content.get("epoch")),
    )


def _check_once(pods: Sequence[PodMapping]) -> None:
    """Raise ValueError where one column of one file is said to be two things."""
    role_of: dict[tuple[str | None, RowChoice, str], str] = {}
    for pod in pods:
        for channels, time in pod.sensors:
            named = {"time": time.column, "counter": time.counter}
            role_of |= {(*channels.place, at): role for role, at in named.items() if at}
            role_of |= {(*channels.place, name): "rows" for name, _ in channels.rows}
    for pod in pods:
        for sensor, given in (("acc", pod.acc), ("gyr", pod.gyr), ("acc_high", pod.acc_high)):
            for column in given.names if given else ():
                role = f"{sensor} of {pod.placement}"
                place = (*given.place, column) if given else (None, (), column)
                if place in role_of:
                    raise ValueError(
                        f"{shown(column)} is named for {role_of[place]} and for {role}; "
                        "name each column once"
                    )
                role_of[place] = role


def _started(value: Any, zone: Any) -> datetime | None:
    if value is None:
        return None
    if not isinstance(value, datetime):
        raise ValueError("started must be a date and time; write it like 2026-11-22T08:30:00Z")
    if value.tzinfo is None and zone is not None:
        value = value.replace(tzinfo=first_known([check_zone(zone)]))
    return in_calendar(value, "started")


def _pod(placement: str, pod: Any, content: Mapping[str, Any]) -> PodMapping:
    known = next((place for place in PLACEMENTS if place == placement), None)
    if known is None:
        raise ValueError(
            f"{shown(placement)} is not a placement; use one of {', '.join(PLACEMENTS)}"
        )
    check_keys(pod, POD_KEYS, f"[pods.{placement}]")
    if "acc" not in pod:
        raise ValueError(f"{placement} has no acc; name its three columns of acceleration")
    if "gyr" not in pod and (idle := [key for key in pod if key.startswith("gyr_")]):
        raise ValueError(f"{placement} has {idle[0]} but no gyr; name its columns too")
    common = {key: content[key] for key in COMMON_KEYS if key in content}
    try:
        return _described(known, {**common, **pod}, content)
    except ValueError as error:
        raise ValueError(f"{placement}: {error}") from None


def _described(
    placement: Placement, pod: Mapping[str, Any], content: Mapping[str, Any]
) -> PodMapping:
    _check_gravity(pod.get("gravity"))
    times = {key: pod.get(key, content.get(key)) for key in TIME_KEYS}
    times["time_zone"] = content.get("time_zone")
    own = {key: pod[f"gyr_{key}"] for key in TIME_KEYS if f"gyr_{key}" in pod}
    handed, axes = hand_of(pod.get("handed")), pod.get("axes")
    file_part("file", pod.get("file"))
    return PodMapping(
        placement=placement,
        time=time_source(times),
        acc=channels_of("acc", pod, ACC_UNITS),
        gyr=channels_of("gyr", pod, GYR_UNITS) if "gyr" in pod else None,
        axes=axes,
        segment_from_sensor=unmirrored(handed) if axes is None else matrix_of(axes, handed),
        gyr_time=time_source({**times, **own}),
        handed=handed,
        **_wide(pod, times),
    )


def _wide(pod: Mapping[str, Any], times: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a pod's table says of a second accelerometer, if it has one."""
    if "acc_high" not in pod:
        if idle := [key for key in pod if key.startswith("acc_high_")]:
            raise ValueError(f"{idle[0]} stands without acc_high; name its columns too")
        return {}
    same = {f"acc_high_{key}": pod.get(f"acc_{key}") for key in ("unit", "sign")}
    own = {key: pod[f"acc_high_{key}"] for key in TIME_KEYS if f"acc_high_{key}" in pod}
    return {
        "acc_high": channels_of("acc_high", {**same, **pod}, ACC_UNITS),
        "acc_high_time": time_source({**times, **own}),
    }


def _check_gravity(gravity: Any) -> None:
    if gravity is None or gravity == "in":
        return
    if gravity not in GRAVITY:
        raise ValueError(f"gravity is {shown(gravity)}; write 'in' or 'removed'")
    raise ValueError(
        "gravity is removed from the acceleration, and nothing can be measured without it; "
        "export the acceleration with gravity"
    )
