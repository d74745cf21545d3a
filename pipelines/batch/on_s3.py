"""A store on S3: jobs work on copies of what they need, and put back what they made."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from pipelines.batch.lent import LentSession, Recorded
from pipelines.store.files import dictionary_path, files_named, session_files, sessions_path
from pipelines.store.layout import STORE_FILE
from pipelines.store.many_sessions.sessions import kept_rows
from pipelines.store.s3 import copies
from pipelines.store.s3.bucket import Bucket

if TYPE_CHECKING:
    import pandas as pd

TABLES: Final = ("stances", "curves", "bouts", "watch")


@dataclass(frozen=True)
class OnS3:
    """A store below an address; see `pipelines.batch.place.Place`."""

    bucket: Bucket

    def recorded(self, athletes: Sequence[str], since: date | None) -> list[Recorded]:
        """See `Place`; objects whose names are no sessions' are not among them."""
        found = []
        for name, size in self.bucket.sizes("raw").items():
            try:
                files = files_named(Path("store", name))
            except ValueError:
                continue
            wanted = not athletes or files.athlete in athletes
            if wanted and (since is None or date.fromisoformat(files.session[:10]) >= since):
                found.append(Recorded(files.athlete, files.session, max(1, size)))
        return found

    def known(self) -> pd.DataFrame:
        """See `Place`; as the tables were kept by whoever wrote last."""
        with TemporaryDirectory() as folder:
            root = Path(folder)
            names = [name for name in self.bucket.sizes("sessions") if name.endswith(".parquet")]
            copies.copy(self.bucket, names, root)
            return kept_rows(root)

    @contextmanager
    def lend_session(
        self,
        athlete: str,
        session: str,
        into: str,  # noqa: ARG002  (a batch refuses it)
    ) -> Iterator[LentSession]:
        """See `Place`; there is no other store to put it in."""
        with TemporaryDirectory() as folder:
            root = Path(folder)
            files = session_files(root, athlete, session)
            there = copies.tables_of(self.bucket, files)
            if "raw" not in there:
                raise FileNotFoundError(
                    f"there is no raw file of {session} in {self.bucket.address}"
                )
            copies.copy(self.bucket, [there[k] for k in copies.COMPUTED if k in there], root)
            copies.copy(self.bucket, copies.people_of(self.bucket, athlete), root)
            copies.copy_footer(self.bucket, there["raw"], root)
            made = [files.table(kind) for kind in copies.COMPUTED]
            yield LentSession(
                files,
                fetch_samples=lambda: copies.copy(self.bucket, [there["raw"]], root),
                hand_back=lambda: copies.put_back(self.bucket, made, root),
            )

    @contextmanager
    def lend_athlete(self, athlete: str, *, whole: bool) -> Iterator[Path]:
        """See `Place`."""
        with TemporaryDirectory() as folder:
            root = Path(folder)
            shared = [dictionary_path(root), root / STORE_FILE, sessions_path(root, athlete)]
            names = [path.relative_to(root).as_posix() for path in shared]
            copies.copy(self.bucket, self.bucket.there(names), root)
            copies.copy(self.bucket, copies.people_of(self.bucket, athlete), root)
            if whole:
                copies.copy(self.bucket, copies.names_of(self.bucket, athlete, TABLES), root)
            else:
                for name in copies.names_of(self.bucket, athlete, ["stances"]):
                    copies.copy_footer(self.bucket, name, root)
            before = {path: path.read_bytes() for path in shared if path.exists()}
            yield root
            changed = [p for p in shared if p.exists() and p.read_bytes() != before.get(p)]
            copies.put_back(self.bucket, changed, root)
