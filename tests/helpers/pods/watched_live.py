"""Virtual pods recorded in virtual time, with the live view beside."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from pipelines.capture.live.analyser import Analyser
from pipelines.capture.live.feed import Live
from pipelines.capture.recorder import record
from pipelines.radio.virtual.radio import virtual_radio
from pipelines.radio.virtual.time import loop_clock_ns, run_virtual


def watched(
    store, pods, rig=None, *, seconds=60.0, look=None, faults=(), rules=(), live=True, page=None
):
    """Record in virtual time; return the journal, the views with their times, what was said.

    `page` is made with the executor, and told what is shown.
    """
    views, said, begun = [], [], set()
    look = look or Analyser(rules).look

    def begin(fault):
        if asyncio.iscoroutine(work := fault()):
            begun.add(asyncio.ensure_future(work))

    async def main():
        loop, stop = asyncio.get_running_loop(), asyncio.Event()
        with ThreadPoolExecutor(1) as executor:
            async with virtual_radio(pods) as air:
                for at_s, name, fault in faults:
                    loop.call_later(at_s, begin, getattr(air, fault)[name])
                loop.call_later(seconds, stop.set)
                shown = None if page is None else page(executor)

                def show(view):
                    views.append((loop.time(), view))
                    if shown is not None:
                        shown.last_minute(view)

                watched = Live(executor, look, show)
                return await record(
                    air.radio,
                    rig or {},
                    store,
                    athlete="ana",
                    session="2026-11-22-a1b2",
                    stop=stop,
                    on_health=(lambda _: None) if shown is None else shown.health,
                    clock_ns=loop_clock_ns,
                    utc_now=lambda: datetime(2026, 11, 22, 7, tzinfo=UTC),
                    say=said.append,
                    live=watched if live else None,
                )

    return run_virtual(main()), views, said
