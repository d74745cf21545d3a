"""Read what an athlete's sessions say of her: medians, conditions, and which of them count.

All of it stands in the table of sessions, so that hundreds of runs cost no more than one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

import imu.metrics  # noqa: F401  (declares the metrics)
from imu.baseline.conditions import UNKNOWN, Conditions
from imu.baseline.pace_index import CUES, indexed
from imu.frames import SIDES, BoolArray, FloatArray, IntArray
from imu.metrics.registry import METRICS
from imu.quality.faults import Fault, faults_in, moved_by
from imu.session.drift import SPEED
from imu.session.medians import FEWEST_STANCES
from pipelines.store.session_header import DRIFT
from pipelines.store.stated.doubts import doubtful, in_doubt
from pipelines.time_zone import first_known

if TYPE_CHECKING:
    import pandas as pd

    from pipelines.store.many_sessions.catalogue import Store

POOR: Final = "D"
DAY_S: Final = 86400.0
STATED: Final = ("shoes", "surface", "plan_phase", "tags")
"""What runs can be chosen by."""


@dataclass(frozen=True)
class History:
    """The k sessions of an athlete that can be read, oldest first.

    `medians` maps every metric to (k, 2), left and right: NaN where it was not measured, or a
    known fault of a pod touches it. `started` is by the clock of the runner's zone. `usable` (k,)
    is False where a session says nothing of what is usual. `reasons` has the sentences, for each
    session, on what is left out of it. `edition` (k,) says which numbers these are
    (`imu.edition`), `left_out` which files could not be read and which stated speeds cannot be
    meant. `stated` has the words (k,) under each key of `STATED`, as the table of sessions has
    them. `drift` maps primary metrics, and speed, to their change over each run, (k, 2), as it was
    run; `running_s` (k,) is its length.
    """

    sessions: tuple[str, ...]
    started: tuple[datetime | None, ...]
    medians: dict[str, FloatArray]
    conditions: Conditions
    usable: BoolArray
    reasons: tuple[tuple[str, ...], ...]
    edition: IntArray
    left_out: tuple[str, ...] = ()
    stated: Mapping[str, npt.NDArray[np.str_]] = field(default_factory=dict)
    drift: dict[str, FloatArray] = field(default_factory=dict)
    running_s: FloatArray = field(default_factory=lambda: np.zeros(0))

    def __len__(self) -> int:
        return len(self.sessions)

    @property
    def days(self) -> tuple[date, ...]:
        """The day of each session by the clock of the runner's zone, else by its name."""
        return tuple(
            start.date() if start else date.fromisoformat(name[:10])
            for start, name in zip(self.started, self.sessions, strict=True)
        )

    def stated_as(self, key: str, word: str) -> BoolArray:
        """Return of which sessions (k,) `word` is stated under `key`, one of `STATED`."""
        return np.array([word in _separate(key, said) for said in self.stated[key]], dtype=bool)

    def words(self, key: str) -> tuple[str, ...]:
        """Return all words stated under `key`, in order, each once."""
        return tuple(sorted({word for said in self.stated[key] for word in _separate(key, said)}))


def _separate(key: str, said: str) -> list[str]:
    """Return the words that one column of the table of sessions has for a session."""
    return [word for word in (said.split(", ") if key == "tags" else [said]) if word]


def history(store: Store, athlete: str, until: str | None = None) -> History:
    """Return the sessions of `athlete`, up to the session `until` where one is named.

    Raises OSError without such an athlete, and ValueError when `until` is none of her sessions or
    cannot be read.
    """
    return history_in(store.sessions(athlete), athlete, until)


