"""Put together what a pod keeps on board from the pieces in which it is fetched."""

from collections.abc import Mapping


def joined(pieces: Mapping[int, bytes]) -> bytes:
    """Return a recording from its beginning, as far as its pieces, by offset, leave no hole."""
    content = bytearray()
    for offset in sorted(pieces):
        if offset > len(content):
            break
        content += pieces[offset][len(content) - offset :]
    return bytes(content)
