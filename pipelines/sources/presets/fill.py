"""Fill a preset in for certain files: the mapping that they are read by, as text."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from imu.frames import Placement
from pipelines.sources.limits import LIMITS, Limits, in_calendar
from pipelines.sources.presets.given_files import Peek, column, matches, names_in, peek
from pipelines.sources.presets.pod_files import PodFiles, files_of_pods
from pipelines.sources.presets.preset import Preset
from pipelines.sources.quoting import listed
from pipelines.sources.unpack import Given

COLUMNS: Final = ("acc", "gyr", "acc_high")
TIMES: Final = ("time", "counter")
OF_UTC: Final = "utc "


@dataclass(frozen=True)
class Filled:
    """A mapping as text, the files that it names, and what was assumed on the way."""

    text: str
    files: Sequence[Given]
    notes: tuple[str, ...]


def filled(
    preset: Preset,
    files: Sequence[Given],
    told: Mapping[Placement, str],
    *,
    home: ZoneInfo | None,
    limits: Limits = LIMITS,
) -> Filled:
    """Return the mapping of a preset for these files; ValueError in one sentence."""
    pods, notes = files_of_pods(preset, files, told)
    content: dict[str, Any] = dict(preset.common)
    used = [one for pod in pods.values() for one in (pod.acc, pod.gyr, pod.high) if one]
    content["pods"], said, starts, clocks = {}, dict.fromkeys(notes), [], []
    for place, pod in pods.items():
        start = peek(pod.acc, limits)
        _check_beside(preset, pod.acc, files, limits)
        content["pods"][place], more = _pod(preset, pod, start, limits)
        said |= dict.fromkeys(more)
        starts.append(_started(preset, pod.acc, files, start, limits))
        clocks.append(_clock(preset, start))
    content |= _when(starts, home, said)
    if any(peek(one, limits).decimal_commas for one in used):
        content["csv"] = {**content.get("csv", {}), "decimal": ","}
        said["commas in its numbers were taken as those before decimals"] = None
    if "one_clock" in preset.from_lines:
        content["clock"] = "one" if all(clocks) else "own"
    said = dict.fromkeys(preset.notes) | said
    return Filled(
        toml_of(content, preset.title, preset.name, preset.layout),
        list(dict.fromkeys(used)),
        tuple(said),
    )


def _pod(
    preset: Preset, files: PodFiles, start: Peek, limits: Limits
) -> tuple[dict[str, Any], list[str]]:
    """Return what a mapping says of one pod, and what to know of it."""
    pod = dict(preset.pod)
    said: list[str] = []
    for key, given in (("file", files.acc), ("gyr_file", files.gyr), ("acc_high_file", files.high)):
        if key in pod and given is not None:
            pod[key] = given.path.name
    pod.setdefault("file", files.acc.path.name)
    if preset.gyr_file is not None and files.gyr is None:
        said.append(f"{files.acc.given.name} comes without a file of angular rate")
        pod = _without(pod, "gyr")
    if preset.high_file is not None and files.high is None:
        said.append(f"{files.acc.given.name} comes without a file of its wide range")
        pod = _without(pod, "acc_high")
    peeks = {"acc": start, "gyr": start, "acc_high": start}
    peeks |= {"gyr": peek(files.gyr, limits)} if files.gyr else {}
    peeks |= {"acc_high": peek(files.high, limits)} if files.high else {}
    if rate := _rate(preset, start):
        pod["rate_hz"] = rate
    return _columns(preset, pod, peeks, said, limits), said


def _columns(
    preset: Preset,
    pod: dict[str, Any],
    peeks: Mapping[str, Peek],
    said: list[str],
    limits: Limits,
) -> dict[str, Any]:
    """Put the names of columns as a file has them for the preset's; what is not there is said."""
    times = {key: pod.get(key, preset.common.get(key)) for key in TIMES}
    for sensor in COLUMNS:
        wanted = pod.get(sensor)
        if not isinstance(wanted, list):
            continue
        needed = [
            *(name for name in wanted if isinstance(name, str)),
            *filter(None, times.values()),
        ]
        names = names_in(peeks[sensor], _all_names(preset, needed), limits)
        if names is None:
            continue
        found = [
            column(names, one, preset.other_names) if isinstance(one, str) else one
            for one in wanted
        ]
        if None in found:
            if sensor == "acc":
                raise ValueError(_missing(preset, peeks[sensor], wanted, names))
            said.append(f"{peeks[sensor].given.name} holds no {listed(wanted)}: no angular rate")
            pod = _without(pod, sensor)
            continue
        pod[sensor] = found
        for key, name in times.items():
            there = column(names, name, preset.other_names) if name else None
            if there is not None and there != pod.get(key, name):
                pod[key if sensor == "acc" else f"{sensor}_{key}"] = there
    return pod


