"""Where a store lies: in a folder, or on S3, from where jobs work on copies."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from pipelines.batch.on_disk import OnDisk
from pipelines.batch.on_s3 import OnS3
from pipelines.store.s3.bucket import Bucket, is_on_s3

if TYPE_CHECKING:
    import pandas as pd

    from pipelines.batch.lent import LentSession, Recorded


class Place(Protocol):
    """A store, wherever it lies."""

    def recorded(self, athletes: Sequence[str], since: date | None) -> list[Recorded]:
        """Return the sessions with a raw file, of all or some athletes, from a day on."""

    def known(self) -> pd.DataFrame:
        """Return the rows of the tables of sessions."""

    def lend_session(
        self, athlete: str, session: str, into: str
    ) -> AbstractContextManager[LentSession]:
        """Lend a session to be processed, or one of another store with the same samples."""

    def lend_athlete(self, athlete: str, *, whole: bool) -> AbstractContextManager[Path]:
        """Lend a store that holds the sessions of an athlete, all of them or what footers say.

        What is then made of the table of her sessions is where others find it.
        """


def place_of(store: str) -> Place:
    """Return the place of a store by its name."""
    return OnS3(Bucket(store)) if is_on_s3(store) else OnDisk(Path(store))
