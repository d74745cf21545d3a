"""A store on S3 as it is served: a copy to look at, fetched again while somebody looks."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pipelines.errors import in_words
from pipelines.serve.standings import Asked
from pipelines.serve.worker import Worker

EVERY_S: Final = 60.0


@dataclass
class Opened:
    """One store at an address; `closed` says why nothing of it may be seen, `trouble` what is old.

    What its owner no longer lets be read is no longer shown, though a copy is there.
    """

    address: str
    root: Path
    closed: str = ""
    trouble: str = ""

    async def keep(self, worker: Worker, asked: Asked) -> None:
        """Fetch what is new, again and again, while somebody looks."""
        while True:
            await asyncio.sleep(EVERY_S)
            await asked.wait()
            await self.fetch(worker)

    async def fetch(self, worker: Worker) -> None:
        """Fetch what is new, once; what is wrong is kept in words."""
        try:
            await worker.run(fetched, self.address)
        except (FileNotFoundError, PermissionError) as error:
            self.closed = in_words(error)
        except (OSError, ValueError) as error:
            self.trouble = f"what is shown may be old: {in_words(error)}"
        else:
            self.closed = self.trouble = ""


def fetch(address: str) -> int:
    """Fetch a store in a process of its own, so that the server loads nothing for that."""

    async def once() -> int:
        worker = Worker()
        try:
            return await worker.run(fetched, address)
        finally:
            worker.close()

    return asyncio.run(once())


def fetched(address: str) -> int:
    """Let the copy of a store be as the store is now; return how many files were another."""
    from pipelines.store.s3.opened import refresh

    return refresh(address)
