"""Parse dates that are written out, in ISO 8601 or in a format of the mapping's own."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from pipelines.sources.mapping.time_source import ISO
from pipelines.sources.quoting import shortened, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

ZONE: Final = re.compile(r"(?:Z|[+-]\d\d:?\d\d)\s*$")


@dataclass
class Dates:
    """The dates of column `name`; `zoned` says, once some are parsed, that they name their zone."""

    name: str
    form: str
    zoned: bool | None = field(default=None)

    def parsed(self, column: pa.Array, first_row: int) -> npt.NDArray[np.datetime64]:
        """Return the dates (n,), by UTC where they say their zone; ValueError names the row."""
        return self.of_words(column.to_numpy(zero_copy_only=False), first_row)

    def of_words(self, words: npt.NDArray[Any], first_row: int = 1) -> npt.NDArray[np.datetime64]:
        """Return the same of words (n,), None where there is none."""
        import pandas as pd

        series = pd.Series(words, dtype="object")
        known = series.dropna()
        if self.zoned is None and len(known):
            self.zoned = bool(ZONE.search(str(known.iloc[0]))) and self._may_name_a_zone()
        form = "ISO8601" if self.form == ISO else self.form
        try:
            dates = pd.to_datetime(series, format=form, utc=True, errors="coerce")
        except (ValueError, OverflowError, TypeError) as error:
            raise ValueError(
                f"column {shown(self.name)} cannot be read as dates ({shortened(str(error), 80)}); "
                "correct time_unit in the mapping"
            ) from None
        wrong = np.flatnonzero(dates.isna().to_numpy() & series.notna().to_numpy())
        if len(wrong):
            raise ValueError(
                f"column {shown(self.name)} holds {shortened(str(words[wrong[0]]), 40)!r} in row "
                f"{first_row + int(wrong[0])}, which is no date in the form {shown(self.form)}; "
                "correct time_unit in the mapping, or the field"
            )
        return dates.dt.tz_localize(None).to_numpy().astype("datetime64[us]")

    def _may_name_a_zone(self) -> bool:
        return self.form == ISO or "%z" in self.form.lower()


def as_dates(parts: Sequence[npt.NDArray[np.datetime64]]) -> npt.NDArray[np.datetime64]:
    """Join parts of a column."""
    return np.concatenate([*parts, np.empty(0, "datetime64[us]")])
