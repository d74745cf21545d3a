"""Sentences of the product as a page says them: without places on this machine, with links."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from markupsafe import Markup, escape

from pipelines.errors import in_words

BEGINNING: Final = 300
END: Final = 200
COMMAND: Final = re.compile(
    r"midstance (note|trend|reference|compare|swap|include)(?: SESSION \w+ \w+)?\b"
)


def of_error(error: Exception, root: Path) -> str:
    """Return what happened as one sentence of bounded length.

    Where the store lies is nobody's matter: its files are named from its folder on.
    """
    return without_place(in_words(error), root)


def without_place(words: str, root: Path) -> str:
    """Return a sentence without where the store lies."""
    return bounded(words.replace(f"{root}/", "").replace(str(root), root.name))


def sentence(words: str) -> str:
    """Return words as a sentence; the name of a file or of a runner-01 keeps its small letter."""
    if words.partition(" ")[0].isalpha():
        words = f"{words[:1].upper()}{words[1:]}"
    return words if words.endswith((".", "!", "?")) else f"{words}."


def bounded(words: str) -> str:
    """Return the beginning and the end of a sentence that quotes something very long."""
    return words if len(words) <= BEGINNING + END else f"{words[:BEGINNING]} … {words[-END:]}"


def linked(words: str, athlete: str, session: str, base: str = "") -> Markup:
    """Return a sentence in which each command that a page does as well leads to that page."""
    here = f"{base}/athletes/{athlete}"
    to = {
        "note": (f"{here}/runs/{session}#note", "what you know of this run"),
        "trend": (f"{here}#weeks", "the section over weeks"),
        "reference": (f"{here}#reference", "what is usual for her"),
        "compare": (f"{here}#compared", "two groups of her runs"),
        "include": (f"{here}/runs/{session}#usual", "the form on its page"),
        "swap": (f"{here}/runs/{session}#mend", "the form under Mend it"),
    }

    def link(found: re.Match[str]) -> str:
        where, name = to[found[1]]
        return f'<a href="{escape(where)}">{escape(name)}</a>'

    return Markup(COMMAND.sub(link, str(escape(words))))
