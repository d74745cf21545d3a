"""The rows of the roster: where each runner stands, in the order in which they want a look."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path

from pipelines.report.standing import KINDS, Standing
from pipelines.serve.words import ROSTER
from pipelines.store.files import SUFFIXES, table_folder


@dataclass(frozen=True, slots=True)
class Row:
    """One runner; `made` is False while only names of files have been looked at.

    Where runners of several stores stand side by side, `store` says of which she is, and her pages
    are below `base`.
    """

    stands: Standing
    made: bool = True
    store: str = ""
    base: str = ""

    @property
    def athlete(self) -> str:
        """Whose row it is."""
        return self.stands.athlete

    @property
    def day(self) -> str:
        """The day of the last run in ISO form, empty without one."""
        return self.stands.day


@dataclass(frozen=True, slots=True)
class Group:
    """Runners of one kind, with what it means."""

    kind: str
    title: str
    about: str
    rows: tuple[Row, ...]


def last_seen(root: Path, athlete: str) -> Row:
    """Return what names of files alone say of an athlete: when she last ran, and how often."""
    suffix = SUFFIXES["stances"]
    try:
        names = os.listdir(table_folder(root, "stances", athlete))  # noqa: PTH208  (many of them)
    except OSError:
        names = []
    runs = sorted(name for name in names if name.endswith(suffix) and name[0] != ".")
    day = runs[-1][:10] if runs else ""
    said = Standing(athlete, "no run", ROSTER["not_yet"], day=day, runs=len(runs))
    return Row(said, made=False)


def failed(of: Row, why: str) -> Row:
    """Return the row of an athlete of whom nothing can be read, with the reason."""
    return Row(replace(of.stands, headline=f"Nothing can be said: {why}."))


def groups(rows: Iterable[Row]) -> list[Group]:
    """Return the rows by kind, what wants a look first; those not made yet come last."""

    def order(row: Row) -> tuple[int, float, str, str]:
        return _place(row), row.stands.rank, row.athlete, row.store

    by_kind = groupby(sorted(rows, key=order), _place)
    return [_group(place, tuple(of_kind)) for place, of_kind in by_kind]


def _group(place: int, rows: tuple[Row, ...]) -> Group:
    kind = KINDS[place] if place < len(KINDS) else "not yet"
    title, about = ROSTER["groups"][kind]
    return Group(kind, title, about, rows)


def _place(row: Row) -> int:
    return KINDS.index(row.stands.kind) if row.made else len(KINDS)
