"""What a virtual Capture2Go pod has still to send: a stream, and a few packages that jump it."""

import asyncio
from dataclasses import dataclass, field
from typing import Final

from firmware_protocols.capture2go.frames import (
    HEADER,
    MOST_REALTIME,
    Package,
    encode_frame,
    join_notification,
)

OVERHEAD_BYTES: Final = 4  # of a notification: three of ATT, one that counts real-time frames


@dataclass(eq=False)
class SendBuffer:
    """A queue of `room_bytes`, which takes nothing more when it is full."""

    room_bytes: int
    more: asyncio.Event = field(default_factory=asyncio.Event)
    _stream: bytearray = field(default_factory=bytearray)
    _realtime: list[Package] = field(default_factory=list)

    def __len__(self) -> int:
        """Return how many bytes of the stream wait."""
        return len(self._stream)

    @property
    def empty(self) -> bool:
        """Whether there is nothing to send."""
        return not self._stream and not self._realtime

    def put(self, package: Package) -> bool:
        """Put a package at the end; False if there is no room for it."""
        frame = encode_frame(package)
        if len(self._stream) + len(frame) > self.room_bytes:
            return False
        self._stream += frame
        self.more.set()
        return True

    def at_once(self, package: Package) -> None:
        """Send a package before all others; of several, only the newest."""
        self._realtime = [*self._realtime, package][-MOST_REALTIME:]
        self.more.set()

    def clear(self) -> None:
        """Forget what waits; a frame that was sent in part stays cut off."""
        self._stream.clear()
        self._realtime.clear()

    def take(self, att_mtu: int) -> bytes:
        """Return the next notification."""
        room = att_mtu - OVERHEAD_BYTES
        realtime: list[Package] = []
        while self._realtime and HEADER.size + len(self._realtime[0].payload) <= room:
            realtime.append(self._realtime.pop(0))
            room -= HEADER.size + len(realtime[-1].payload)
        piece = bytes(self._stream[:room])
        del self._stream[:room]
        return join_notification(realtime, piece)
