"""Set figures as they are now beside those of an earlier state, kept as text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipelines.validate.results import Table, Validity


@dataclass(frozen=True)
class Before:
    """Figures of an earlier state: `figures` maps on, then the plain name, to the value as shown.

    A name is plain without the brackets that say in which cell or run the worst was found.
    """

    title: str
    about: str
    column: str
    figures: Mapping[str, Mapping[str, str]]

    def changed(self, validity: Validity) -> Table:
        """Return the figures before and now, with what is asked and the verdict now."""
        rows = [
            (one.on, one.name, before[plain(one.name)], one.shown, one.demanded, one.verdict)
            for one in validity.figures
            if plain(one.name) in (before := self.figures.get(one.on, {}))
        ]
        columns = ("on", "figure", self.column, "now", "asked", "")
        return Table(self.title, self.about, columns, tuple(rows))


def plain(name: str) -> str:
    """Return the name of a figure without what stands in brackets at its end."""
    return name.split(" (", 1)[0]
