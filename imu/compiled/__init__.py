"""Loops over samples that numba compiles: the extra `fast`.

The rule "no Python loop over samples" is about the interpreter, which takes a microsecond a turn.
These loops never run in it: each is one recursion (a filter, a product of quaternions) that arrays
cannot express without passing over memory many times, written out once for the compiler. Each has
its counterpart in numpy, scipy or vqf elsewhere in `imu`, which is the reference, and is used where
numba is not installed, or where a recording is so short that loading numba would take longer.
Nothing but this folder imports numba, and nothing imports its modules before numba is known to be
there. Array expressions and slices are left out of them: they take seconds to compile.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from typing import Final

LEAST_SAMPLES: Final = 100_000
"""Of one pod: eight minutes at 200 Hz. Loading numba takes as long as is then saved."""
PIECES: Final = 8
"""Of a channel, that are filtered side by side."""

_forced: list[bool] = []


def usable(samples: int) -> bool:
    """Return whether compiled loops are to be used on a recording of so many samples."""
    if _forced:
        return _forced[-1]
    return samples >= LEAST_SAMPLES and _installed()


@contextmanager
def forced(*, use: bool) -> Iterator[None]:
    """Use compiled loops, or do not, whatever the length, while the context lasts (one thread)."""
    _forced.append(use)
    try:
        yield
    finally:
        _forced.pop()


@cache
def _installed() -> bool:
    return find_spec("numba") is not None
