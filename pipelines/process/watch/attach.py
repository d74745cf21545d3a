"""Merge what a watch recorded into a session, by time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from math import isfinite
from pathlib import Path
from typing import Any, Final

import numpy as np

from imu.frames import FloatArray
from pipelines.process.watch.watch_clock import Series, clock_offset
from pipelines.sources.watch import read_watch
from pipelines.sources.watch.track import WatchTrack
from pipelines.store.files import SessionFiles
from pipelines.store.stated.context import LIMITS
from pipelines.store.stated.context_file import change_context, read_context
from pipelines.store.tables.raw_file import sha256_of
from pipelines.store.tables.stance_file import StoredSession, read_stances
from pipelines.store.tables.watch_table import write_watch_table

FEWEST_STANCES: Final = 20
SPEEDS_DIFFER_PCT: Final = 10.0
NEAR_S: Final = 3.0
WHOLE_RUN: Final = 0.9


@dataclass(frozen=True)
class Attached:
    """What a watch file added to a session.

    `offset_s` is how far the watch's clock was ahead of the pods' (None: not checked, and taken as
    none). The medians are over the stances that the watch saw; None is not known. `words` say how
    the clocks and the speeds compare, and what was worked out.
    """

    athlete: str
    session: str
    path: Path
    stances: int
    offset_s: float | None
    speed_mps: float | None
    grade_pct: float | None
    heart_rate_bpm: float | None
    words: tuple[str, ...]


@dataclass(frozen=True)
class Joined:
    """A watch's track and a session of the same time, whose clock 0 is `start_s` of Unix time.

    `offset_s` is how far the watch's clock was found to be ahead of the pods', None where that does
    not show; `said` is a sentence on it.
    """

    track: WatchTrack
    stored: StoredSession
    start_s: float
    offset_s: float | None
    said: str


def join(files: SessionFiles, watch_path: Path) -> Joined:
    """Read a watch file and a session and hold their clocks against each other.

    OSError or ValueError with one sentence for a file that cannot be used or is of another run.
    """
    return join_track(files, read_watch(watch_path), watch_path)


def join_track(files: SessionFiles, track: WatchTrack, watch_path: Path | str) -> Joined:
    """Hold the clocks of a track and of a session against each other; `watch_path` is its name."""
    stored = read_stances(files.stances)
    start_s = _start_s(files, stored)
    if _common_s(track, start_s, _duration_s(stored)) <= 0:
        raise _of_another_run(files, watch_path, track, start_s, _duration_s(stored))
    return Joined(track, stored, start_s, *_checked_clock(track, stored, start_s))


def attach(files: SessionFiles, watch_path: Path) -> Attached:
    """Keep speed, slope, heart rate and distance of a watch at each stance of a session.

    They go into a table beside the session, their medians into its context. The watch's clock is
    set to the pods' where the change of pace shows how far it is off. OSError or ValueError with
    one sentence for a file that cannot be used or is of another run; nothing is changed then.
    """
    joined = join(files, watch_path)
    track, stored, start_s = joined.track, joined.stored, joined.start_s
    contact_s = stored.frame["initial_contact_s"].to_numpy(dtype=np.float64)
    at_s = start_s + contact_s + (joined.offset_s or 0.0)
    columns = _at_stances(track, at_s)
    seen = int(np.isfinite(columns["watch_speed_mps"]).sum())
    if seen < FEWEST_STANCES:
        raise _of_another_run(files, watch_path, track, start_s, _duration_s(stored))
    medians = {name: _median(values) for name, values in columns.items()}
    words = (
        joined.said,
        *_compared(stored, columns["watch_speed_mps"]),
        *_partly(seen, len(contact_s)),
        *track.notes,
    )
    about = {
        "source": {"name": watch_path.name, "sha256": sha256_of(watch_path)},
        "offset_s": joined.offset_s,
        "notes": words,
    }
    read_context(files)  # one that cannot be read is said before anything is written
    path = write_watch_table(files, {"initial_contact_s": contact_s, **columns}, about)
    change_context(files, _context(watch_path, medians), clear=WATCH_KEYS)
    return Attached(
        files.athlete,
        files.session,
        path,
        seen,
        joined.offset_s,
        medians["watch_speed_mps"],
        medians["watch_grade_pct"],
        medians["watch_heart_rate_bpm"],
        words,
    )


WATCH_KEYS: Final = ("watch_speed_mps", "watch_grade_pct", "watch_heart_rate_bpm")


def _context(path: Path, medians: Mapping[str, float | None]) -> dict[str, Any]:
    """Return what goes into the context; a median that cannot be meant stays away."""
    name = "".join(letter for letter in path.name if letter.isprintable())[-100:]
    new: dict[str, Any] = {"watch_file": name}
    for key in WATCH_KEYS:
        value, (low, high) = medians[key], LIMITS[key]
        if value is not None and low <= value <= high:
            new[key] = round(value, 3)
    return new


def _start_s(files: SessionFiles, stored: StoredSession) -> float:
    if not (text := stored.header.get("started_utc")):
        raise ValueError(f"{files.session} does not know when it began; no watch can be attached")
    return datetime.fromisoformat(text).timestamp()


def _duration_s(stored: StoredSession) -> float:
    return float(stored.header.get("duration_s") or 0.0)


def _common_s(track: WatchTrack, start_s: float, duration_s: float) -> float:
    return float(min(track.time_s[-1], start_s + duration_s) - max(track.time_s[0], start_s))


def _of_another_run(
    files: SessionFiles, path: Path | str, track: WatchTrack, start_s: float, duration_s: float
) -> ValueError:
    watch = _span(track.time_s[0], track.time_s[-1])
    return ValueError(
        f"{path} is of {watch}, and {files.session} of {_span(start_s, start_s + duration_s)}; "
        "name the file of this run"
    )


def _span(start_s: float, stop_s: float) -> str:
    start, stop = (datetime.fromtimestamp(float(x), UTC) for x in (start_s, stop_s))
    return f"{start:%Y-%m-%d %H:%M} to {stop:%Y-%m-%d %H:%M} UTC"


def _at_stances(track: WatchTrack, at_s: FloatArray) -> dict[str, FloatArray]:
    """Return what the watch had at these times."""
    values = {
        "watch_speed_mps": track.speed_mps,
        "watch_grade_pct": track.grade_pct,
        "watch_heart_rate_bpm": track.heart_rate_bpm,
        "watch_distance_m": track.distance_m,
    }
    return {name: Series(track.time_s, value).at(at_s) for name, value in values.items()}


def _checked_clock(
    track: WatchTrack, stored: StoredSession, start_s: float
) -> tuple[float | None, str]:
    """Return the offset that speed, or else cadence, shows, and a sentence on it."""
    tried = []
    for what, column, watch in (
        ("speed", "speed_mps", track.speed_mps),
        ("cadence", "cadence_spm", track.cadence_spm),
    ):
        if column not in stored.frame or not stored.frame[column].notna().any():
            continue
        if not np.isfinite(watch).any():
            continue
        tried.append(what)
        ours = _with_standing(stored, stored.frame[column].to_numpy(dtype=np.float64), start_s)
        offset_s = clock_offset(ours, Series(track.time_s, watch))
        if isfinite(offset_s):
            return offset_s, _clock_words(offset_s, what)
    if not tried:
        return None, (
            "the clocks were not checked: the pods and the watch have neither speed nor cadence in "
            "common"
        )
    return None, (
        f"the clocks were not checked: the {' and the '.join(tried)} changed too little, or not "
        "alike"
    )


def _clock_words(offset_s: float, what: str) -> str:
    if abs(offset_s) <= NEAR_S:
        return f"the clocks agree within {NEAR_S:.0f} s, by the {what} of both"
    side = "ahead of" if offset_s > 0 else "behind"
    return (
        f"the watch is {abs(offset_s):.0f} s {side} the pods, by the {what} of both, and was moved "
        "by that"
    )


def _with_standing(stored: StoredSession, values: FloatArray, start_s: float) -> Series:
    """Return a quantity of the stances over time, smoothed, and zero where the runner stood."""
    import pandas as pd

    time_s = stored.frame["initial_contact_s"].to_numpy(dtype=np.float64)
    smooth = pd.Series(values).rolling(9, center=True, min_periods=3).median().to_numpy()
    bouts = stored.header.get("bouts") or {}
    still = [
        np.arange(start, stop)
        for start, stop, gait in zip(
            *(bouts.get(key, ()) for key in ("start_s", "stop_s", "gait")), strict=True
        )
        if gait == "standing"
    ]
    standing_s = np.concatenate([np.zeros(0), *still])
    all_s = np.concatenate([time_s, standing_s])
    order = np.argsort(all_s, kind="stable")
    both = np.concatenate([smooth, np.zeros(len(standing_s))])
    return Series(start_s + all_s[order], both[order])


def _compared(stored: StoredSession, watch_mps: FloatArray) -> list[str]:
    """Say how the speed of the pods compares with that of the watch."""
    if "speed_mps" not in stored.frame:
        return []
    ours = stored.frame["speed_mps"].to_numpy(dtype=np.float64)
    both = np.isfinite(ours) & np.isfinite(watch_mps)
    if both.sum() < FEWEST_STANCES:
        return ["the pods have no speed to compare with that of the watch"]
    pods, watch = float(np.median(ours[both])), float(np.median(watch_mps[both]))
    said = f"the pods measured {pods:.2f} m/s where the watch has {watch:.2f} m/s"
    if watch <= 0:
        return [said]
    apart_pct = 100 * (pods - watch) / watch
    further = "; see midstance calibrate" if abs(apart_pct) > SPEEDS_DIFFER_PCT else ""
    return [f"{said} ({apart_pct:+.1f} %, medians of {both.sum()} stances){further}"]


def _partly(seen: int, stances: int) -> list[str]:
    if seen >= WHOLE_RUN * stances:
        return []
    return [f"the watch saw {seen} of {stances} stances: its medians are of a part of the run"]


def _median(values: FloatArray) -> float | None:
    known = values[np.isfinite(values)]
    return float(np.median(known)) if len(known) else None
