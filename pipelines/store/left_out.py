"""Report the files of a store that could not be used and were left out."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import pandas as pd

LEFT_OUT: Final = "left_out"


class LeftOutWarning(UserWarning):
    """A file or folder in a store that could not be used; the text names it and says why."""


def report_left_out(frame: pd.DataFrame, sentences: Iterable[str]) -> pd.DataFrame:
    """Return `frame` with the sentences in ``attrs["left_out"]``, each also given as a warning."""
    frame.attrs[LEFT_OUT] = list(dict.fromkeys(sentences))
    warn_left_out(frame.attrs[LEFT_OUT])
    return frame


def warn_left_out(sentences: Iterable[str]) -> None:
    """Give each sentence as a `LeftOutWarning` to whoever asked for what is in the store."""
    for sentence in sentences:
        warnings.warn(f"left out: {sentence}", LeftOutWarning, stacklevel=4)
