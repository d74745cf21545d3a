"""From a recorded file of another system to session files, by its mapping."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from imu.frames import FloatArray, IntArray, Placement
from imu.recording.samples import SAMPLE, Scale
from pipelines.process.from_journal.restarts import microseconds
from pipelines.process.session import Processed, Span, analyse_stored, keep_raw
from pipelines.sources import read_source
from pipelines.sources.limits import changed_utc, in_calendar
from pipelines.store import raw_file
from pipelines.store.files import (
    RAW_SUFFIX,
    athlete_folder,
    files_of,
    session_files,
    session_name,
    stored_sessions,
)
from pipelines.store.raw_file import RawPod, RawSession
from pipelines.store.stated.context_file import keep_stated
from pipelines.time_zone import machine_zone

if TYPE_CHECKING:
    from pipelines.sources.recording import SourcePod, SourceRecording


def import_file(
    data_path: Path,
    mapping_path: Path,
    store_root: Path,
    *,
    athlete: str,
    session: str | None = None,
    started: datetime | None = None,
    functional_s: Span | None = None,
    stated: Mapping[str, Any] | None = None,
) -> Processed:
    """Turn a recorded file of another system into a raw file and a stance file.

    The session is by default named by its day and by the content of file and mapping, so that
    importing the same file twice is an error. It began at `started`, else as the mapping or the
    time stamps say, else when the file was last changed. `stated` is what is known of the run, by
    the keys of its context.
    """
    data_path, mapping_path = Path(data_path), Path(mapping_path)
    athlete_folder(store_root, athlete)  # refuses a bad name before the long work
    recording = read_source(mapping_path, data_path)
    began = _began(recording, started, data_path)
    source = {
        "kind": "file",
        "name": data_path.name,
        "sha256": raw_file.sha256_of(data_path),
        "mapping": mapping_path.read_text(encoding="utf-8"),
    }
    folder = athlete_folder(store_root, athlete)
    files = session_files(store_root, athlete, session or _named(folder, began, source))
    pods = {place: _imported(pod) for place, pod in recording.pods.items()}
    del recording  # a day of numbers, and the analysis needs the room
    keep_raw(files, RawSession(began.isoformat(), pods, source, timezone=machine_zone()))
    keep_stated(files, stated or {})
    del pods
    return analyse_stored(files, replace_existing=False, functional_s=functional_s)


def _began(recording: SourceRecording, started: datetime | None, data_path: Path) -> datetime:
    if started is not None:
        return in_calendar(started, "started")
    if recording.started_utc is not None:
        return recording.started_utc
    return changed_utc(data_path)


def _named(folder: Path, began: datetime, source: Mapping[str, str]) -> str:
    """Return the name that this content has in the store already, else a new one of its day."""
    word = sha256((source["sha256"] + source["mapping"]).encode()).hexdigest()[:6]
    stored = [files_of(path).session for path in stored_sessions(folder, RAW_SUFFIX).paths]
    taken = [session for session in stored if session.endswith(f"-{word}")]
    return taken[0] if taken else session_name(began, word)


def _imported(pod: SourcePod) -> RawPod:
    samples = np.zeros(len(pod.index), SAMPLE)
    samples["index"] = pod.index
    samples["device_us"] = microseconds(pod.time_s)
    samples["acc_lsb"] = _counts(pod.placement, pod.acc_mps2, pod.acc_scale_mps2)
    if pod.gyr_radps is not None and pod.gyr_scale_radps is not None:
        samples["gyr_lsb"] = _counts(pod.placement, pod.gyr_radps, pod.gyr_scale_radps)
    scale = Scale(pod.acc_scale_mps2, pod.acc_range_mps2, pod.gyr_scale_radps, pod.gyr_range_radps)
    return RawPod(
        samples=samples,
        time_us=samples["device_us"].copy(),
        scale=scale,
        rate_hz=pod.rate_hz,
        protocol="file",
        device=pod.words,
        notes=pod.notes,
    )


def _counts(placement: Placement, values: FloatArray, scale: float) -> IntArray:
    counts = np.rint(values / scale)
    if np.abs(counts).max(initial=0) > np.iinfo(np.int32).max:
        raise ValueError(
            f"{placement}: values up to {np.abs(values).max():.3g} are impossible; "
            "correct their unit or scale, or leave those fields empty"
        )
    return counts.astype(np.int64)
