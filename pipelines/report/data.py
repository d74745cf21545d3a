"""Collect what a report shows into one record, from the store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from imu.frames import SIDES, BoolArray, FloatArray
from imu.metrics.registry import METRICS, Metric
from imu.quality.faults import Fault, faults_in, moved_by
from imu.quality.grade import NO_RUNNING
from imu.sensors import SENSORS, column
from imu.session.curves import Curves
from imu.session.drift import SPEED, drift
from imu.session.medians import session_medians
from pipelines.report.notes.editions import measured_otherwise
from pipelines.report.notes.mounting import moved_since, turned_since
from pipelines.report.notes.stance_notes import counted
from pipelines.report.notes.usual_runs import about_today, left_out
from pipelines.store.files import SessionFiles, session_files
from pipelines.store.many_sessions.history import POOR, History, history_in
from pipelines.store.many_sessions.reference import chosen_reference
from pipelines.store.parquet.checked_file import as_damage
from pipelines.store.stated.context import RunContext
from pipelines.store.stated.context_file import read_context
from pipelines.store.tables.stance_file import read_means
from pipelines.store.tables.watch_table import read_watch_table

if TYPE_CHECKING:
    import pandas as pd

    from pipelines.store.many_sessions.catalogue import Store
    from pipelines.store.tables.stance_file import StoredMeans, StoredSession

CURVES_OF: Final = 20
"""Past runs whose curves make the band: the most recent ones."""
MOST_WATCHES: Final = 40
"""Past runs without a speed of the pods of which a watch is asked: the most recent ones."""


@dataclass(frozen=True, eq=False)
class ReportData:
    """One run and the runs before it.

    `history` has all of them, oldest first, today's last. `side`, `time_s` (initial contact,
    session clock) and each of `values` are (n,), one entry per stance; among `values` is
    ``clipped``, 1 where a sensor was, and which (`censored`). `remarks` counts stances with
    something wrong, `remarked` those of each remark. `pods` holds what is known of each pod, by
    placement. `past_curves` maps sessions to their mean curves. `notes` says what could not be
    used, `mounting` how the pods sat otherwise than in the last run, `caution` what limits all
    comparisons. `context` is what she stated of the run.
    `reference` marks the runs in `history` that the runner chose as usual; None: by rule.
    `watch_mps` (n,) is the speed at each stance as a watch has it, if one was attached.
    """

    athlete: str
    session: str
    started: datetime | None
    duration_s: float
    running_s: float
    grade: str
    reasons: tuple[str, ...]
    pods: Mapping[str, Mapping[str, Any]]
    side: npt.NDArray[np.str_]
    time_s: FloatArray
    values: Mapping[str, FloatArray]
    history: History
    remarks: int = 0
    remarked: Mapping[str, int] = field(default_factory=dict)
    curves: Curves | None = None
    past_curves: Mapping[str, Curves] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    mounting: tuple[str, ...] = ()
    caution: str = ""
    metrics: Mapping[str, Metric] = field(default_factory=lambda: METRICS)
    context: RunContext = field(default_factory=RunContext)
    reference: BoolArray | None = None
    watch_mps: FloatArray | None = None

    @property
    def pace_mps(self) -> FloatArray:
        """The speed at each stance (n,): that of the pods, else of the watch; NaN where unknown."""
        unknown = np.full(len(self.side), np.nan)
        pods = self.values.get(SPEED, unknown)
        if np.isfinite(pods).any() and not moved_by(METRICS[SPEED], self.faults).any():
            return pods
        return unknown if self.watch_mps is None else self.watch_mps

    @property
    def comparable(self) -> bool:
        """Whether the recording is good enough to be compared."""
        return self.grade != POOR

    @property
    def ran(self) -> bool:
        """Whether any running was found."""
        return NO_RUNNING not in self.reasons

    @property
    def excluded(self) -> bool:
        """Whether the runner keeps this run out of what is usual, though it is good enough."""
        return self.comparable and not bool(self.history.usable[-1])

    @property
    def past(self) -> npt.NDArray[np.int64]:
        """The numbers (k,) in `history` of the past runs that count."""
        return np.flatnonzero(self.history.usable[:-1])

    @property
    def faults(self) -> tuple[Fault, ...]:
        """What is known to have gone wrong with the pods today."""
        return faults_in("; ".join(self.reasons))

    def spared(self) -> dict[str, FloatArray]:
        """Return `values`, each (stances,), NaN for legs and metrics that a fault moved."""
        out = dict(self.values)
        for name in self.metrics.keys() & out.keys():
            moved = moved_by(self.metrics[name], self.faults)
            for side, hit in zip(SIDES, moved, strict=True):
                if hit:
                    out[name] = np.where(self.side == side, np.nan, out[name])
        return out


def collect(
    root: str | Path, athlete: str, session: str, *, curves_of: int = CURVES_OF
) -> ReportData:
    """Read one session and the runs before it from the store.

    Raises OSError or ValueError when today's session cannot be read; a past one that cannot is
    left out and noted.
    """
    import imu.metrics  # noqa: F401  (declares the metrics)
    from pipelines import store

    opened, files = store.open(root), session_files(Path(root), athlete, session)
    today = opened.read_session(athlete, session)
    table = opened.sessions(athlete)
    known = _exact(history_in(table, athlete, session), today)
    known, past, damaged = _past_runs(opened, athlete, known, curves_of)
    known = _with_watches(opened.root, athlete, known)
    reference, about_reference = reference_or_why(opened, athlete, known)
    return _report_data(
        athlete,
        session,
        today,
        known,
        past_curves={name: run.curves for name, run in past.items()},
        notes=(
            *known.left_out,
            *_left_out(table, known),
            *damaged,
            *about_reference,
        ),
        mounting=_mounting(past, today),
        reference=reference,
        context=_context(files),
        watch_mps=_watch_mps(files, len(today.frame)),
        caution=caution_of(opened, athlete, known),
    )


def reference_or_why(
    opened: Store, athlete: str, known: History
) -> tuple[BoolArray | None, tuple[str, ...]]:
    """Return the runs that the runner chose as usual, and a note where they cannot be used."""
    try:
        return chosen_reference(opened.root, athlete, known), ()
    except (OSError, ValueError) as error:
        return None, (f"The usual is chosen by rule: {error}.",)


def _left_out(table: pd.DataFrame, known: History) -> list[str]:
    """Say which runs do not count as usual, today's too, because of grade or what was stated."""
    *earlier, session = known.sessions
    grade = str(table.set_index("session")["grade"][session])
    return [*about_today(session, grade, table), *left_out(earlier, table)]


