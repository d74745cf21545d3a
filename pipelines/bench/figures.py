"""What a benchmark found: figures beside what is asked of them, stages, and memory."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One figure, in `unit`, and the greatest or (`at_least`) least value asked for, if any."""

    name: str
    value: float
    unit: str
    asked: float | None = None
    at_least: bool = False

    @property
    def verdict(self) -> str:
        """``reached``, ``short``, or empty where nothing is asked."""
        if self.asked is None:
            return ""
        good = self.value >= self.asked if self.at_least else self.value <= self.asked
        return "reached" if good else "short"


@dataclass(frozen=True)
class Bench:
    """All figures of one run: what must be reached, hours of data per second, memory, others.

    `hours` is the length of the recording timed, `about` says with what and on what.
    """

    hours: float
    about: tuple[str, ...]
    asked: tuple[Figure, ...]
    stages: tuple[Figure, ...]
    memory: tuple[Figure, ...]
    peers: tuple[Figure, ...]

    @property
    def short(self) -> int:
        """How many figures fall short of what is asked."""
        return sum(one.verdict == "short" for one in self.asked)

    def tables(self) -> dict[str, tuple[Figure, ...]]:
        """Return the figures under a heading each."""
        return {
            "What must be reached": self.asked,
            "Hours of three pods per second and core": self.stages,
            "Greatest memory of a process": self.memory,
            "Others on the same three pods": self.peers,
        }
