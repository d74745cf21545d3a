"""The memory of a virtual Capture2Go pod: recordings that outlast a reboot."""

from dataclasses import dataclass, field

from firmware_protocols.capture2go.files import (
    MOST_BYTES,
    encode_bytes,
    encode_count,
    encode_file,
)
from firmware_protocols.capture2go.frames import Package
from firmware_protocols.capture2go.packages import Code, Id


class FileError(Exception):
    """The memory refuses; `code` says why."""

    def __init__(self, code: Code) -> None:
        super().__init__(code.name)
        self.code = code


@dataclass
class Memory:
    """Recordings by name, in the order of making; `size_bytes` for all of them."""

    size_bytes: int = 32_000_000
    recordings: dict[str, bytearray] = field(default_factory=dict)

    @property
    def free_pct(self) -> int:
        """How much of it is free."""
        used = sum(map(len, self.recordings.values()))
        return round(100 * max(0, self.size_bytes - used) / self.size_bytes)

    def new(self, name: str) -> bytearray:
        """Begin a recording."""
        if name in self.recordings:
            raise FileError(Code.FILE_EXISTS)
        if not self.free_pct:
            raise FileError(Code.FULL)
        return self.recordings.setdefault(name, bytearray())

    def of(self, name: str) -> bytearray:
        """Return a recording."""
        if name not in self.recordings:
            raise FileError(Code.FILE_NOT_FOUND)
        return self.recordings[name]

    def delete(self, name: str) -> None:
        """Forget a recording."""
        self.of(name)
        del self.recordings[name]

    def listed(self) -> list[Package]:
        """Return the packages that list all recordings."""
        entries = [
            Package(Id.FILE, encode_file(index, name, len(content)))
            for index, (name, content) in enumerate(self.recordings.items())
        ]
        return [Package(Id.FILE_COUNT, encode_count(len(entries))), *entries]

    def pieces(self, name: str, start: int, stop: int) -> list[Package]:
        """Return the packages with a part of a recording; a `stop` of 0 is its end."""
        content = bytes(self.of(name)[: stop or None])
        return [
            Package(Id.BYTES, encode_bytes(at, content[at : at + MOST_BYTES]))
            for at in range(start, len(content), MOST_BYTES)
        ]
