"""Escape unprintable characters of foreign text, so that no terminal or page interprets them."""

from typing import Any
from unicodedata import category


def escaped(text: str) -> str:
    r"""Return one line of text as it may be shown: what does not print is spelled, like ``\x1b``.

    Names, notes and messages come from pods, files and other people; a terminal would obey an
    escape sequence in them, and turn its text round at an override of direction.
    """
    return text if text.isprintable() else "".join(map(_shown, text))


def escaped_text(value: Any) -> Any:
    """Spell what does not print in a text; lines stay, and what is no plain text does."""
    if type(value) is not str:  # a drawing of ours is a type of its own
        return value
    return "\n".join(map(escaped, value.split("\n")))


def _shown(character: str) -> str:
    if character.isprintable() or category(character) == "Zs":
        return character
    return character.encode("unicode_escape").decode()
