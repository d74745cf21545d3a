"""What the stores of one server are called, in words and in addresses."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

PLAIN: Final = re.compile(r"[^a-z0-9]+")
LONGEST: Final = 40
NO_ADDRESS: Final[Mapping[Path, str]] = MappingProxyType({})


@dataclass(frozen=True)
class Named:
    """A store, what a page calls it, and its part of an address; no two have the same."""

    root: Path
    label: str
    name: str


def named(roots: Sequence[Path], addresses: Mapping[Path, str] = NO_ADDRESS) -> list[Named]:
    """Return stores with their names; ValueError for one that is given twice.

    One is called as its folder, or as the end of its address; where several have that name, with
    what stands before it.
    """
    twice = [root for root, count in Counter(root.resolve() for root in roots).items() if count > 1]
    if twice:
        raise ValueError(
            f"{addresses.get(twice[0], twice[0])} is named twice; name each store once"
        )
    places = [_parts(root, addresses) for root in roots]
    labels = [_label(place, places) for place in places]
    names: list[str] = []
    for label in labels:
        names.append(_free(_plain(label), names))
    return [Named(*of) for of in zip(roots, labels, names, strict=True)]


def _parts(root: Path, addresses: Mapping[Path, str]) -> tuple[str, ...]:
    if (address := addresses.get(root)) is not None:
        return tuple(filter(None, address.split("/")))
    return root.resolve().parts


def _label(place: tuple[str, ...], places: Sequence[tuple[str, ...]]) -> str:
    """Return the shortest end of a place that no other of them ends with."""
    for count in range(1, len(place)):
        end = place[-count:]
        if sum(other[-count:] == end for other in places) == 1:
            return "/".join(end)
    return "/".join(place)


def _plain(label: str) -> str:
    """Return a label in letters and digits that no address has to spell otherwise."""
    known = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().lower()
    return PLAIN.sub("-", known).strip("-")[-LONGEST:].strip("-") or "store"


def _free(name: str, taken: Sequence[str]) -> str:
    numbered = (f"{name}-{number}" for number in range(2, len(taken) + 3))
    return next(one for one in (name, *numbered) if one not in taken)
