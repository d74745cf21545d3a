"""From a stored raw file to a stance file: the analysis of one session, and what it gave.

Every function that processes takes paths and returns a small record, so that any
`concurrent.futures` executor can run it. The raw file is published first: whatever happens
afterwards, no sample is lost.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

from imu.frames import Placement
from imu.wearer import Wearer
from pipelines.process.quality_notes import LEAST_SAMPLES, with_remarks
from pipelines.store.files import SessionFiles, files_of, names_differ
from pipelines.store.stated.athlete import Athlete, read_athlete
from pipelines.store.tables import raw_file
from pipelines.store.tables.raw_file import RawSession, read_raw, read_raw_header, write_raw
from pipelines.store.tables.stance_file import read_header, write_stances

if TYPE_CHECKING:
    from imu.analysis import Analysis
    from imu.recording.recording import Recording

Span = tuple[float, float]


@dataclass(frozen=True)
class Processed:
    """What processing one session gave; `stances` is how many, `lost` samples per pod.

    `distance_m` and the median `speed_mps` are None where no stride shows its speed.

    `blocking_problem` is empty, or the one sentence for a session in which no running was found
    (its files are stored all the same).
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
    blocking_problem: str = ""
    distance_m: float | None = None
    speed_mps: float | None = None


def process_raw(raw_path: Path, *, functional_s: Span | None = None) -> Processed:
    """Find the stances of a stored session anew; its stance file is replaced in one step.

    Without `functional_s`, start and stop of a movement declared before (`functional`),
    that of the stance file is used again; an empty span forgets it.
    """
    files = files_of(raw_path)
    if functional_s is None:
        functional_s = declared_before(files)
    elif functional_s[0] == functional_s[1]:
        functional_s = None
    return analyse_stored(files, replace_existing=True, functional_s=functional_s)


def declared_before(files: SessionFiles) -> Span | None:
    """Return the movement that was declared when a session was processed, None for none."""
    try:
        start_s, stop_s = read_header(files.stances)["parameters"]["functional_s"]
    except (KeyError, OSError, TypeError, ValueError):  # none, or a file that is to be replaced
        return None
    return float(start_s), float(stop_s)


def keep_raw(files: SessionFiles, session: RawSession, *, replace: bool = False) -> None:
    """Store the raw file, unless a call that was killed before the stances has stored it."""
    begun = files.raw.exists() and not files.stances.exists()
    if (
        begun
        and not replace
        and read_raw_header(files.raw)["source"]["sha256"] == session.source["sha256"]
    ):
        return
    write_raw(files, session, replace=replace)


def analyse_stored(
    files: SessionFiles, *, replace_existing: bool, functional_s: Span | None
) -> Processed:
    """Find the stances of a raw file that is stored, and store them beside it."""
    import imu

    known = read_raw_header(files.raw)
    if words := names_differ(files, known["athlete"], known["session"]):
        raise ValueError(f"{files.raw}: {words}")
    athlete = read_athlete(files.root, files.athlete)
    try:
        analysis = imu.analyse(
            recording_of(files), functional_s=functional_s, wearer=wearer_of(athlete)
        )
    except ValueError as error:
        raise ValueError(f"{error} (what was recorded is kept in {files.raw})") from None
    except MemoryError:
        raise ValueError(
            "this machine has too little memory to find the stances; process it on a larger one "
            f"(what was recorded is kept in {files.raw})"
        ) from None
    # Samples and orientation are of no more use, and an hour of them large.
    analysis = replace(with_remarks(analysis, known), signals=None, orientation={})
    about = {
        **known,
        "athlete_mass_kg": athlete.mass_kg,
        "athlete_height_m": athlete.height_m,
    }
    write_stances(files, analysis, about, replace=replace_existing)
    return _processed(files, known, analysis)


def recording_of(files: SessionFiles) -> Recording:
    """Return the stored samples on one grid; the counts of each pod are let go as they are."""
    from imu.recording.recording import Recording
    from imu.recording.timebase import Grid

    session = read_raw(files.raw)
    signs_known, foreign = _signs_known(session), session.source.get("kind") == "file"
    pods = {p: pod for p, pod in session.pods.items() if len(pod.samples) >= LEAST_SAMPLES}
    del session
    grid = Grid.of([(place, pod.time_s) for place, pod in pods.items()])
    sensors, sync_s, own_hz = {}, {}, {}
    for place in list(pods):
        track = raw_file.track(place, pods.pop(place))
        sensors[place] = grid.sensor(track)
        own_hz[place] = track.rate_hz
        if track.sync_s is not None:
            sync_s[place] = track.sync_s
        del track  # before the next pod is read in its place
    return Recording(
        grid.rate_hz, sensors, grid.start_s, sync_s, signs_known, own_hz, signs_known and foreign
    )


def _signs_known(session: RawSession) -> bool:
    """Whether sign and hand of the axes are certain: of our own pods, or as a mapping says."""
    if session.source.get("kind") != "file":
        return True
    said = [pod.device for pod in session.pods.values()]
    return all("acc_sign" in words and "handed" in words for words in said)


def wearer_of(athlete: Athlete) -> Wearer:
    """Return what the analysis wants to know of a runner."""
    pods: dict[Placement, float | None] = {
        "shank_left": athlete.left_pod_height_m,
        "shank_right": athlete.right_pod_height_m,
    }
    return Wearer(
        height_m=athlete.height_m,
        pod_height_m={place: height for place, height in pods.items() if height is not None},
        speed_scale=athlete.speed_scale or 1.0,
    )


def _processed(files: SessionFiles, known: Mapping[str, Any], analysis: Analysis) -> Processed:
    running = analysis.bouts.gait == "running"
    both = analysis.summary.together
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
        blocking_problem=analysis.quality.blocking_problem
        or ("" if len(analysis.stances) else _no_running(files, known["duration_s"])),
        distance_m=both["distance_m"] if isfinite(both["distance_m"]) else None,
        speed_mps=both["speed_mps"] if isfinite(both["speed_mps"]) else None,
    )


def _no_running(files: SessionFiles, duration_s: float) -> str:
    return (
        f"no running was found in the {duration_s:.0f} s of {files.session}; its samples are kept "
        f"in {files.raw}: check where the pods sat, or record a run"
    )
