"""MetaWear over USB: the same messages on the serial port of a MetaMotionS, each in a frame.

A frame is a start byte, the length, the message, a stop byte. Nothing is escaped and there is no
checksum: only the length says where a frame ends. One question is put without a frame, for the
strings that are read one by one over the air.

Source: the maker's specification of its USB transport (mbientlab/MetaWear-API @02c37b8).
"""

from dataclasses import dataclass, field
from typing import Final

from firmware_protocols.metawear.gatt import Channel
from firmware_protocols.protocol import DecodeError

BAUD: Final = 1_000_000
VENDOR, PRODUCT = 0x1915, 0xD978
START, STOP = 0x1F, 0x0A
MOST_BYTES: Final = 255
WHO: Final = b"?\n"
"""The question for the strings, answered by one line of six words."""
_WORDS: Final = 6
_PLACE: Final = {Channel.MODEL: 2, Channel.FIRMWARE: 4, Channel.SERIAL: 5}
LONGEST_LINE: Final = 256


def encode_frame(message: bytes) -> bytes:
    """Encode a message of 1 to 255 bytes; DecodeError for others, of which there are none."""
    if not 0 < len(message) <= MOST_BYTES:
        raise DecodeError("no message has so many bytes", message)
    return bytes([START, len(message)]) + message + bytes([STOP])


@dataclass(eq=False)
class FrameAssembler:
    """Put the messages of a serial port together. `damaged` counts frames that did not end."""

    damaged: int = 0
    _held: bytearray = field(default_factory=bytearray)

    def feed(self, received: bytes) -> list[bytes]:
        """Return the messages that are whole with these bytes.

        What is outside of frames is passed over. Where a frame does not end as its length says, it
        was none: the search for the next goes on behind its start byte.
        """
        self._held += received
        found = []
        at = self._held.find(START)
        while at >= 0 and at + 1 < len(self._held):
            size = self._held[at + 1]
            stop = at + 2 + size
            if size and stop >= len(self._held):
                break
            if size and self._held[stop] == STOP:
                found.append(bytes(self._held[at + 2 : stop]))
                at = self._held.find(START, stop + 1)
            else:
                self.damaged += 1
                at = self._held.find(START, at + 1)
        del self._held[: at if at >= 0 else len(self._held)]
        return found


def encode_who(model: str, firmware: str, serial: str) -> bytes:
    """Encode the line by which a pod says who it is."""
    return f"MbientLab MetaMotionS {model} 0.1 {firmware} {serial}\n".encode()


def decode_who(line: bytes) -> dict[Channel, bytes]:
    """Return the strings of a pod, by the channel on which they are read over the air.

    The maker's name and that of the model may hold spaces, the four words behind them do not.
    """
    words = line.decode("ascii", errors="replace").split()
    if len(words) < _WORDS or not "".join(words).isascii():
        raise DecodeError("not the strings of a pod", line)
    return {channel: words[place - _WORDS].encode() for channel, place in _PLACE.items()}
