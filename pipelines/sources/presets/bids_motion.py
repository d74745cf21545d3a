"""BIDS-Motion: what a ``_channels.tsv`` and the side-car say of samples, as a mapping.

Source: BIDS 1.10, modality motion. Samples have no header; a channel says its component, its type,
the point that it tracks and its unit. Files beside the samples are found by their names.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from imu.frames import PLACEMENTS, Placement
from pipelines.sources.limits import check_file
from pipelines.sources.mapping.units import ACC_UNITS, GYR_UNITS, unit_of
from pipelines.sources.presets.fill import Filled, toml_of
from pipelines.sources.presets.pod_files import PLAIN_NAMES, UnknownPodsError
from pipelines.sources.presets.preset import BIDS
from pipelines.sources.quoting import listed, shown
from pipelines.sources.unpack import Given

TITLE: Final = "BIDS-Motion 1.10"
LAYOUT: Final = "bids-specification.readthedocs.io, modality-specific files, motion"
SAMPLES: Final = "_motion.tsv"
CHANNELS: Final = "_channels.tsv"
SIDE_CAR: Final = "_motion.json"
SENSORS: Final[Mapping[str, tuple[str, Mapping[str, float]]]] = {
    "ACCEL": ("acc", ACC_UNITS),
    "GYRO": ("gyr", GYR_UNITS),
}
COLUMNS: Final = ("name", "component", "type", "tracked_point", "units")
MISSING: Final = "n/a"
LARGEST_BYTES: Final = 1 << 20
MOST_HZ: Final = 1e6


def is_bids(files: Sequence[Given]) -> bool:
    """Whether there are samples among the files."""
    return any(one.name.endswith(SAMPLES) for one in files)


def filled(files: Sequence[Given], told: Mapping[Placement, str]) -> Filled:
    """Return the mapping of one file of samples; ValueError or OSError in one sentence."""
    samples = [one for one in files if one.name.endswith(SAMPLES)]
    if len(samples) != 1:
        raise ValueError(
            f"{len(samples)} files end in {SAMPLES}; give one tracking system of one run at a time"
        )
    (motion,) = samples
    channels = _channels(_beside(motion, CHANNELS, files))
    about = _json(_beside(motion, SIDE_CAR, files))
    content: dict[str, Any] = _time(motion, channels, about)
    notes = []
    if (started := _started(motion, files)) is not None:
        content["started"] = started
    if str(about.get("SoftwareVersions", "")).startswith("midstance"):
        content |= {"acc_sign": "+", "handed": "right"}
    content["csv"] = {
        "separator": "\t",
        "header": [channel["name"] for channel in channels],
        "missing": [MISSING],
    }
    content["pods"] = _pods(channels, told)
    used = {
        name
        for pod in content["pods"].values()
        for key in ("acc", "gyr")
        for name in pod.get(key, ())
    }
    left = [c["name"] for c in channels if c["type"] in SENSORS and c["name"] not in used]
    if left:
        notes.append(f"not read, as no pod was named for it: {listed(left)}")
    return Filled(
        toml_of(content, TITLE, BIDS, [LAYOUT]),
        [motion],
        tuple(notes),
    )


def _beside(motion: Given, ending: str, files: Sequence[Given]) -> Path:
    """Return the file that belongs to the samples: given, or in the same folder."""
    name = motion.name.removesuffix(SAMPLES) + ending
    for one in files:
        if one.name == name:
            return one.path
    path = motion.path.with_name(name)
    if not path.exists():
        raise ValueError(
            f"{motion.name} comes without {name}, which says what its samples are; "
            "put that beside it"
        )
    return path


def _text(path: Path) -> str:
    check_file(path, "file", LARGEST_BYTES)
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError(f"{path} is not text in UTF-8; export it again") from None


def _channels(path: Path) -> list[dict[str, str]]:
    try:
        rows = list(csv.DictReader(_text(path).splitlines(), delimiter="\t"))
    except csv.Error as error:
        raise ValueError(f"{path} is no table ({error}); export it again") from None
    if not rows or (lacking := [name for name in COLUMNS if name not in rows[0]]):
        said = listed(lacking) if rows else "rows"
        raise ValueError(f"{path} has no {said}, as BIDS-Motion asks; export it again")
    if any(None in row or None in row.values() for row in rows):
        raise ValueError(f"{path} has rows of another length than its header; export it again")
    names = [row["name"] for row in rows]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(f"{path} names {shown(twice[0])} twice; give each channel its own name")
    return rows


def _json(path: Path) -> dict[str, Any]:
    try:
        said = json.loads(_text(path))
    except (ValueError, RecursionError) as error:
        if str(error).startswith(str(path)):
            raise
        raise ValueError(f"{path} is no JSON; export it again") from None
    return said if isinstance(said, dict) else {}


def _time(
    motion: Given, channels: Sequence[Mapping[str, str]], about: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the keys of time: that of a channel of latency, else the rate."""
    for channel in channels:
        if channel["type"] == "LATENCY":
            unit = unit_of(channel["units"]) or "s"
            return {"time": channel["name"], "time_unit": unit}
    rate_hz = about.get("SamplingFrequency")
    if isinstance(rate_hz, bool) or not isinstance(rate_hz, int | float):
        raise ValueError(f"{motion.name} says no SamplingFrequency beside it; add it to the JSON")
    if not -MOST_HZ < rate_hz < MOST_HZ:
        raise ValueError(
            f"SamplingFrequency beside {motion.name} is no rate; correct it in the JSON"
        )
    return {"rate_hz": float(rate_hz)}


