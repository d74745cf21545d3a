"""A stored session as plain arrays and words, for the writers of formats."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from imu.frames import FloatArray
from imu.session.curves import Curves
from pipelines.store.files import SessionFiles
from pipelines.store.parquet.schema import ATHLETE_COLUMN, Column
from pipelines.store.parquet.stance_schema import stance_columns
from pipelines.store.stated.context_file import require_stances
from pipelines.store.tables.stance_file import StoredSession, read_stances

POOR: Final = "D"


@dataclass(frozen=True)
class Run:
    """One session: `stances` maps each column to its (n,) values, `columns` says what they are.

    Missing numbers are NaN. `started` is the moment of session clock 0, None where not known;
    `header` is all that its stance file says (`pipelines.store.tables.stance_file.header`).
    """

    athlete: str
    session: str
    started: datetime | None
    stances: Mapping[str, npt.NDArray[Any]]
    columns: Mapping[str, Column]
    curves: Curves
    header: Mapping[str, Any]

    def numbers(self, name: str) -> FloatArray:
        """Return a column (n,) as floats; NaN where the session does not have it."""
        values = self.stances.get(name)
        if values is None:
            return np.full(len(self.stances["side"]), np.nan)
        return np.asarray(values, dtype=np.float64)

    @property
    def start_s(self) -> float:
        """Unix time of session clock 0; ValueError where it is not known."""
        if self.started is None:
            raise ValueError(
                f"{self.session} does not know when it began, which this format must; export csv"
            )
        return self.started.timestamp()


def load(files: SessionFiles) -> Run:
    """Read a session that can be exported; ValueError or OSError with one sentence for another."""
    require_stances(files)
    run = as_run(files, read_stances(files.stances))
    if not len(run.stances["side"]):
        raise ValueError(
            f"{files.session} has no stances, so there is nothing to export; its samples can be "
            "had with --to bids"
        )
    if run.header.get("grade") == POOR:
        why = "; ".join(run.header.get("reasons", ())) or "see the report"
        raise ValueError(
            f"{files.session} is of grade D and its numbers are not exported ({why}); its samples "
            "can be had with --to bids"
        )
    return run


def as_run(files: SessionFiles, stored: StoredSession) -> Run:
    """Return a session as read from the store in plain arrays."""
    frame, started = stored.frame, stored.header.get("started_utc")
    return Run(
        athlete=files.athlete,
        session=files.session,
        started=datetime.fromisoformat(started).astimezone(UTC) if started else None,
        stances={name: frame[name].to_numpy() for name in frame.columns},
        columns={
            k: column
            for k, column in {"athlete": ATHLETE_COLUMN, **stance_columns()}.items()
            if k in frame.columns
        },
        curves=stored.curves,
        header=stored.header,
    )
