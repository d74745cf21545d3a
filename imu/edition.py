"""Edition of the algorithms: within one, the same samples give the same numbers."""

from collections.abc import Mapping
from typing import Any, Final

EDITION: Final = 5
"""Counted up with what stands under *Numbers that changed* in the changelog.

Every stored session carries it, so that sessions measured differently can be told apart.
"""
FIRST: Final = 1


def edition_of(parameters: Mapping[str, Any] | None) -> int:
    """Return the edition among the `parameters` of an analysis; absent means the first."""
    return int((parameters or {}).get("edition", FIRST))
