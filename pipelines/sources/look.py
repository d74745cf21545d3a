"""Say what is in files of another system, what would be assumed, and what is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

from imu.frames import GRAVITY_MPS2, PLACEMENTS, FloatArray, Placement
from pipelines.sources.door import opened
from pipelines.sources.formats.npz import read_npz
from pipelines.sources.limits import LIMITS, Limits
from pipelines.sources.one_recording.clocks import NOT_JOINED
from pipelines.sources.one_recording.recording import SourcePod, SourceRecording
from pipelines.sources.presets.given_files import peek
from pipelines.sources.presets.pod_files import UnknownPodsError
from pipelines.sources.presets.preset import AUTO
from pipelines.sources.quoting import listed
from pipelines.sources.read_table import OTHERS
from pipelines.sources.unpack import Given, unpacked

BARS: Final = "▁▂▃▄▅▆▇█"
BINS: Final = 60


@dataclass(frozen=True)
class PodLook:
    """What files hold of one pod; `picture` is |acc| over time, a blank where it has no samples."""

    name: str
    samples: int
    rate_hz: float
    span_s: float
    lost_pct: float
    gaps: int
    longest_gap_s: float
    acc_max_g: float
    gyr_max_dps: float | None
    clock: str
    picture: str
    notes: Sequence[str] = ()


@dataclass(frozen=True)
class Look:
    """What is in files. `trouble` is why they cannot be imported so, None where they can be."""

    files: Mapping[str, Sequence[str]]
    pods: Sequence[PodLook] = ()
    started: str | None = None
    assumed: Sequence[str] = ()
    missing: Sequence[str] = ()
    trouble: str | None = None
    mapping: str | None = None
    preset: str | None = None


def look(
    data: Sequence[Path],
    how: Path | str = AUTO,
    *,
    pods: Mapping[Placement, str] | None = None,
    home: ZoneInfo | None = None,
    limits: Limits = LIMITS,
) -> Look:
    """Look at files by a mapping or a preset; OSError or ValueError only where they are none."""
    with unpacked(data, limits) as files:
        columns = {one.name: _columns(one, limits) for one in files}
    asked, names = None, dict(pods or {})
    try:
        try:
            return _read(data, how, names, home, limits, columns, asked)
        except UnknownPodsError as error:
            if len(error.names) > len(PLACEMENTS):
                raise
            asked = str(error)
            names = dict(zip(PLACEMENTS, error.names, strict=False))
            return _read(data, how, names, home, limits, columns, asked)
    except (ValueError, OSError) as error:
        mapping = _mapping(data, how, names, home, limits)
        return Look(columns, trouble=str(error), mapping=mapping)


def _columns(given: Given, limits: Limits) -> Sequence[str]:
    """Return what seem to be the names of its columns; none where it cannot be read."""
    suffix = given.path.suffix.lower()
    try:
        if suffix in OTHERS:
            return OTHERS[suffix](given.path, (), limits).names
        if suffix == ".npz":
            return read_npz(given.path, (), limits).names
        start = peek(given, limits)
    except (ValueError, OSError):
        return ()
    return start.words() if start.table else ()


def _mapping(
    data: Sequence[Path],
    how: Path | str,
    pods: Mapping[Placement, str],
    home: ZoneInfo | None,
    limits: Limits,
) -> str | None:
    """Return the mapping that was tried, where it came as far as that."""
    try:
        with opened(data, how, pods=pods, limits=limits, home=home) as found:
            return found.text
    except (ValueError, OSError):
        return None


def _read(
    data: Sequence[Path],
    how: Path | str,
    pods: Mapping[Placement, str],
    home: ZoneInfo | None,
    limits: Limits,
    columns: Mapping[str, Sequence[str]],
    asked: str | None,
) -> Look:
    with opened(data, how, pods=pods, limits=limits, home=home) as found:
        recording = found.read(limits, home=home)
    names = {place: pods[place] if asked else place.replace("_", " ") for place in recording.pods}
    return Look(
        files=columns,
        pods=[_pod(names[place], pod) for place, pod in recording.pods.items()],
        started=None if recording.started_utc is None else recording.started_utc.isoformat(),
        assumed=recording.notes,
        missing=[*([asked] if asked else []), *_missing(recording, names)],
        mapping=found.text,
        preset=found.preset,
    )


def _missing(recording: SourceRecording, names: Mapping[Placement, str]) -> list[str]:
    """Return what these files do not say or hold."""
    said = []
    if recording.started_utc is None:
        said.append("nothing says when it was; import it with --started")
    if still := [names[p] for p, pod in recording.pods.items() if pod.gyr_radps is None]:
        said.append(f"no angular rate of {listed(still)}")
    if open_end := [names[p] for p, pod in recording.pods.items() if pod.acc_range_mps2 is None]:
        said.append(
            f"the full scale of {listed(open_end)} is not known, so that clipping is seen only "
            "where many peaks end at one height"
        )
    if any(pod.clock.joined_by == NOT_JOINED for pod in recording.pods.values()):
        said.append("nothing joins the clocks of the pods: what needs both legs is not measured")
    return said


def _pod(name: str, pod: SourcePod) -> PodLook:
    steps = np.diff(pod.index)
    lost = int((steps - 1).sum())
    size_g = np.linalg.norm(pod.acc_mps2, axis=1) / GRAVITY_MPS2
    gyr = pod.gyr_radps
    return PodLook(
        name=name,
        samples=len(pod.index),
        rate_hz=pod.rate_hz,
        span_s=float(pod.time_s[-1] - pod.time_s[0]),
        lost_pct=100.0 * lost / (lost + len(pod.index)),
        gaps=int(np.count_nonzero(steps > 1)),
        longest_gap_s=float((steps.max(initial=1) - 1) / pod.rate_hz),
        acc_max_g=float(size_g.max()),
        gyr_max_dps=None if gyr is None else float(np.rad2deg(np.abs(gyr).max())),
        clock=pod.clock.joined_by,
        picture=picture(pod.time_s, size_g),
        notes=pod.notes,
    )


def picture(time_s: FloatArray, values: FloatArray) -> str:
    """Return the highest of `values` (n,) in each of `BINS` spans of time as a row of bars."""
    span_s = max(float(time_s[-1] - time_s[0]), 1e-9)
    place = np.minimum((BINS * (time_s - time_s[0]) / span_s).astype(np.int64), BINS - 1)
    highest = np.full(BINS, -np.inf)
    np.maximum.at(highest, place, values)
    top = max(float(highest.max()), 1e-9)
    known = np.isfinite(highest)
    level = np.where(known, np.clip(highest / top, 0, 1) * (len(BARS) - 1), 0)
    return "".join(
        BARS[int(one)] if there else " " for one, there in zip(np.rint(level), known, strict=True)
    )
