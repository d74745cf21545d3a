"""Read from the header of a raw file what its import doubted, in codes or, before them, words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from pipelines.sources.doubts import Doubt

IN_WORDS: Final[Mapping[str, Doubt]] = {
    "angular rate and acceleration do not fit each other": Doubt.TURNED,
    "acceleration may be off by": Doubt.ACC_SCALE,
    "gyr_scale is another than that of the shanks": Doubt.GYR_SCALE,
    "acceleration was smoothed before": Doubt.SMOOTHED,
    "samples seem to be missing at regular places": Doubt.LOST_REGULARLY,
    "the movement goes on there as if nothing was lost": Doubt.CLOCK_SET,
}
"""Parts of the sentences that raw files held before they held codes: these stay as they were."""


def stored_doubts(known: Mapping[str, Any]) -> Sequence[str]:
    """Return the codes of the doubts of a session and of all of its pods."""
    if known.get("doubts") is None:
        return _in_words(known)
    return [*known["doubts"], *(one for pod in known["pods"].values() for one in pod["doubts"])]


def _in_words(known: Mapping[str, Any]) -> Sequence[Doubt]:
    notes = [*known["notes"], *(note for pod in known["pods"].values() for note in pod["notes"])]
    return [doubt for note in notes for words, doubt in IN_WORDS.items() if words in note]
