"""A store on S3 as it is served: a copy to look at, fetched again while somebody looks."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from pipelines.errors import in_words
from pipelines.serve.roster.standings import Asked
from pipelines.serve.worker import Worker
from pipelines.store.s3.opened import copy, look, refresh

EVERY_S: Final = 60.0


@dataclass
class Opened:
    """One store at an address; `closed` says why nothing of it may be seen, `trouble` what is old.

    What its owner no longer lets be read is no longer shown, though a copy is there. `worker`
    fetches, `asked` is set while somebody looks.
    """

    address: str
    root: Path
    worker: Worker = field(default_factory=Worker)
    asked: Asked = field(default_factory=Asked)
    closed: str = ""
    trouble: str = ""

    async def keep(self) -> None:
        """Fetch what is new, again and again, while somebody looks."""
        while True:
            await asyncio.sleep(EVERY_S)
            if not self.asked.is_set():
                self.worker.rest()
                await self.asked.wait()
            await self.fetch()

    async def fetch(self) -> None:
        """Fetch what is new, once; what is wrong is kept in words."""
        try:
            self.trouble = _old(await self.worker.run(followed, self.address))
        except (FileNotFoundError, PermissionError) as error:
            self.closed = in_words(error)
        except (OSError, ValueError) as error:
            self.trouble = _old(in_words(error))
        else:
            self.closed = ""


def _old(why: str) -> str:
    return why and f"what is shown may be old: {why}"


def fetch(address: str) -> int:
    """Fetch a store in a process of its own; return how many files were another."""

    async def once() -> int:
        worker = Worker()
        try:
            return await worker.run(refresh, address)
        finally:
            worker.close()

    return asyncio.run(once())


def followed(address: str) -> str:
    """Let the copy of a store be as the store is now; return why some of it is not, "" if it is.

    OSError where the store itself cannot be looked at: FileNotFoundError and PermissionError are
    of the store, and never of one of its files or of the disk here.
    """
    now = look(address)
    try:
        copy(address, now)
    except (OSError, ValueError) as error:
        return in_words(error)
    return ""
