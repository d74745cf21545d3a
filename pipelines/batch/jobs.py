"""The jobs of a batch, and what each came to: small records that go to a worker and back."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Final, Literal

from imu.edition import EDITION
from pipelines.batch.place import place_of
from pipelines.batch.reports import make_report
from pipelines.errors import in_words
from pipelines.process.done_before import is_done
from pipelines.process.session import process_raw
from pipelines.store.layout import mark_layout
from pipelines.store.many_sessions.sessions import keep_fresh
from pipelines.store.upkeep.leftovers import remove_leftovers

Kind = Literal["done", "skipped", "failed"]
OTHER_EDITION: Final = (
    "its worker computes edition {}, and this machine edition {}; install the same midstance there"
)


@dataclass(frozen=True)
class Outcome:
    """What a job came to: `trouble` is the sentence of one that failed, else empty.

    `note` is what is worth knowing of one that did not. `running_s` is how much running was found,
    `took_s` how long it took its worker.
    """

    athlete: str
    session: str
    kind: Kind
    trouble: str = ""
    note: str = ""
    stances: int = 0
    running_s: float = 0.0
    took_s: float = 0.0


@dataclass(frozen=True)
class Job:
    """Something to be done about one athlete or session of a store, alone.

    `store` is a folder as its workers know it, or an address on S3; `size` is how much of the
    whole batch it is, in bytes of raw samples.
    """

    store: str
    athlete: str
    session: str = ""
    size: int = 1
    edition: int = EDITION

    def do(self) -> Outcome:
        """Do it; OSError or ValueError with one sentence where that cannot be."""
        raise NotImplementedError


@dataclass(frozen=True)
class Process(Job):
    """Find the stances of a session, unless that is done; `again`: also where it is.

    With `into`, another folder, all of it is left as it is, and the session is processed there.
    """

    into: str = ""
    again: bool = False

    def do(self) -> Outcome:
        """Do it; see `Job`."""
        with place_of(self.store).lend_session(self.athlete, self.session, self.into) as lent:
            if is_done(lent.files) and not self.again:
                remove_leftovers(lent.files)
                return Outcome(self.athlete, self.session, "skipped")
            lent.fetch_samples()
            found = process_raw(lent.files.raw)
            remove_leftovers(lent.files)
            lent.hand_back()
        return Outcome(
            self.athlete,
            self.session,
            "done",
            note=found.blocking_problem,
            stances=found.stances,
            running_s=found.running_s,
        )


@dataclass(frozen=True)
class Tabulate(Job):
    """Let the table of an athlete's sessions say what there is by now."""

    def do(self) -> Outcome:
        """Do it; see `Job`."""
        with place_of(self.store).lend_athlete(self.athlete, whole=False) as root:
            mark_layout(root)
            for _, trouble in keep_fresh(root, [self.athlete]):
                raise OSError(trouble)
        return Outcome(self.athlete, "", "done")


@dataclass(frozen=True)
class MakeReport(Job):
    """Write the report of a session into a folder, unless it is there and nothing has changed."""

    folder: str = ""

    def do(self) -> Outcome:
        """Do it; see `Job`."""
        with place_of(self.store).lend_athlete(self.athlete, whole=True) as root:
            made = make_report(root, self.athlete, self.session, Path(self.folder))
        return Outcome(self.athlete, self.session, "done" if made else "skipped")


def do(job: Job) -> Outcome:
    """Do a job in a worker; whatever goes wrong is its outcome, and stops no other."""
    began = perf_counter()
    try:
        if job.edition != EDITION:
            raise ValueError(OTHER_EDITION.format(EDITION, job.edition))
        outcome = job.do()
    except (OSError, ValueError) as error:
        outcome = failed(job, in_words(error))
    except Exception as error:  # a bug that one session shows must not stop the others
        outcome = failed(
            job, f"midstance failed at it ({type(error).__name__}: {error}); report it"
        )
    return Outcome(**{**vars(outcome), "took_s": round(perf_counter() - began, 3)})


def failed(job: Job, trouble: str) -> Outcome:
    """Return the outcome of a job that failed."""
    return Outcome(job.athlete, job.session, "failed", trouble=trouble)
