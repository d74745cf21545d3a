"""From a recorded file of another system to session files, by its mapping."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from imu.frames import FloatArray, IntArray, Placement
from imu.recording.samples import SAMPLE, Scale
from pipelines.process.from_journal.restarts import microseconds
from pipelines.process.session import Processed, Span, analyse_stored, keep_raw
from pipelines.sources.door import opened
from pipelines.sources.limits import changed_utc, in_calendar
from pipelines.store.files import (
    SessionFiles,
    check_athlete,
    files_of,
    session_files,
    session_name,
)
from pipelines.store.layout import check_layout
from pipelines.store.listing import stored_sessions
from pipelines.store.session_header import DAY, OF_FILE
from pipelines.store.stated.context_file import keep_stated
from pipelines.store.tables import raw_file
from pipelines.store.tables.raw_file import RawPod, RawSession, read_raw_header
from pipelines.time_zone import first_known, machine_zone

if TYPE_CHECKING:
    from pipelines.sources.one_recording.recording import SourcePod, SourceRecording


DAY_UNKNOWN: Final = (
    "nothing says when this run was: the day on which its file was last changed ({:%Y-%m-%d}) "
    "stands in its place among the others; import it again with --started to correct that"
)


def import_file(
    data_path: Path | Sequence[Path],
    how: Path | str,
    store_root: Path,
    *,
    athlete: str,
    pods: Mapping[Placement, str] | None = None,
    session: str | None = None,
    started: datetime | None = None,
    functional_s: Span | None = None,
    stated: Mapping[str, Any] | None = None,
) -> Processed:
    """Turn a recording of another system, one file or several, into a raw and a stance file.

    `how` is the path of a mapping, the name of a preset, or "auto"; `pods` says for a preset which
    pod is in which file, by parts of their names.
    The session is by default named by its day and by the content of files and mapping, so that
    importing the same files twice is an error. It began at `started`, else as the mapping or the
    time stamps say; where nothing says it, the day of the file stands in, which is among the
    reasons, and importing it again with `started` corrects it. `stated` is what is known of the
    run, by the keys of its context.
    """
    paths = [Path(path) for path in _listed(data_path)]
    check_athlete(athlete)  # before the long work
    check_layout(store_root)
    home = first_known([machine_zone()])
    with opened(paths, how, pods=pods, home=home) as found:
        recording, text = found.read(home=home, started=started), found.text
    began, day = _began(recording, started, paths[0])
    source = {
        "kind": "file",
        "name": ", ".join(path.name for path in paths),
        "sha256": _sha256_of(paths),
        "mapping": text,
        DAY: day,
    }
    name = session or _named(store_root, athlete, began, source)
    files = session_files(store_root, athlete, name)
    stored = {place: _imported(pod) for place, pod in recording.pods.items()}
    notes = (*((DAY_UNKNOWN.format(began),) if day == OF_FILE else ()), *recording.notes)
    doubts = recording.doubts
    del recording  # a day of numbers, and the analysis needs the room
    again = started is not None and _day_unknown(files, source)
    zone = machine_zone()
    raw = RawSession(began.isoformat(), stored, source, notes, timezone=zone, doubts=doubts)
    keep_raw(files, raw, replace=again)
    keep_stated(files, stated or {})
    del stored, raw
    return analyse_stored(files, replace_existing=again, functional_s=functional_s)


def _listed(paths: Path | Sequence[Path]) -> Sequence[Path]:
    return [paths] if isinstance(paths, str | Path) else list(paths)


def _sha256_of(paths: Sequence[Path]) -> str:
    """Return the checksum of a file, or of the checksums of several in the order of their names."""
    each = [raw_file.sha256_of(path) for path in sorted(paths, key=lambda path: path.name)]
    return each[0] if len(each) == 1 else sha256("".join(each).encode()).hexdigest()


def _began(
    recording: SourceRecording, started: datetime | None, path: Path
) -> tuple[datetime, str]:
    """Return when a recording began, and what says so."""
    if started is not None:
        return in_calendar(started, "started"), "stated"
    if recording.started_utc is not None:
        return recording.started_utc, "of its own"
    return changed_utc(path), OF_FILE


def _day_unknown(files: SessionFiles, source: Mapping[str, str]) -> bool:
    """Whether this recording is stored already, under a day that nothing said."""
    if not files.raw.exists():
        return False
    stored = read_raw_header(files.raw)["source"]
    return bool(stored.get(DAY) == OF_FILE and stored["sha256"] == source["sha256"])


def _named(root: Path, athlete: str, began: datetime, source: Mapping[str, str]) -> str:
    """Return the name that this content has in the store already, else a new one of its day."""
    word = sha256((source["sha256"] + source["mapping"]).encode()).hexdigest()[:6]
    stored = [files_of(path).session for path in stored_sessions(root, "raw", athlete).paths]
    taken = [session for session in stored if session.endswith(f"-{word}")]
    return taken[0] if taken else session_name(began, word)


def _imported(pod: SourcePod) -> RawPod:
    samples = np.zeros(len(pod.index), SAMPLE)
    samples["index"] = pod.index
    samples["device_us"] = microseconds(pod.time_s)
    _count(samples["acc_lsb"], pod.placement, pod.acc_mps2, pod.acc_scale_mps2)
    if pod.gyr_radps is not None and pod.gyr_scale_radps is not None:
        _count(samples["gyr_lsb"], pod.placement, pod.gyr_radps, pod.gyr_scale_radps)
    scale = Scale(pod.acc_scale_mps2, pod.acc_range_mps2, pod.gyr_scale_radps, pod.gyr_range_radps)
    return RawPod(
        samples=samples,
        time_us=samples["device_us"].copy(),
        scale=scale,
        rate_hz=pod.rate_hz,
        protocol="file",
        sync_s=pod.clock.sync_s,
        clock={raw_file.JOINED_BY: pod.clock.joined_by},
        device=pod.words,
        notes=pod.notes,
        doubts=pod.doubts,
    )


def _count(room: IntArray, placement: Placement, values: FloatArray, scale: float) -> None:
    """Write `values` (n, 3) into `room` (n, 3) as counts of `scale`; ValueError beyond its size."""
    for kept, axis in zip(room.T, values.T, strict=True):
        counts = np.rint(axis / scale)
        if max(counts.max(initial=0), -counts.min(initial=0)) > np.iinfo(np.int32).max:
            raise ValueError(
                f"{placement}: values up to {np.abs(values).max():.3g} are impossible; "
                "correct their unit or scale, or leave those fields empty"
            )
        kept[:] = counts


def moment(text: str, timezone: object = None) -> datetime:
    """Return a date and time as people write it, by the clock of `timezone` or of this machine."""
    try:
        said = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(
            f"started is {text!r}; write it like 2026-11-22T08:30, with or without +01:00"
        ) from None
    if said.tzinfo is None:
        said = said.replace(tzinfo=first_known([timezone, machine_zone()]))
    return in_calendar(said, "started")
