"""Capture2Go, recordings in the pod: packages that begin, list and fetch them."""

from struct import Struct
from typing import Final

from firmware_protocols.capture2go.packages import text, unpack
from firmware_protocols.protocol import DecodeError

_RECORDING: Final = Struct("<q?65s")
_COUNT: Final = Struct("<H")
_FILE: Final = Struct("<H65sI")
_SPAN: Final = Struct("<65sII")
_SIZE: Final = Struct("<65sI")
_NAME: Final = Struct("<65s")
_OFFSET: Final = Struct("<I")
LONGEST_NAME: Final = 64
MOST_BYTES: Final = 232  # of a file in one package


def encode_recording(name: str) -> bytes:
    """Encode SET_RECORDING: a recording without a planned end; or the answer to it."""
    return _RECORDING.pack(0, 0, encode_name(name))


def decode_recording(payload: bytes) -> str:
    """Decode the name in SET_RECORDING or the answer to it."""
    return text(unpack(_RECORDING, payload, "recording")[2])


def encode_name(name: str) -> bytes:
    """Encode the name of a file, padded; ValueError for one that is empty or too long."""
    encoded = name.encode()
    if not encoded or len(encoded) > LONGEST_NAME:
        raise ValueError(f"a recording cannot be called {name!r}; use 1 to {LONGEST_NAME} letters")
    return _NAME.pack(encoded)


def decode_name(payload: bytes) -> str:
    """Decode the name of a file."""
    return text(unpack(_NAME, payload, "name")[0])


def encode_count(count: int) -> bytes:
    """Encode FILE_COUNT."""
    return _COUNT.pack(count)


def decode_count(payload: bytes) -> int:
    """Decode FILE_COUNT."""
    return int(unpack(_COUNT, payload, "count of files")[0])


def encode_file(index: int, name: str, size_bytes: int) -> bytes:
    """Encode FILE, one entry of the list."""
    return _FILE.pack(index, encode_name(name), size_bytes)


def decode_file(payload: bytes) -> tuple[int, str, int]:
    """Decode FILE: place in the list, name, size in bytes."""
    index, name, size_bytes = unpack(_FILE, payload, "file")
    return index, text(name), size_bytes


def encode_span(name: str, start: int, stop: int = 0) -> bytes:
    """Encode GET_BYTES: of which file, from and before which byte; 0: to the end."""
    return _SPAN.pack(encode_name(name), start, stop)


def decode_span(payload: bytes) -> tuple[str, int, int]:
    """Decode GET_BYTES."""
    name, start, stop = unpack(_SPAN, payload, "span of a file")
    return text(name), start, stop


def encode_size(name: str, size_bytes: int) -> bytes:
    """Encode SIZE."""
    return _SIZE.pack(encode_name(name), size_bytes)


def decode_size(payload: bytes) -> tuple[str, int]:
    """Decode SIZE."""
    name, size_bytes = unpack(_SIZE, payload, "size of a file")
    return text(name), size_bytes


def encode_bytes(offset: int, content: bytes) -> bytes:
    """Encode BYTES, a piece of a file."""
    return _OFFSET.pack(offset) + content


def decode_bytes(payload: bytes) -> tuple[int, bytes]:
    """Decode BYTES: where the piece begins, and the piece."""
    if len(payload) <= _OFFSET.size:
        raise DecodeError("piece of a file without content", payload)
    return _OFFSET.unpack_from(payload)[0], payload[_OFFSET.size :]
