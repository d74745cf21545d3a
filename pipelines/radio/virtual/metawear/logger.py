"""The logger of a virtual MetaWear pod: triggers, entries, and how they are read out."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from random import Random
from typing import Any, Final

from firmware_protocols.metawear import entries, messages
from firmware_protocols.metawear.messages import READ, Logger, Module, message
from pipelines.radio.virtual.metawear.memory import Memory

ENTRY_S: Final = 0.004
LATER: Final = 0.2  # of the second halves are a tick later

Known = dict[tuple[int, int], Callable[[bytes], None]]
Work = Coroutine[Any, Any, None]


class PodLogger:
    """What is logged and read out. `notify` sends a message, `begin` runs work for the link."""

    def __init__(
        self,
        memory: Memory,
        notify: Callable[[bytes], Work],
        begin: Callable[[Work], asyncio.Task[None]],
        random: Random,
    ) -> None:
        self.memory = memory
        self.on = False
        self._notify = notify
        self._begin = begin
        self._random = random
        self._page_kept = asyncio.Event()
        self._left = 0
        self._reading: asyncio.Task[None] | None = None

    def commands(self) -> Known:
        """Return what it does at which command."""
        known: dict[int, Callable[[bytes], None]] = {
            Logger.ENABLE: self._switch,
            READ | Logger.ENABLE: lambda _: self._tell(READ | Logger.ENABLE, bytes([self.on])),
            Logger.TRIGGER: self._add_trigger,
            READ | Logger.TRIGGER: self._tell_trigger,
            READ | Logger.LENGTH: lambda _: self._tell(
                READ | Logger.LENGTH, messages.encode_number(self.memory.counted)
            ),
            Logger.READ_OUT: self._read_out,
            Logger.DROP: lambda data: self.memory.drop(messages.decode_number(data)),
            Logger.REMOVE_ALL: lambda _: self.memory.triggers.clear(),
            Logger.PAGE_KEPT: lambda _: self._page_kept.set(),
            Logger.FLUSH: lambda _: self.memory.flush(),
        }
        return {(Module.LOGGER, register): obey for register, obey in known.items()}

    def _tell(self, register: int, data: bytes) -> None:
        self._begin(self._notify(message(Module.LOGGER, register, data)))

    def _switch(self, data: bytes) -> None:
        self.on = data[:1] == b"\1"

    def _add_trigger(self, data: bytes) -> None:
        trigger = entries.decode_trigger(data)
        number = None if trigger is None else self.memory.add(trigger)
        if number is not None:
            self._tell(Logger.TRIGGER, bytes([number]))

    def _tell_trigger(self, data: bytes) -> None:
        trigger = self.memory.triggers.get(data[0]) if data else None
        said = b"" if trigger is None else entries.encode_trigger(trigger)
        self._tell(READ | Logger.TRIGGER, said)

    def keep(self, start: int, tick: int, sent: dict[tuple[int, int], bytes]) -> None:
        """Log of what the registers have `sent` what triggers are for."""
        for number, trigger in self.memory.triggers.items():
            data = sent.get((trigger.module, trigger.register), b"")
            if part := data[trigger.offset : trigger.offset + trigger.size]:
                later = trigger.offset > 0 and self._random.random() < LATER
                self.memory.keep(entries.encode_entry(number, start, tick + later, part))

    def _read_out(self, data: bytes) -> None:
        if self._reading is not None:  # of a host that has gone, over a link that has not
            self._reading.cancel()
        self._reading = self._begin(self._send_log(*messages.decode_read_out(data)))

    async def _send_log(self, count: int, every: int) -> None:
        """Send entries, and after each page wait until it is confirmed; then it is erased."""
        pages = self.memory.pages(count)
        self._left = self.memory.counted
        for page in pages:
            self._page_kept.clear()
            for at in range(0, len(page), entries.MOST_PER_MESSAGE):
                await self._send_entries(page[at : at + entries.MOST_PER_MESSAGE], every)
            await self._notify(message(Module.LOGGER, Logger.PAGE_ENDS))
            if self.memory.is_full(page):
                await self._less(1, every)
            await self._page_kept.wait()
            self.memory.drop(len(page))

    async def _send_entries(self, both: Sequence[bytes], every: int) -> None:
        await self._notify(message(Module.LOGGER, Logger.ENTRIES, b"".join(both)))
        await self._less(len(both), every)
        await asyncio.sleep(ENTRY_S)

    async def _less(self, count: int, every: int) -> None:
        """Tell every so often how many are left, and that none are."""
        before, self._left = self._left, self._left - count
        if every and (self._left == 0 or self._left // every != before // every):
            said = messages.encode_number(self._left)
            await self._notify(message(Module.LOGGER, Logger.PROGRESS, said))
