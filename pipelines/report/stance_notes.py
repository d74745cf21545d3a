"""Count the quality reasons of single stances and put them in a runner's words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from imu.quality.stance_reasons import IMPLAUSIBLE, REASONS, parts, reason_of
from imu.sensors import column
from pipelines.formatting import plural

SHOWN: Final = 4
IN_OTHER_WORDS: Final = {
    "end_of_bout": "the end of a stretch of running",
    "other_leg_not_seen": "the next step of the other leg was not seen",
    IMPLAUSIBLE: "a value that no running stance has was left out",
    column("shank accelerometer"): "shank accelerometer beyond what it can read",
    column("shank gyroscope"): "shank gyroscope beyond what it can read",
    column("swing gyroscope"): "shank gyroscope beyond what it can read in the swing",
    column("pelvis accelerometer"): "pelvis accelerometer beyond what it can read",
    column("pelvis gyroscope"): "pelvis gyroscope beyond what it can read",
    "pelvis_clipped_in_swing": "pelvis accelerometer beyond what it can read before the next "
    "contact of this foot",
}
"""Reason -> words, where those of `REASONS` are not a runner's."""


def counted(quality: Iterable[str]) -> dict[str, int]:
    """Return remark -> number of stances, most frequent first, from their words of quality.

    Stance files hold reasons as text alone; `reason_of` finds them in it by the table of `REASONS`.
    """
    counts: Counter[str] = Counter()
    for text, stances in Counter(quality).items():
        for remark in dict.fromkeys(map(_plain, parts(text))):
            counts[remark] += stances
    return dict(counts.most_common())


def _plain(part: str) -> str:
    """Return a stored reason in a runner's words; as it is where no table has it."""
    reason = reason_of(part)
    return IN_OTHER_WORDS.get(reason) or REASONS.get(reason, part)


def sentence(stances: int, remarks: int, counts: Mapping[str, int]) -> str:
    """Say how many stances carry a remark, what that means, and which are frequent."""
    if not remarks:
        return ""
    most = [f"{remark} ({count})" for remark, count in list(counts.items())[:SHOWN]]
    which = f" Most often: {'; '.join(most)}." if most else ""
    return (
        f"{remarks} of {plural(stances, 'stance')} with a remark: something there is missing or "
        f"in doubt. What is missing is left out, the rest counts.{which}"
    )
