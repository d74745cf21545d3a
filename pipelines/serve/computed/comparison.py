"""Two groups of one runner's runs held against each other, as `midstance compare` does."""

from __future__ import annotations

from pathlib import Path

from imu.baseline.expected import BETWEEN
from pipelines.serve.computed.records import Comparison
from pipelines.weeks.compare import compared
from pipelines.weeks.families import by_family
from pipelines.weeks.words import how_to_read


def made(root: Path, athlete: str, first: str, second: str) -> Comparison:
    """Return what differs between two groups; ValueError where they cannot be compared."""
    said = compared(root, athlete, first, second)
    found = by_family(said.differences)
    rest = [one.words for one in said.differences if not one.named and one.side != BETWEEN]
    return Comparison(
        said.first,
        said.second,
        tuple((family, tuple(one.words for one in of)) for family, of in found.items()),
        tuple(rest),
        " ".join(how_to_read(one.metric for one in said.differences if one.named)),
        said.cautions,
    )
