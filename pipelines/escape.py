"""Escape unprintable characters of foreign text, so that no terminal or page interprets them."""

from unicodedata import category


def escaped(text: str) -> str:
    r"""Return one line of text as it may be shown: what does not print is spelled, like ``\x1b``.

    Names, notes and messages come from pods, files and other people; a terminal would obey an
    escape sequence in them, and turn its text round at an override of direction.
    """
    return text if text.isprintable() else "".join(map(_shown, text))


def _shown(character: str) -> str:
    if character.isprintable() or category(character) == "Zs":
        return character
    return character.encode("unicode_escape").decode()
