"""Two groups of one runner's runs held against each other, as `midstance compare` does."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Comparison:
    """Both groups in words, the families that differ with their sentences, and the rest."""

    first: str
    second: str
    different: tuple[tuple[str, tuple[str, ...]], ...]
    rest: tuple[str, ...]
    about: str
    cautions: tuple[str, ...]


def comparison(root: Path, athlete: str, first: str, second: str) -> Comparison:
    """Return what differs between two groups; ValueError where they cannot be compared."""
    from imu.baseline.expected import BETWEEN
    from pipelines.weeks.compare import compared
    from pipelines.weeks.families import by_family
    from pipelines.weeks.words import BETWEEN_SAID

    said = compared(root, athlete, first, second)
    found = by_family(said.differences)
    rest = [one.words for one in said.differences if not one.named and one.side != BETWEEN]
    return Comparison(
        said.first,
        said.second,
        tuple((family, tuple(one.words for one in of)) for family, of in found.items()),
        tuple(rest),
        f"{BETWEEN_SAID}.",
        said.cautions,
    )
