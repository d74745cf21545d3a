"""Collect what a report shows into one record, from the store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from imu.edition import EDITION, edition_of
from imu.frames import SIDES, FloatArray
from imu.metrics.registry import METRICS, Metric
from imu.sensors import SENSORS, column
from imu.session.curves import Curves
from pipelines.report.editions import measured_otherwise
from pipelines.report.mounting import moved_since, turned_since
from pipelines.report.stance_notes import counted
from pipelines.report.usual_runs import about_today, usual_runs
from pipelines.store.context import RunContext
from pipelines.store.context_file import read_context
from pipelines.store.files import SessionFiles, session_files
from pipelines.store.parquet.checked_file import as_damage
from pipelines.time_zone import first_known

if TYPE_CHECKING:
    import pandas as pd

    from pipelines.store.catalogue import Store
    from pipelines.store.stance_file import StoredSession

BASELINE_RUNS: Final = 20  # of the most recent ones; older runs do not say what is usual now


@dataclass(frozen=True)
class PastRun:
    """One earlier run: per metric the medians (2,) left, right, and its mean curves.

    `started` is by the clock of the runner's zone; `edition` says which numbers these are
    (`imu.edition`).
    """

    session: str
    started: datetime | None
    medians: Mapping[str, FloatArray]
    curves: Curves | None = None
    edition: int = EDITION


@dataclass(frozen=True)
class ReportData:
    """One run and the runs before it, oldest first.

    `side`, `time_s` (initial contact, session clock) and each of `values` are (n,), one entry
    per stance; among `values` is ``clipped``, 1 where a sensor was, and which (`censored`).
    `remarks` counts stances with something wrong, `remarked` those of each remark. `pods` holds
    what is known of each pod, by placement. `notes` says what could not be used, `caution` what
    limits all comparisons. `of_session` has (2,), left and right, of each metric that is given for
    the session alone; `edition` says which numbers these are. `started` is by the clock of the
    runner's zone, `context` what she stated of the run.
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
    remarks: int = 0
    remarked: Mapping[str, int] = field(default_factory=dict)
    curves: Curves | None = None
    past: tuple[PastRun, ...] = ()
    notes: tuple[str, ...] = ()
    caution: str = ""
    of_session: Mapping[str, FloatArray] = field(default_factory=dict)
    edition: int = EDITION
    metrics: Mapping[str, Metric] = field(default_factory=lambda: METRICS)
    context: RunContext = field(default_factory=RunContext)

    def past_medians(self) -> dict[str, FloatArray]:
        """Return (k, 2) per metric over the past runs; NaN where a run did not measure it."""
        unknown = np.full(2, np.nan)
        return {
            name: np.array([run.medians.get(name, unknown) for run in self.past]).reshape(-1, 2)
            for name in self.metrics
        }


def collect(
    root: str | Path, athlete: str, session: str, *, baseline_runs: int = BASELINE_RUNS
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
    past, notes = _past(opened, files, today, table, baseline_runs)
    if past:
        last = opened.read_session(athlete, past[-1].session)
        notes = (
            *notes,
            *turned_since(today.header, last.header),
            *moved_since(today.header, last.header),
        )
    return replace(
        _report_data(files, today, past, notes),
        started=_started(today.header, _zone(table, session)),
        context=_context(files),
        caution=_caution(opened, athlete, today, past),
    )


def _report_data(
    files: SessionFiles,
    today: StoredSession,
    past: tuple[PastRun, ...],
    notes: tuple[str, ...],
) -> ReportData:
    frame, header = today.frame, today.header
    quality = frame["quality"].fillna("").tolist() if "quality" in frame else []
    return ReportData(
        athlete=files.athlete,
        session=files.session,
        started=None,
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
        remarks=sum(words != "" for words in quality),
        remarked=counted(quality),
        curves=today.curves,
        past=past,
        notes=notes,
        of_session=_of_session(header),
        edition=_edition(today),
    )


def _of_session(header: Mapping[str, Any]) -> dict[str, FloatArray]:
    """Return (2,), left and right, of each metric that is given for a session alone."""
    known = header.get("summary") or {}
    return {
        name: np.array([_number(known, f"{side}_{name}") for side in SIDES])
        for name, metric in METRICS.items()
        if metric.session_only
    }


def _context(files: SessionFiles) -> RunContext:
    try:
        return read_context(files)
    except (OSError, ValueError):  # the table of sessions has said why
        return RunContext()


def _past(
    opened: Store,
    files: SessionFiles,
    today: StoredSession,
    table: pd.DataFrame,
    baseline_runs: int,
) -> tuple[tuple[PastRun, ...], tuple[str, ...]]:
    """Read the runs before today's that count as usual; those that cannot be read become notes."""
    names: list[str] = table["session"].tolist()
    order = {n: _order(n, t) for n, t in zip(names, table["started_utc"], strict=True)}
    now = _order(files.session, _started(today.header, UTC))
    earlier = sorted((name for name in order if order[name] < now), key=lambda name: order[name])
    usual, left_out = usual_runs(earlier, table)
    runs, notes = [], [f"Left out: {words}." for words in table.attrs["left_out"]]
    notes += [*about_today(files.session, str(today.header.get("grade")), table), *left_out]
    for name in usual[-baseline_runs:]:
        try:
            stored = opened.read_session(files.athlete, name)
            with as_damage(session_files(opened.root, files.athlete, name).stances):
                runs.append(_past_run(name, stored, _zone(table, name)))
        except (OSError, ValueError) as error:
            notes.append(f"The run {name} was left out: {error}.")
    if (older := len(usual) - baseline_runs) > 0:
        notes.append(
            f"{older} older runs were left out: the usual range is from the last {baseline_runs}."
        )
    return tuple(runs), tuple(notes)


def _order(session: str, started: Any) -> tuple[str, str]:
    """When a run took place; the name of a session begins with its day."""
    known = started is not None and started == started  # NaT is unequal to itself
    return (started.astimezone(UTC).isoformat() if known else session[:10], session)


def _past_run(name: str, stored: StoredSession, zone: tzinfo) -> PastRun:
    from imu.baseline.compare import session_medians

    medians = session_medians(stored.frame["side"].to_numpy(), stored.frame)
    medians |= _of_session(stored.header)
    return PastRun(name, _started(stored.header, zone), medians, stored.curves, _edition(stored))


def _edition(stored: StoredSession) -> int:
    return edition_of(stored.header.get("parameters"))


def _caution(opened: Store, athlete: str, today: StoredSession, past: tuple[PastRun, ...]) -> str:
    otherwise = [run.session for run in past if run.edition != _edition(today)]
    raw = [session_files(opened.root, athlete, session).raw.exists() for session in otherwise]
    return measured_otherwise(len(past), raw, athlete)


def _zone(table: pd.DataFrame, session: str) -> tzinfo:
    """Return the zone in which the runner sees a session."""
    return first_known(table["timezone"][table["session"] == session])


def _started(header: Mapping[str, Any], zone: tzinfo) -> datetime | None:
    text = header.get("started_utc")
    return datetime.fromisoformat(text).astimezone(zone) if text else None


def _number(known: Mapping[str, Any], name: str) -> float:
    value = known.get(name)
    return float("nan") if value is None else float(value)
