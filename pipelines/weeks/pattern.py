"""The declared pattern over weeks: named where more than one measure of it goes its way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar

from imu.baseline.expected import BETWEEN, COMPENSATION, PATTERN, CellSide
from imu.baseline.verdict import SURE


class Sized(Protocol):
    """One value that was judged, with its size."""

    @property
    def metric(self) -> str:
        """What was measured."""
        ...

    @property
    def side(self) -> CellSide:
        """The leg, or the difference of both."""
        ...

    @property
    def size(self) -> float:
        """How far it moved."""
        ...

    @property
    def p_value(self) -> float:
        """Two-sided, against no change."""
        ...


One = TypeVar("One", bound=Sized)


def leg_of(pattern: Sized) -> CellSide:
    """Return the leg whose pattern grew."""
    return "left" if pattern.size > 0 else "right"


def members(answers: Sequence[One], pattern: One) -> list[One]:
    """Return which `answers` to the same question show the `pattern` on its leg: clear ones.

    Where none is clear, all that go its way make it together.
    """
    leg = leg_of(pattern)
    way = [
        one
        for one in answers
        if one.side == leg and one.size * COMPENSATION.get(one.metric, 0.0) > 0
    ]
    between = {one.metric: one.p_value for one in answers if one.side == BETWEEN}
    clear = [one for one in way if min(one.p_value, between.get(one.metric, 1.0)) <= SURE]
    return clear or way


def is_lone_pattern(one: One, answers: Sequence[One]) -> bool:
    """Return whether this is a pattern that one measure alone shows: that is named by itself."""
    return one.metric == PATTERN and len(members(answers, one)) < 2