def _pods(
    channels: Sequence[Mapping[str, str]], told: Mapping[Placement, str]
) -> dict[str, dict[str, Any]]:
    """Return what a mapping says of each pod, by the point that it tracks."""
    points = list(dict.fromkeys(c["tracked_point"] for c in channels if c["type"] == "ACCEL"))
    if not points:
        raise ValueError(
            f"none of {listed(c['name'] for c in channels)} is of type ACCEL; correct its channels"
        )
    places = _told(points, told) if told else _by_name(points)
    pods: dict[str, dict[str, Any]] = {}
    for place, point in places.items():
        pods[place] = {}
        for kind, (sensor, units) in SENSORS.items():
            mine = {
                c["component"].lower(): c
                for c in channels
                if c["type"] == kind and c["tracked_point"] == point
            }
            if not mine:
                continue
            if not set("xyz") <= set(mine):
                raise ValueError(
                    f"{kind} of {shown(point)} has no components x, y and z; correct them"
                )
            words = {unit_of(mine[axis]["units"]) for axis in "xyz"}
            unit = words.pop() if len(words) == 1 else None
            if unit not in units:
                raise ValueError(
                    f"{kind} of {shown(point)} is in {shown(mine['x']['units'])}, which is no unit "
                    "of it; correct units in its channels"
                )
            pods[place] |= {sensor: [mine[axis]["name"] for axis in "xyz"], f"{sensor}_unit": unit}
    return pods


def _told(points: Sequence[str], told: Mapping[Placement, str]) -> dict[Placement, str]:
    found: dict[Placement, str] = {}
    for place, part in told.items():
        fitting = [one for one in points if part.lower() == one.lower()] or [
            one for one in points if part.lower() in one.lower()
        ]
        if len(fitting) != 1:
            raise ValueError(
                f"{shown(part)} is in {len(fitting)} of the tracked points {listed(points)}; "
                "name one of them"
            )
        found[place] = fitting[0]
    if len(set(found.values())) < len(found):
        raise ValueError("two pods are told to be one tracked point; name two")
    return found


def _by_name(points: Sequence[str]) -> dict[Placement, str]:
    found: dict[Placement, str] = {}
    for point in points:
        words = f" {' '.join(re.findall('[A-Za-z]+', point)).lower()} "
        places = [p for p in PLACEMENTS if re.search(rf" ({PLAIN_NAMES[p]}) ", words)]
        if len(places) == 1 and places[0] not in found:
            found[places[0]] = point
    if not found:
        raise UnknownPodsError(points)
    return found


def _started(motion: Given, files: Sequence[Given]) -> datetime | None:
    """Return when the first sample was, by the scans of the session; None where they do not say."""
    scans = [one.path for one in files if one.name.endswith("_scans.tsv")]
    if motion.path.parent.name == "motion" and not motion.packed:
        scans += sorted(motion.path.parent.parent.glob("*_scans.tsv"))
    for path in scans:
        for row in csv.DictReader(_text(path).splitlines(), delimiter="\t"):
            if str(row.get("filename", "")).endswith(motion.name):
                try:
                    moment = datetime.fromisoformat(str(row.get("acq_time")))
                except ValueError:
                    return None
                return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return None
