"""How sure a change is, where one word must do; and what is said of who never ran."""

from collections.abc import Mapping
from typing import Final

SURE: Final[Mapping[str, str]] = {
    "firm": "firm",
    "seen once": "seen once",
    "weeks": "over weeks more than chance",
}
NEVER_RUN: Final = "No run yet."
