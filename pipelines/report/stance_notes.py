"""Count the quality notes of single stances and put them in a runner's words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from pipelines.report.formatting import plural

SHOWN: Final = 4
IN_OTHER_WORDS: Final = (
    (r"^end of bout$", "the end of a stretch of running"),
    (r"^other leg not seen next$", "the next step of the other leg was not seen"),
    (r"^\w+ \S+ implausible, .*", "a value that no running stance has was left out"),
    (r"^no standing, so no tilt$", "no quiet standing, so no tilt"),
    (r" clipped\b", " beyond what it can read"),
)


def counted(quality: Iterable[str]) -> dict[str, int]:
    """Return remark -> number of stances, most frequent first, from their words of quality."""
    counts: Counter[str] = Counter()
    for words, stances in Counter(quality).items():
        for remark in {_plain(part) for part in words.split("; ") if part}:
            counts[remark] += stances
    return dict(counts.most_common())


def _plain(remark: str) -> str:
    for pattern, words in IN_OTHER_WORDS:
        remark = re.sub(pattern, words, remark)
    return remark


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