def _context(files: SessionFiles) -> RunContext:
    try:
        return read_context(files)
    except (OSError, ValueError):  # the table of sessions has said why
        return RunContext()


def _with_watches(root: Path, athlete: str, known: History) -> History:
    """Return the history with what watches say of how pace changed where no pod told it."""
    change = known.drift[SPEED].copy()
    unknown = known.usable & np.isnan(change).all(axis=1)
    for k in np.flatnonzero(unknown)[-MOST_WATCHES:]:
        speed_mps = _watch_mps(session_files(root, athlete, known.sessions[k]))
        if speed_mps is not None:
            change[k] = drift(np.full(len(speed_mps), "left"), {}, speed_mps=speed_mps).pace_mps[0]
    return replace(known, drift={**known.drift, SPEED: change})


def _watch_mps(files: SessionFiles, stances: int | None = None) -> FloatArray | None:
    """Return the speed of the watch at each stance; None without one that fits these stances."""
    if not files.watch.exists():
        return None
    try:
        speed_mps = read_watch_table(files)[0]["watch_speed_mps"].to_numpy(dtype=np.float64)
    except (OSError, ValueError):  # `midstance verify` says why
        return None
    return speed_mps if stances in (None, len(speed_mps)) else None


def _exact(known: History, today: StoredSession) -> History:
    """Return the history without the medians of today that too few stances make."""
    of_stances = session_medians(today.frame["side"].to_numpy(), today.frame)
    medians = {name: values.copy() for name, values in known.medians.items()}
    for name, both in of_stances.items():
        if not METRICS[name].session_only:
            medians[name][-1] = np.where(np.isfinite(both), medians[name][-1], np.nan)
    return replace(known, medians=medians)


def _report_data(
    athlete: str, session: str, today: StoredSession, known: History, **more: Any
) -> ReportData:
    frame, header = today.frame, today.header
    quality = frame["quality"].fillna("").tolist() if "quality" in frame else []
    return ReportData(
        athlete=athlete,
        session=session,
        started=known.started[-1],
        duration_s=_number(header, "duration_s"),
        running_s=_number(header.get("summary") or {}, "running_s"),
        grade=str(header.get("grade") or ""),
        reasons=tuple(header.get("reasons") or ()),
        pods=header.get("pods") or {},
        side=frame["side"].to_numpy().astype(str),
        time_s=frame["initial_contact_s"].to_numpy(dtype=np.float64),
        values={
            name: frame[name].to_numpy(dtype=np.float64)
            for name in (*METRICS, "clipped", *map(column, SENSORS))
            if name in frame
        },
        history=known,
        remarks=sum(words != "" for words in quality),
        remarked=counted(quality),
        curves=today.curves,
        **more,
    )


def _past_runs(
    opened: Store, athlete: str, known: History, runs: int
) -> tuple[History, dict[str, StoredMeans], list[str]]:
    """Read the last `runs` past runs, oldest first; one that cannot be read does not count."""
    past: dict[str, StoredMeans] = {}
    damaged, usable = [], known.usable.copy()
    for number in np.flatnonzero(known.usable[:-1])[-runs:]:
        name = known.sessions[number]
        try:
            stances = session_files(opened.root, athlete, name).stances
            with as_damage(stances):
                past[name] = read_means(stances)
        except (OSError, ValueError) as error:
            usable[number] = False
            damaged.append(f"The run {name} was left out: {error}.")
    return replace(known, usable=usable), past, damaged


def _mounting(past: Mapping[str, StoredMeans], today: StoredSession) -> tuple[str, ...]:
    """Say which pods sit otherwise than in the last of the `past` runs."""
    if not past:
        return ()
    last = [*past.values()][-1].header
    return (*turned_since(today.header, last), *moved_since(today.header, last))


def caution_of(opened: Store, athlete: str, known: History) -> str:
    """Say which past runs other algorithms measured than the last one; empty where none were."""
    past = np.flatnonzero(known.usable[:-1])
    otherwise = [known.sessions[i] for i in past if known.edition[i] != known.edition[-1]]
    raw = [session_files(opened.root, athlete, session).raw.exists() for session in otherwise]
    return measured_otherwise(len(past), raw, athlete)


def _number(known: Mapping[str, Any], name: str) -> float:
    value = known.get(name)
    return float("nan") if value is None else float(value)
