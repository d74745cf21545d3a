"""Where a runner stands after her last run, told from the table of her sessions alone.

No file of a session is opened, so that a whole team is told in seconds. It is what the report of
her last run says, by the same code, without what only its stances tell: how it went from its first
third to its last.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["changed", "seen once", "poor", "other", "building", "usual", "no run"]
KINDS: Final[tuple[Kind, ...]] = (
    "changed",
    "seen once",
    "poor",
    "other",
    "building",
    "usual",
    "no run",
)
"""In the order in which they want a look."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one runner stands: the `kind` of it, and what her last run and her weeks say.

    `headline` is the first sentence of the report of `session`, her last run, `weeks` what changed
    over weeks. `legs`, `since` and `sure` say of a change on which leg, since when and how sure;
    empty without one. `day` is ISO. `rank` sorts runners of one kind, the surest change first.
    """

    athlete: str
    kind: Kind
    headline: str
    weeks: str = ""
    legs: str = ""
    since: str = ""
    sure: str = ""
    next_step: str = ""
    caution: str = ""
    session: str = ""
    day: str = ""
    grade: str = ""
    runs: int = 0
    rank: float = 1.0
