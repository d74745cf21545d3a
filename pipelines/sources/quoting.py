"""Quote foreign words in our sentences: on one line, and short enough to read."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pipelines.escape import escaped


def shortened(text: str, longest: int = 400) -> str:
    """Return `text` on one line, cut where a sentence could no longer be read."""
    return escaped(text if len(text) <= longest else f"{text[:longest]} …")


def shown(value: Any) -> str:
    """Return a value as it would be written, on one line and not too long."""
    return shortened(repr(value), 60)


def listed(names: Iterable[str]) -> str:
    """Return names as a list to choose from."""
    return shortened(", ".join(names))


def first_line(error: Exception) -> str:
    """Return what another library said of its trouble, as part of a sentence."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return shortened(lines[0].rstrip("."))


@contextmanager
def reading(path: Path, kind: str) -> Iterator[None]:
    """Around another library that reads a file: whatever it raises is the file's fault.

    Bytes that were not written by that library can raise anything in it (KeyError, TypeError,
    RecursionError, tokenize.TokenError ...), so no list of errors would be complete.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # they say how to write such files, not to read them
            yield
    except MemoryError:
        raise OSError(
            f"{path} needs more memory than there is; cut it into shorter runs, or export it again"
        ) from None
    except Exception as error:
        raise OSError(
            f"{path} is damaged or no {kind} file ({first_line(error)}); export it again"
        ) from None
