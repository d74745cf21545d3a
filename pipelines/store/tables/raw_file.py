"""Write and read the raw file: the samples of every pod as integer counts on one session clock."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from imu.frames import PLACEMENTS, FloatArray, IntArray, Placement
from imu.recording.samples import SAMPLE, Samples, Scale
from pipelines.store.files import SessionFiles
from pipelines.store.json_values import to_json
from pipelines.store.layout import mark_layout
from pipelines.store.parquet import checked_file
from pipelines.store.parquet.arrays import array
from pipelines.store.parquet.raw_schema import ACC, GYR, RAW, raw_schema
from pipelines.store.session_header import HEADER_KEY, software

if TYPE_CHECKING:
    import pyarrow as pa

    from imu.recording.timebase import Track

US: Final = 1e-6
JOINED_BY: Final = "joined_by"
"""In the `clock` of an imported pod: what joins it to the others'."""
NOT_JOINED: Final = "not joined"


@dataclass(frozen=True)
class RawPod:
    """One pod of a session.

    `time_us` (n,) is the session clock of every sample, strictly increasing. `sync_s` is how far it
    may be off against the other pods (None: one clock by construction; infinite: nothing joins it).
    `clock` is the fit, `device` and `trouble` are what the codec said, `notes` what a reader should
    know, `doubts` codes of what its import doubted (`pipelines.sources.doubts`). `epochs` has one
    entry for every time the pod began to sample anew: bounds, clock, scale and rate as they were
    then, and what was added to the pod's own index. `clock` is that of the longest.
    """

    samples: Samples
    time_us: IntArray
    scale: Scale
    rate_hz: float
    protocol: str = ""
    sync_s: float | None = None
    clock: Mapping[str, Any] = field(default_factory=dict)
    device: Mapping[str, str] = field(default_factory=dict)
    battery_pct: int | None = None
    trouble: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    epochs: tuple[Mapping[str, Any], ...] = ()
    doubts: tuple[str, ...] = ()

    @property
    def time_s(self) -> FloatArray:
        """Session clock in seconds, shape (n,)."""
        return np.asarray(self.time_us * US, dtype=np.float64)


WORDS: Final = tuple(f.name for f in fields(RawPod))[3:]  # all but samples, time and scale


@dataclass(frozen=True)
class RawSession:
    """All pods of a session; `started_utc` is ISO 8601 and belongs to session clock 0.

    `timezone` is the IANA name of the zone of the machine that recorded or imported it, "" where
    that is not known.
    `source` says where it came from: ``kind`` (journal or file), ``name`` and ``sha256``, and by
    ``day`` that its day is a guess (`session_header.OF_FILE`). `notes`
    are about the recording and all its pods, those included that could not be used. `recorded_as`
    says for each pod that was given another placement afterwards where it was recorded. `marks` are
    laps and moments that the runner marked, each with its ``kind`` and ``at_s``, session seconds.
    `doubts` are codes as those of pods, of no pod alone; None in a file from before there were any.
    """

    started_utc: str
    pods: Mapping[Placement, RawPod]
    source: Mapping[str, str]
    notes: tuple[str, ...] = ()
    timezone: str = ""
    recorded_as: Mapping[Placement, Placement] = field(default_factory=dict)
    marks: tuple[Mapping[str, Any], ...] = ()
    doubts: tuple[str, ...] | None = ()

    @property
    def duration_s(self) -> float:
        """From the first to the last sample of any pod."""
        times = [pod.time_us for pod in self.pods.values() if len(pod.time_us)]
        return US * float(max(t[-1] for t in times) - min(t[0] for t in times)) if times else 0.0


