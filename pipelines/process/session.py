"""From what pods or files said to session files: journal or file -> raw -> stances.

Every function takes paths and returns a small record, so that any `concurrent.futures` executor
can run it. The raw file is published first: whatever happens afterwards, no sample is lost.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from imu.frames import FloatArray, IntArray, Placement
from imu.recording.samples import SAMPLE, Scale
from pipelines.process.notes import LEAST_SAMPLES, with_remarks
from pipelines.process.received import received
from pipelines.process.samplings import microseconds
from pipelines.sources import read_source
from pipelines.sources.limits import changed_utc, in_calendar
from pipelines.store import raw_file
from pipelines.store.athlete import read_athlete
from pipelines.store.files import (
    RAW_SUFFIX,
    SessionFiles,
    athlete_folder,
    files_of,
    session_files,
    session_name,
    stored_sessions,
)
from pipelines.store.journal.reader import read_journal
from pipelines.store.raw_file import RawPod, RawSession, read_raw, read_raw_header, write_raw
from pipelines.store.stance_file import read_header, write_stances

if TYPE_CHECKING:
    from imu.analysis import Analysis
    from imu.recording.recording import Recording
    from pipelines.sources.recording import SourcePod, SourceRecording

Span = tuple[float, float]


@dataclass(frozen=True)
class Processed:
    """What processing one session gave; `stances` is how many, `lost` samples per pod.

    `complaint` is empty, or the one sentence for a session in which no running was found (its
    files are stored all the same).
    """

    athlete: str
    session: str
    raw_path: Path
    stances_path: Path
    stances: int
    running_s: float
    grade: str
    reasons: tuple[str, ...]
    lost: Mapping[Placement, int]
    complaint: str = ""


def process_journal(
    journal_path: Path, store_root: Path, *, functional_s: Span | None = None
) -> Processed:
    """Turn a finished journal into a raw file and a stance file.

    What an earlier call that was killed has stored already is used. Raises ValueError for a
    journal that was interrupted (`recover` finishes it) or holds nothing usable, FileExistsError
    for a session that is processed already; the journal itself is never changed.
    """
    journal = read_journal(Path(journal_path))
    known = journal.header
    if not journal.closed:
        raise ValueError(f"{journal_path} was interrupted; run midstance recover to finish it")
    files = session_files(store_root, known.athlete, known.session)
    _keep_raw(files, received(journal))
    del journal, known  # an hour of packets, and the analysis needs the room
    return _process(files, replace_existing=False, functional_s=functional_s)


def import_file(
    data_path: Path,
    mapping_path: Path,
    store_root: Path,
    *,
    athlete: str,
    session: str | None = None,
    started: datetime | None = None,
    functional_s: Span | None = None,
) -> Processed:
    """Turn a recorded file of another system into a raw file and a stance file.

    The session is by default named by its day and by the content of file and mapping, so that
    importing the same file twice is an error. It began at `started`, else as the mapping or the
    time stamps say, else when the file was last changed.
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
    _keep_raw(files, RawSession(began.isoformat(), pods, source))
    del pods
    return _process(files, replace_existing=False, functional_s=functional_s)


def process_raw(raw_path: Path, *, functional_s: Span | None = None) -> Processed:
    """Find the stances of a stored session anew; its stance file is replaced in one step.

    Without `functional_s`, start and stop of a movement declared before (`functional`),
    that of the stance file is used again; an empty span forgets it.
    """
    files = files_of(raw_path)
    if functional_s is None:
        functional_s = _declared_before(files)
    elif functional_s[0] == functional_s[1]:
        functional_s = None
    return _process(files, replace_existing=True, functional_s=functional_s)


def _declared_before(files: SessionFiles) -> Span | None:
    try:
        start_s, stop_s = read_header(files.stances)["parameters"]["functional_s"]
    except (KeyError, OSError, TypeError, ValueError):  # none, or a file that is to be replaced
        return None
    return float(start_s), float(stop_s)


def _keep_raw(files: SessionFiles, session: RawSession) -> None:
    """Store the raw file, unless a call that was killed before the stances has stored it."""
    begun = files.raw.exists() and not files.stances.exists()
    if begun and read_raw_header(files.raw)["source"]["sha256"] == session.source["sha256"]:
        return
    write_raw(files, session)


def _process(
    files: SessionFiles, *, replace_existing: bool, functional_s: Span | None
) -> Processed:
    import imu

    known = read_raw_header(files.raw)
    try:
        analysis = imu.analyse(_recording(files), functional_s=functional_s)
    except ValueError as error:
        raise ValueError(f"{error} (what was recorded is kept in {files.raw})") from None
    except MemoryError:
        raise ValueError(
            "this machine has too little memory to find the stances; process it on a larger one "
            f"(what was recorded is kept in {files.raw})"
        ) from None
    analysis = with_remarks(analysis, known)
    about = {**known, **_athlete(files)}
    write_stances(files, analysis, about, replace=replace_existing)
    return _processed(files, known, analysis)


def _recording(files: SessionFiles) -> Recording:
    """Return the stored samples on one grid; an hour of counts is let go before the analysis."""
    from imu.recording.timebase import align

    pods = read_raw(files.raw).pods
    heard = {place: pod for place, pod in pods.items() if len(pod.samples) >= LEAST_SAMPLES}
    return align([raw_file.track(place, pod) for place, pod in heard.items()])


def _athlete(files: SessionFiles) -> dict[str, Any]:
    known = read_athlete(files.root, files.athlete)
    return {"athlete_mass_kg": known.mass_kg, "athlete_height_m": known.height_m}


def _processed(files: SessionFiles, known: Mapping[str, Any], analysis: Analysis) -> Processed:
    running = analysis.bouts.gait == "running"
    seconds = (analysis.bouts.stop_s - analysis.bouts.start_s)[running].sum()
    return Processed(
        athlete=files.athlete,
        session=files.session,
        raw_path=files.raw,
        stances_path=files.stances,
        stances=len(analysis.stances),
        running_s=float(seconds),
        grade=analysis.quality.grade,
        reasons=analysis.quality.reasons,
        lost={place: pod["lost_count"] for place, pod in known["pods"].items()},
        complaint=analysis.quality.complaint
        or ("" if len(analysis.stances) else _complaint(files, known["duration_s"])),
    )


def _complaint(files: SessionFiles, duration_s: float) -> str:
    return (
        f"no running was found in the {duration_s:.0f} s of {files.session}; its samples are kept "
        f"in {files.raw}: check where the pods sat, or record a run"
    )


# --- files of other systems -------------------------------------------------------------------


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
            f"{placement}: values up to {np.abs(values).max():.3g} cannot be meant; "
            "correct their unit or scale, or leave those fields empty"
        )
    return counts.astype(np.int64)
