"""Parse dates that are written out, in ISO 8601 or in a format of the mapping's own."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from pipelines.sources.formats.date_forms import form_of, write_form
from pipelines.sources.mapping.time_source import ISO, WORDS
from pipelines.sources.quoting import shortened, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    import pyarrow as pa

FRACTION: Final = re.compile(r"[:.,]%f$")
WITHOUT_ZEROS: Final = 20
TWO_ZONES: Final = re.compile(
    r"\s*(?:(?:UTC|GMT)([+-]\d\d:?\d\d)|([+-]\d\d:?\d\d|Z)\[\w+(?:/\w+)*\])$"
)
"""An offset after UTC, or before the name of its zone, as of Java."""
ZONE: Final = re.compile(r"(?:Z|UTC|GMT|[+-]\d\d:?\d\d)\s*$")


@dataclass
class Dates:
    """The dates of column `name`; `zoned` says, once some are parsed, that they name their zone."""

    name: str
    form: str
    zoned: bool | None = field(default=None)

    def parsed(self, column: pa.Array, first_row: int) -> npt.NDArray[Any]:
        """Return the dates (n,), by UTC where they say their zone; ValueError names the row."""
        if self.form == WORDS:
            return words_of(column)
        return self.of_words(column.to_numpy(zero_copy_only=False), first_row)

    def of_words(self, words: npt.NDArray[Any], first_row: int = 1) -> npt.NDArray[np.datetime64]:
        """Return the same of words (n,), None where there is none."""
        import pandas as pd

        series = pd.Series(words, dtype="object")
        if self.form == ISO:  # which allows a comma before the fraction; pandas does not
            series = series.str.replace(",", ".", regex=False)
            if TWO_ZONES.search(str(next(iter(series.dropna()), ""))):
                series = series.str.replace(TWO_ZONES, r"\1\2", regex=True)
            series = series.str.replace(r"\s*(?:UTC|GMT)$", "Z", regex=True)
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
        if FRACTION.search(form):  # which some leave out where it is zero
            whole = pd.to_datetime(series, format=FRACTION.sub("", form), utc=True, errors="coerce")
            dates = dates.fillna(whole)
        _check_fractions(self.name, series)
        wrong = np.flatnonzero(dates.isna().to_numpy() & series.notna().to_numpy())
        if len(wrong):
            word = str(words[wrong[0]])
            cure = "correct the field"
            if form_of(word) != shown(self.form):
                cure = write_form(word, cure)
            raise ValueError(
                f"column {shown(self.name)} holds {shortened(word, 40)!r} in row "
                f"{first_row + int(wrong[0])}, which is no date in the form {shown(self.form)}; "
                f"{cure}"
            )
        return dates.dt.tz_localize(None).to_numpy().astype("datetime64[us]")

    def _may_name_a_zone(self) -> bool:
        return self.form == ISO or "%z" in self.form.lower()


def _check_fractions(name: str, words: pd.Series) -> None:
    """Raise ValueError for fractions of seconds without their leading zeros, as 5.7 for 5.007 s."""
    found = words.str.extract(r":\d\d:\d\d[.,:](\d{1,6})", expand=False).dropna()
    if not len(found) or found.str.len().nunique() < 2:
        return
    longer = found[found.str.len() > 1]
    if len(longer) < WITHOUT_ZEROS or longer.str.startswith("0").any():
        return
    if longer.str.endswith("0").any():
        raise ValueError(
            f"column {shown(name)} writes fractions of a second without their leading zeros, as "
            f"{shown(str(words.iloc[int(longer.index[0])]))}; export it with all digits"
        )


def words_of(column: pa.Array) -> npt.NDArray[Any]:
    """Return words (n,), of which each different one is held once; empty where there is none."""
    coded = column.fill_null("").dictionary_encode()
    words = coded.dictionary.to_numpy(zero_copy_only=False)
    return np.asarray(words[coded.indices.to_numpy()])


def as_dates(parts: Sequence[npt.NDArray[Any]]) -> npt.NDArray[Any]:
    """Join parts of a column."""
    if parts and parts[0].dtype.kind == "O":
        return np.concatenate(parts)
    return np.concatenate([*parts, np.empty(0, "datetime64[us]")])