def history_in(table: pd.DataFrame, athlete: str, until: str | None = None) -> History:
    """Return the same of the `table` of her sessions, for who needs that table too."""
    strange = [f"Left out: {words}." for words in table.attrs["left_out"]]
    readable = ~table["reasons"].str.startswith("cannot be read: ")
    for name, why in table.loc[~readable, ["session", "reasons"]].itertuples(index=False):
        strange.append(f"The run {name} was left out: {why.removeprefix('cannot be read: ')}.")
    table = _in_order(table[readable])
    if until is not None:
        at = np.flatnonzero(table["session"] == until)
        if not len(at):
            raise ValueError(f"{athlete} has no session {until} that can be read")
        table = table.iloc[: at[0] + 1]
    return _history(table, tuple(strange))


def _in_order(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows by when the runs took place; the name of a session begins with its day."""
    starts = [_started(s) for s in table["started_utc"]]
    order = [
        (start.isoformat() if start else name[:10], name)
        for start, name in zip(starts, table["session"], strict=True)
    ]
    return table.iloc[sorted(range(len(order)), key=order.__getitem__)]


def _history(table: pd.DataFrame, left_out: tuple[str, ...]) -> History:
    faults = [faults_in(words) for words in table["reasons"]]
    medians = {name: _medians(table, name, faults) for name in METRICS}
    poor = (table["grade"] == POOR).to_numpy(dtype=bool)
    excluded = _texts(table, "context_excluded")
    of_pods_mps = _of_pods(table, medians["speed_mps"], faults)
    return History(
        sessions=tuple(table["session"]),
        started=_by_own_clock(table),
        medians=medians,
        conditions=_conditions(table, medians, of_pods_mps),
        usable=~poor & (excluded == ""),
        reasons=tuple(
            _reasons(why if bad else "", pods, out)
            for why, bad, pods, out in zip(table["reasons"], poor, faults, excluded, strict=True)
        ),
        edition=_column(table, "edition").astype(np.int64),
        left_out=(*left_out, *_doubts(table, of_pods_mps)),
        stated={key: _texts(table, f"context_{key}") for key in STATED},
        drift={name: _drift(table, name, faults) for name in (*_primary(), SPEED)},
        running_s=_column(table, "running_s"),
    )


def _primary() -> list[str]:
    return [name for name, metric in METRICS.items() if metric.primary]


def _drift(table: pd.DataFrame, name: str, faults: Sequence[tuple[Fault, ...]]) -> FloatArray:
    """Return (k, 2) of the change of one metric over the run; NaN where a slip made it."""
    both = np.stack([_column(table, f"{side}_{DRIFT}{name}") for side in SIDES], axis=-1)
    return np.where(_moved(name, faults), np.nan, both)


def _moved(name: str, faults: Sequence[tuple[Fault, ...]]) -> BoolArray:
    metric = METRICS[name]
    return np.array([moved_by(metric, known) for known in faults], dtype=bool).reshape(-1, 2)


def _by_own_clock(table: pd.DataFrame) -> tuple[datetime | None, ...]:
    """Return when each session was, by the clock of the runner's zone then."""
    starts = [_started(start) for start in table["started_utc"]]
    zones = [first_known([name]) for name in table["timezone"]]
    return tuple(
        at.astimezone(zone) if at else None for at, zone in zip(starts, zones, strict=True)
    )


def _medians(table: pd.DataFrame, name: str, faults: Sequence[tuple[Fault, ...]]) -> FloatArray:
    """Return (k, 2) of one metric; NaN with too few stances, and where a fault moved it."""
    both = np.stack([_column(table, f"{side}_{name}") for side in SIDES], axis=-1)
    stances = np.stack([_column(table, f"{side}_stances_count") for side in SIDES], axis=-1)
    return np.where((stances >= FEWEST_STANCES) & ~_moved(name, faults), both, np.nan)


def _of_pods(
    table: pd.DataFrame, of_legs: FloatArray, faults: Sequence[tuple[Fault, ...]]
) -> FloatArray:
    """Return the speed (k,) of each session by its pods: of legs without a fault."""
    speed = METRICS["speed_mps"]
    faulty = np.array([moved_by(speed, known).any() for known in faults], dtype=bool)
    return np.where(faulty, _of_both(of_legs), _column(table, "speed_mps"))


def _doubts(table: pd.DataFrame, of_pods_mps: FloatArray) -> list[str]:
    said_mps = _column(table, "context_speed_mps")
    return [
        in_doubt(table["session"].iloc[k], said_mps[k], of_pods_mps[k])
        for k in np.flatnonzero(doubtful(said_mps, of_pods_mps))
    ]


def _conditions(
    table: pd.DataFrame,
    medians: Mapping[str, FloatArray],
    of_pods_mps: FloatArray,
) -> Conditions:
    """Return day, pace, slope, shoes and surface of each session.

    The pace is what a person stated, else a watch, else the pods; where none of them knows it, an
    index of it (`imu.baseline.pace_index`). A stated one that cannot be meant is not used.
    """
    said_mps = _stated(table, "speed_mps", of_pods_mps)
    speed_mps = np.where(
        doubtful(_column(table, "context_speed_mps"), of_pods_mps), of_pods_mps, said_mps
    )
    pace = indexed(speed_mps, {name: _of_both(medians[name]) for name in CUES})
    return Conditions(
        day=_days(table),
        speed_mps=pace.speed_mps,
        grade_pct=_stated(table, "grade_pct", np.full(len(table), np.nan)),
        shoes=_numbered(_texts(table, "context_shoes")),
        surface=_numbered(_texts(table, "context_surface")),
        pace_error_mps=pace.error_mps,
    )


def _of_both(of_legs: FloatArray) -> FloatArray:
    """Return the mean (k,) of the legs (k, 2) of which a positive value is known, else NaN."""
    known = np.isfinite(of_legs) & (of_legs > 0)
    total = np.where(known, of_legs, 0.0).sum(axis=1)
    return np.asarray(np.where(known.any(axis=1), total, np.nan) / np.maximum(known.sum(axis=1), 1))


def _stated(table: pd.DataFrame, name: str, otherwise: FloatArray) -> FloatArray:
    """Return what a person stated, else what her watch measured, else `otherwise` (k,)."""
    for source in ("context_watch_", "context_"):
        said = _column(table, f"{source}{name}")
        otherwise = np.where(np.isfinite(said), said, otherwise)
    return otherwise


def _numbered(words: npt.NDArray[np.str_]) -> IntArray:
    """Return a number for each different word (k,), `UNKNOWN` for an empty one."""
    _, numbers = np.unique(words, return_inverse=True)
    return np.where(words == "", UNKNOWN, numbers).astype(np.int64)


def _texts(table: pd.DataFrame, name: str) -> npt.NDArray[np.str_]:
    """Return one column of words; empty where there is none."""
    if name not in table:
        return np.full(len(table), "")
    return np.array([word if isinstance(word, str) else "" for word in table[name]], dtype=np.str_)


def _days(table: pd.DataFrame) -> FloatArray:
    """Return when each session was, in days; without a start from the day in its name."""
    starts = [
        _started(start) or datetime.fromisoformat(name[:10]).replace(tzinfo=UTC)
        for start, name in zip(table["started_utc"], table["session"], strict=True)
    ]
    return np.array([start.timestamp() / DAY_S for start in starts], dtype=np.float64)


def _reasons(poor: str, faults: tuple[Fault, ...], excluded: str) -> tuple[str, ...]:
    of_person = [f"excluded, so it does not count: {excluded}"] if excluded else []
    of_grade = [f"graded {POOR}, so it does not count: {poor}"] if poor else []
    of_faults = dict.fromkeys(f"the {one.words}: {one.out} is left out" for one in faults)
    return (*of_person, *of_grade, *of_faults)


def _column(table: pd.DataFrame, name: str) -> FloatArray:
    """Return one column; NaN throughout where no session of this store has it."""
    if name not in table:
        return np.full(len(table), np.nan)
    return table[name].to_numpy(dtype=np.float64)


def _started(start: pd.Timestamp) -> datetime | None:
    known = start is not None and start == start  # NaT is unequal to itself
    return start.to_pydatetime().astimezone(UTC) if known else None
