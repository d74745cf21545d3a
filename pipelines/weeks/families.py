"""Findings gathered: what belongs to one matter is said once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, TypeVar

from imu.baseline.expected import BETWEEN, CellSide


class Judged(Protocol):
    """One value that was judged: its family, its side, and whether it is named."""

    @property
    def metric(self) -> str:
        """What was measured."""
        ...

    @property
    def family(self) -> str:
        """What it is one matter with."""
        ...

    @property
    def side(self) -> CellSide:
        """The leg, or the difference of both."""
        ...

    @property
    def p_value(self) -> float:
        """Two-sided, against no change."""
        ...

    @property
    def named(self) -> bool:
        """Whether it is told from no change."""
        ...


One = TypeVar("One", bound=Judged)


def by_family(judged: Iterable[One]) -> dict[str, tuple[One, ...]]:
    """Return what is named, by family, surest first; in each, all of a leg before the next.

    The difference between the legs is left out where a leg of the same measure is named: it would
    claim the same change twice.
    """
    surest = sorted((one for one in judged if one.named), key=lambda one: one.p_value)
    legs = {one.metric for one in surest if one.side != BETWEEN}
    kept = [one for one in surest if one.side != BETWEEN or one.metric not in legs]
    cells = list(dict.fromkeys((one.metric, one.side) for one in kept))
    together = sorted(kept, key=lambda one: cells.index((one.metric, one.side)))
    return {
        of: tuple(one for one in together if one.family == of)
        for of in dict.fromkeys(one.family for one in kept)
    }
