"""One thing that was looked at: how it is, and what cures it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

State = Literal["ok", "note", "wrong"]


@dataclass(frozen=True)
class Condition:
    """How one thing is: `words` say it, `cure` is a command or what a person can do, "" for none.

    ``note`` is worth knowing, ``wrong`` keeps a run from being recorded.
    """

    what: str
    state: State
    words: str
    cure: str = ""

    @property
    def line(self) -> str:
        """All of it in one line."""
        cure = f"; {self.cure}" if self.cure else ""
        return f"{self.state:<5}  {self.what:<10}  {self.words}{cure}"


def as_record(condition: Condition) -> dict[str, Any]:
    """Return a condition for machines."""
    return asdict(condition)
