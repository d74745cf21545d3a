"""What an import can find doubtful, as codes: each takes a letter off the session's grade.

The sentences on them are for people and may be reworded; stored files are graded by these codes.
"""

from collections.abc import Collection, Iterable
from enum import StrEnum
from typing import Final, NamedTuple


class Doubt(StrEnum):
    """One kind of doubt; its value is how raw files spell it."""

    TURNED = "turned"
    """Angular rate and acceleration do not fit each other, and nothing explains it."""
    ACC_SCALE = "acc_scale"
    """Quiet standing reads a little more or less than gravity."""
    GYR_SCALE = "gyr_scale"
    """The gyroscopes of shanks are scaled, and that of this pelvis is not so."""
    SMOOTHED = "smoothed"
    """A sensor was filtered or averaged before it was exported."""
    LOST_REGULARLY = "lost_regularly"
    """Samples seem to be missing at regular places, so that all times are too short."""
    CLOCK_SET = "clock_set"
    """Its clock jumps where the movement goes on as if nothing was lost."""
    ACC_UNITS = "acc_units"
    """Accelerometers of one recording differ in scale by little, as mg and cm/s² do."""
    STEPS = "steps"
    """A sensor is written in steps that are so large that angles suffer."""
    NOT_MEASURED = "not_measured"
    """An axis was not measured and stands as a number."""
    OTHER_DAY = "other_day"
    """The run may have been on another day, or at another hour."""


class Note(NamedTuple):
    """A sentence for people, and the `doubt` that it tells of, None for what is only assumed."""

    words: str
    doubt: Doubt | None = None


def doubts_in(notes: Iterable[Note]) -> tuple[Doubt, ...]:
    """Return the doubts that some notes tell of, in order, each as often as it is told."""
    return tuple(note.doubt for note in notes if note.doubt is not None)


EACH: Final = frozenset({Doubt.TURNED, Doubt.ACC_SCALE})
"""Doubts that count once for each pod; of the others several pods are doubted for one reason."""


def letters_off(doubts: Collection[str]) -> int:
    """Return how many letters the doubts of a session and all of its pods take off the grade."""
    each = sum(doubt in EACH for doubt in doubts)
    return each + len(set(doubts) - EACH)
