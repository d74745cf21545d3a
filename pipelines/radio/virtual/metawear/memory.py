"""The memory of a virtual MetaWear pod: entries that outlast a reboot, read page by page."""

from dataclasses import dataclass, field
from typing import Final

from firmware_protocols.metawear.entries import Trigger

PAGE_ENTRIES: Final = 250
TRIGGERS: Final = 8


@dataclass
class Memory:
    """A log. Where `caches`, the entries of the last page are not there until they are flushed."""

    caches: bool
    holds_entries: int
    entries: list[bytes] = field(default_factory=list)
    flushed: int = 0
    triggers: dict[int, Trigger] = field(default_factory=dict)

    def keep(self, entry: bytes) -> None:
        """Write an entry, unless the memory is full."""
        if len(self.entries) < self.holds_entries:
            self.entries.append(entry)
            if not self.caches or len(self.entries) % PAGE_ENTRIES == 0:
                self.flush()

    def flush(self) -> None:
        """Write what waits for its page to be full."""
        self.flushed = len(self.entries)

    @property
    def counted(self) -> int:
        """How many entries the pod says there are: it counts one for each page besides."""
        return self.flushed + self.flushed // PAGE_ENTRIES

    def add(self, trigger: Trigger) -> int | None:
        """Return the number of a new trigger; None if there are no more."""
        number = next((k for k in range(TRIGGERS) if k not in self.triggers), None)
        if number is not None:
            self.triggers[number] = trigger
        return number

    def pages(self, entries: int) -> list[list[bytes]]:
        """Return so many entries, page by page."""
        there = self.entries[: min(entries, self.flushed)]
        return [there[at : at + PAGE_ENTRIES] for at in range(0, len(there), PAGE_ENTRIES)]

    def is_full(self, page: list[bytes]) -> bool:
        """Return whether a page has no room."""
        return len(page) == PAGE_ENTRIES

    def drop(self, entries: int) -> None:
        """Erase the oldest entries."""
        del self.entries[: min(entries, self.flushed)]
        self.flushed = max(0, self.flushed - entries)