def gap_columns(samples: Samples, time_us: IntArray) -> dict[str, list[float]]:
    """Return the gaps of one pod's samples (n,): seconds of those around, and how many lost."""
    before = np.flatnonzero(np.diff(samples["index"]) > 1)
    return {
        "start_s": (time_us[before] * US).round(6).tolist(),
        "stop_s": (time_us[before + 1] * US).round(6).tolist(),
        "lost_count": (samples["index"][before + 1] - samples["index"][before] - 1).tolist(),
    }


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file as hex: what `RawSession.source` says of where it came from."""
    digest = sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def header(files: SessionFiles, session: RawSession) -> dict[str, Any]:
    """Return what the footer of the raw file says: all but the samples."""
    return {
        "athlete": files.athlete,
        "session": files.session,
        "started_utc": session.started_utc,
        "timezone": session.timezone,
        "duration_s": session.duration_s,
        "source": dict(session.source),
        "notes": session.notes,
        "doubts": session.doubts,
        "recorded_as": dict(session.recorded_as),
        "marks": session.marks,
        "software": software(),
        "pods": {place: pod_header(session.pods[place]) for place in _order(session.pods)},
    }


def pod_header(pod: RawPod) -> dict[str, Any]:
    """Return what the footer says of one pod, gap ledger included."""
    gaps = gap_columns(pod.samples, pod.time_us)
    return {
        "scale": asdict(pod.scale),
        "samples_count": len(pod.samples),
        "lost_count": int(sum(gaps["lost_count"])),
        **{word: getattr(pod, word) for word in WORDS},
        "gaps": gaps,
    }


def write_raw(files: SessionFiles, session: RawSession, *, replace: bool = False) -> Path:
    """Publish the raw file of a session and return its path."""
    texts = {HEADER_KEY: to_json(header(files, session))}
    checked_file.write(files.raw, raw_table(session), RAW, texts, replace=replace)
    mark_layout(files.root)
    files.people.mkdir(parents=True, exist_ok=True)  # for who writes there by hand
    return files.raw


def raw_table(session: RawSession) -> pa.Table:
    """Return all samples as Arrow, pod after pod, each in order of time."""
    import pyarrow as pa

    schema = raw_schema({place: session.pods[place].scale for place in _order(session.pods)})
    tables = [_pod_table(place, session.pods[place], schema) for place in _order(session.pods)]
    return pa.concat_tables(tables) if tables else schema.empty_table()


def _order(pods: Mapping[Placement, RawPod]) -> list[Placement]:
    return [place for place in PLACEMENTS if place in pods]


def _pod_table(place: Placement, pod: RawPod, schema: pa.Schema) -> pa.Table:
    import pyarrow as pa

    samples, count = pod.samples, len(pod.samples)
    if not _climbs(samples["index"], pod.time_us):
        raise ValueError(f"{place}: its samples are not in order of time; sort them first")
    # The dictionary must be the same for every pod, or the tables cannot be joined.
    codes = array(np.full(count, PLACEMENTS.index(place)), pa.int32())
    words = array(PLACEMENTS, pa.string())
    arrays: list[pa.Array] = [pa.DictionaryArray.from_arrays(codes, words)]
    arrays += [array(samples[name], pa.int64()) for name in ("index", "device_us")]
    arrays.append(array(pod.time_us, pa.int64()))
    arrays += [array(samples["acc_lsb"][:, axis], pa.int32()) for axis in range(3)]
    if pod.scale.gyr_radps is None:
        arrays += [pa.nulls(count, pa.int32())] * 3
    else:
        arrays += [array(samples["gyr_lsb"][:, axis], pa.int32()) for axis in range(3)]
    return pa.Table.from_arrays(arrays, schema=schema)


def _climbs(index: IntArray, time_us: IntArray) -> bool:
    return bool((np.diff(index) > 0).all() and (np.diff(time_us) > 0).all())


def read_raw_header(path: Path) -> dict[str, Any]:
    """Return the header of a raw file; reads only the footer."""
    texts = checked_file.read_texts(path, RAW)
    with checked_file.as_damage(path):
        return checked_file.json_object(texts[HEADER_KEY])


def read_raw(path: Path) -> RawSession:
    """Read a raw file once all its bytes are checked."""
    known = read_raw_header(path)
    with checked_file.as_damage(path):
        pods = {name: _empty_pod(about) for name, about in known["pods"].items()}
        with checked_file.memory_of_the_system():
            filled = _read_into(pods, path)
        if filled != {name: len(pod.samples) for name, pod in pods.items()}:
            raise checked_file.damaged(path, "it does not hold the samples that its header counts")
        return RawSession(
            known["started_utc"],
            pods,
            known["source"],
            tuple(known["notes"]),
            known.get("timezone", ""),
            known.get("recorded_as", {}),
            tuple(known.get("marks", ())),
            None if known.get("doubts") is None else tuple(known["doubts"]),
        )


def _empty_pod(about: Mapping[str, Any]) -> RawPod:
    """Return a pod with room for its samples."""
    words = {f: about[f] for f in WORDS if f in about}
    words |= {name: tuple(words.get(name, ())) for name in ("notes", "epochs", "doubts")}
    count = about["samples_count"]
    room, time_us = np.zeros(count, SAMPLE), np.zeros(count, dtype=np.int64)
    return RawPod(room, time_us, Scale(**about["scale"]), **words)


def _read_into(pods: Mapping[Placement, RawPod], path: Path) -> dict[Any, int]:
    """Read the samples of all pods, as far as there is room; return how many the file has."""
    filled: dict[Any, int] = dict.fromkeys(pods, 0)
    for group in checked_file.row_groups(path, RAW):
        for name, rows in _by_pod(group):
            start, filled[name] = filled.get(name, 0), filled.get(name, 0) + len(rows)
            if name in pods and filled[name] <= len(pods[name].samples):
                _fill(pods[name], start, rows)
    return filled


def _by_pod(rows: pa.Table) -> Iterator[tuple[Any, pa.Table]]:
    """Split rows, which are sorted by pod, into one slice per pod."""
    whose = rows["pod"].combine_chunks()
    codes = np.from_dlpack(whose.indices)
    starts = np.flatnonzero(np.diff(codes, prepend=-1))
    for start, stop in pairwise([*starts.tolist(), len(codes)]):
        yield whose.dictionary[int(codes[start])].as_py(), rows.slice(start, stop - start)


def _fill(pod: RawPod, start: int, rows: pa.Table) -> None:
    part = slice(start, start + len(rows))
    _copy(rows["time_us"], pod.time_us[part])
    for name in ("index", "device_us"):
        _copy(rows[name], pod.samples[name][part])
    for axis in range(3):
        _copy(rows[ACC[axis]], pod.samples["acc_lsb"][part, axis])
        if pod.scale.gyr_radps is not None:
            _copy(rows[GYR[axis]], pod.samples["gyr_lsb"][part, axis])


def _copy(column: pa.ChunkedArray, to: npt.NDArray[Any]) -> None:
    """Copy a column without a null; what pyarrow has for it loads pandas, 40 MB of it."""
    start = 0
    for chunk in column.chunks:
        to[start : start + len(chunk)] = np.from_dlpack(chunk)
        start += len(chunk)


def load_signals(path: Path) -> dict[Placement, Track]:
    """Read a raw file as SI floats: one track per pod, on the session clock, sensor axes."""
    return {place: track(place, pod) for place, pod in read_raw(path).pods.items()}


def track(place: Placement, pod: RawPod) -> Track:
    """Return one pod in SI units."""
    from imu.recording.timebase import track_of

    # JSON has no infinity: the word stands for it.
    sync_s = np.inf if pod.clock.get(JOINED_BY) == NOT_JOINED else pod.sync_s
    return track_of(place, pod.time_s, pod.samples, pod.scale, sync_s)