def _all_names(preset: Preset, names: Sequence[str]) -> list[str]:
    return [one for name in names for one in (name, *preset.other_names.get(name, ()))]


def _missing(preset: Preset, start: Peek, wanted: Sequence[Any], names: Sequence[str]) -> str:
    every = start.names([*preset.instead, *preset.columns, *map(str, wanted)]) or names
    for name, sentence in preset.instead.items():
        if any(matches(one, name) for one in every):
            return f"{start.given.name}: {sentence}"
    return (
        f"{start.given.name} has no column {listed(map(str, wanted))}, as files of {preset.title} "
        f"have; it has {listed(every) or 'no names that are known'}: is it of another system?"
    )


def _without(pod: Mapping[str, Any], sensor: str) -> dict[str, Any]:
    return {
        key: value
        for key, value in pod.items()
        if key != sensor and not key.startswith(f"{sensor}_")
    }


def _rate(preset: Preset, start: Peek) -> float | None:
    """Return the rate that a file or its name says; ValueError where it should and does not."""
    pattern = preset.from_lines.get("rate_hz")
    if pattern is None:
        return None
    found = re.search(pattern, f"{start.given.name}\n{start.text}")
    if found is None and "rate_hz" not in preset.pod and "counter" in preset.pod:
        raise ValueError(
            f"{start.given.name} does not say its rate in the lines before its table; "
            "export it with them"
        )
    return None if found is None else float(found.group(1))


def _clock(preset: Preset, start: Peek) -> bool:
    pattern = preset.from_lines.get("one_clock")
    return pattern is not None and re.search(pattern, start.text) is not None


def _check_beside(preset: Preset, acc: Given, files: Sequence[Given], limits: Limits) -> None:
    """Raise ValueError where another file of the same archive says that this preset is wrong."""
    for name, pattern in preset.beside.items():
        for one in files:
            if one.given == acc.given and one.name == name:
                text = peek(one, limits).text
                if not re.search(pattern, text):
                    raise ValueError(
                        f"{name} of {one.given.name} does not say what {preset.name} needs; "
                        "use --from auto, which reads it"
                    )


def _started(
    preset: Preset, acc: Given, files: Sequence[Given], start: Peek, limits: Limits
) -> datetime | None:
    """Return when a file says that it began, without a zone where it names none."""
    pattern = preset.from_lines.get("started")
    if pattern is None:
        return None
    text = start.text
    if where := preset.from_lines.get("started_in"):
        beside = [one for one in files if one.given == acc.given and one.name == where]
        text = peek(beside[0], limits).text if beside else ""
    found = re.search(pattern, text)
    if found is None:
        return None
    word, form = found.group(1), preset.from_lines["started_form"]
    try:
        if form in ("s", "ms"):
            size_s = 1.0 if form == "s" else 1e-3
            return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=float(word) * size_s)
        if form.startswith(OF_UTC):
            return datetime.strptime(word, form.removeprefix(OF_UTC)).replace(tzinfo=UTC)
        return datetime.fromisoformat(word) if form == "iso" else datetime.strptime(word, form)
    except (ValueError, OverflowError):
        return None


def _when(
    starts: Sequence[datetime | None], home: ZoneInfo | None, said: dict[str, None]
) -> dict[str, Any]:
    """Return the key that says when the first pod began, and say whose clock was taken."""
    known = [start for start in starts if start is not None]
    if not known:
        return {}
    zone = home or ZoneInfo("UTC")
    if any(start.tzinfo is None for start in known):
        said[
            f"the start that the file says names no time zone and was taken as of {zone.key}; "
            "import it with --started if it is another"
        ] = None
    aware = [start if start.tzinfo else start.replace(tzinfo=zone) for start in known]
    try:
        return {"started": in_calendar(min(aware), "the start that the file says")}
    except ValueError:
        return {}


def toml_of(content: Mapping[str, Any], title: str, name: str, layout: Sequence[str]) -> str:
    """Return a mapping as text that says where it is from."""
    head = [f"# {title}, as the preset {name} reads it."]
    head += [f"# Layout: {one}" for one in layout]
    plain = [f"{key} = {_value(value)}" for key, value in content.items() if not _is_table(value)]
    lines = [*head, "", *plain]
    if csv := content.get("csv"):
        lines += ["", "[csv]", *(f"{key} = {_value(value)}" for key, value in csv.items())]
    for place, pod in content["pods"].items():
        lines += ["", f"[pods.{place}]", *(f"{key} = {_value(pod[key])}" for key in pod)]
    return "\n".join(lines) + "\n"


def _is_table(value: Any) -> bool:
    return isinstance(value, Mapping)


def _value(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, str):
        # What JSON escapes TOML escapes alike; DEL is the one more that TOML does not take as is.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return json.dumps(value)
