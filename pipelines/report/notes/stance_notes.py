"""Count the quality reasons of single stances and put them in a runner's words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from imu.quality.stance_reasons import REASONS, parts, reason_of
from pipelines.formatting import plural
from pipelines.report.words.stance_reasons import IN_OTHER_WORDS

SHOWN: Final = 4


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
