"""How far a fetch is, and how long it will take, from the speed that was measured."""

from dataclasses import dataclass
from typing import Final

from pipelines.formatting import duration

EVERY_S: Final = 15.0


@dataclass
class Progress:
    """A log of `total_bytes`, 0 if not known, of which `before_bytes` were here at `began_s`.

    `later_bytes` are those of the pods that come after this one.
    """

    total_bytes: int
    later_bytes: int
    began_s: float
    before_bytes: int
    said_s: float

    def is_due(self, now_s: float) -> bool:
        """Return whether it is time to say something."""
        return now_s - self.said_s >= EVERY_S

    def words(self, here_bytes: int, now_s: float) -> str:
        """Return how far it is by now, and how long all pods will take from now on."""
        self.said_s = now_s
        here = f"{here_bytes / 1e6:.1f}"
        new_bytes = here_bytes - self.before_bytes
        if not self.total_bytes or new_bytes <= 0:
            return f"{here} MB are here"
        left_bytes = max(0, self.total_bytes - here_bytes) + self.later_bytes
        left = duration(left_bytes * (now_s - self.began_s) / new_bytes)
        return f"{here} of {self.total_bytes / 1e6:.1f} MB are here; all pods take {left} more"
