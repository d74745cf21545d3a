"""What the stores of one server are called, in words and in addresses."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PLAIN: Final = re.compile(r"[^a-z0-9]+")
LONGEST: Final = 40


@dataclass(frozen=True)
class Named:
    """A store, what a page calls it, and its part of an address; no two have the same."""

    root: Path
    label: str
    name: str


def named(roots: Sequence[Path]) -> list[Named]:
    """Return stores with their names; ValueError for one that is given twice.

    One is called as its folder; where several folders have that name, with the one around it.
    """
    twice = [root for root, count in Counter(root.resolve() for root in roots).items() if count > 1]
    if twice:
        raise ValueError(f"{twice[0]} is named twice; name each store once")
    labels = [_label(root.resolve(), [one.resolve() for one in roots]) for root in roots]
    names: list[str] = []
    for label in labels:
        names.append(_free(_plain(label), names))
    return [Named(*of) for of in zip(roots, labels, names, strict=True)]


def _label(root: Path, roots: Sequence[Path]) -> str:
    """Return the shortest end of a path that no other of them ends with."""
    for count in range(1, len(root.parts)):
        end = root.parts[-count:]
        if sum(other.parts[-count:] == end for other in roots) == 1:
            return "/".join(end)
    return str(root)


def _plain(label: str) -> str:
    """Return a label in letters and digits that no address has to spell otherwise."""
    known = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().lower()
    return PLAIN.sub("-", known).strip("-")[-LONGEST:].strip("-") or "store"


def _free(name: str, taken: Sequence[str]) -> str:
    numbered = (f"{name}-{number}" for number in range(2, len(taken) + 3))
    return next(one for one in (name, *numbered) if one not in taken)
