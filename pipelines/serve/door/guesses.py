"""Count wrong tokens, and let no address try many."""

from __future__ import annotations

import time
from collections import deque
from typing import Final

MOST_WRONG: Final = 10
WITHIN_S: Final = 60.0
MOST_ADDRESSES: Final = 1000
"""Of which wrong tokens are remembered, the latest."""
TOO_MANY: Final = "Too many wrong tokens from there; come again in a minute."


class Guesses:
    """When each address gave wrong tokens lately."""

    def __init__(self) -> None:
        self._wrong: dict[str, deque[float]] = {}

    def wrong(self, address: str) -> None:
        """Count a wrong token."""
        times = self._wrong.pop(address, None) or deque(maxlen=MOST_WRONG)
        times.append(time.monotonic())
        self._wrong[address] = times
        if len(self._wrong) > MOST_ADDRESSES:
            del self._wrong[next(iter(self._wrong))]

    def too_many(self, address: str) -> bool:
        """Say whether an address has to wait before it may try again."""
        times = self._wrong.get(address)
        if times is None or len(times) < MOST_WRONG:
            return False
        return time.monotonic() - times[0] < WITHIN_S
