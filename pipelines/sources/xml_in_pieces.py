"""Feed an XML file to its reader piece by piece, within bounds.

Entities are what makes a small XML file a large one, and they can only be declared in a DOCTYPE,
which none of the formats read here has: a file with one is refused at that place. A tag that does
not end would be read anew for each piece.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final, Protocol
from xml.parsers.expat import ParserCreate

PIECE_BYTES: Final = 1 << 16
LONGEST_TAG_BYTES: Final = 1 << 19


class RefusedXmlError(ValueError):
    """XML that is not what the format has; the text says so in one sentence."""


class Reader(Protocol):
    """What takes the elements of a file, in order."""

    def start(self, name: str, attributes: dict[str, str], /) -> None:
        """Take the start of an element."""

    def end(self, name: str, /) -> None:
        """Take its end."""

    def text(self, words: str, /) -> None:
        """Take some of the text between."""


def feed(path: Path, reader: Reader, *, writer: str) -> None:
    """Read all of a file; `writer` is who would not write a DOCTYPE: ``no watch``.

    Raises RefusedXmlError, and ExpatError or LookupError for what is no XML; what the reader
    raises ends the reading.
    """

    def doctype(*_: object) -> None:
        raise RefusedXmlError(f"{path} has a DOCTYPE, which {writer} writes; export it again")

    parser = ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = doctype
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    fed = 0
    with path.open("rb") as file:
        while piece := file.read(PIECE_BYTES):
            parser.Parse(piece, False)  # noqa: FBT003  (expat takes no keywords)
            fed += len(piece)
            if fed - parser.CurrentByteIndex > LONGEST_TAG_BYTES:
                raise RefusedXmlError(f"{path} has a tag without an end; export it again")
    parser.Parse(b"", True)  # noqa: FBT003
