"""End what armed pods have recorded, and keep what they say of their clocks then."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime

from firmware_protocols.protocol import Packet
from imu.frames import Placement
from pipelines.capture.fetch import on_its_way
from pipelines.capture.fetch.on_its_way import OnItsWay
from pipelines.capture.fetch.one_run import ENDING
from pipelines.capture.fetch.patience import asked
from pipelines.radio.conversation import converse
from pipelines.radio.link import ClockNs, connect
from pipelines.radio.scan import Found, Radio
from pipelines.radio.trouble import LinkLostError
from pipelines.store.journal.writer import JournalWriter


async def end_armed(
    radio: Radio,
    run: OnItsWay,
    near: Mapping[Placement, Found],
    *,
    clock_ns: ClockNs,
    utc_now: Callable[[], datetime],
) -> None:
    """End the recordings of the pods of a run that are near; a pod may have ended it by itself.

    What they say goes into the journal of the run, for their clocks are placed by it.
    """
    stamped_ns = on_its_way.clock_of(run.journal, clock_ns, utc_now)
    with JournalWriter(run.journal.path, run.journal.header, go_on=True) as journal:
        for number, pod in run.journal.header.pods.items():
            found = near.get(pod.placement)
            if found is not None and found.address == pod.address:
                journal.note(stamped_ns(), ENDING, pod=number)
                await _ended(radio, found, journal, number, stamped_ns)
        journal.sync()


async def _ended(
    radio: Radio, found: Found, journal: JournalWriter, number: int, clock_ns: ClockNs
) -> None:
    log, about = found.protocol.log, found.protocol.about
    assert log is not None

    def keep(one: Packet) -> None:
        journal.append(number, one.host_ns, one.payload, one.channel)

    try:
        if about is None:
            async with connect(radio, found, keep, clock_ns=clock_ns) as link:
                with suppress(LinkLostError):  # so a recording ends: the pod starts anew
                    await converse(link, log.end())
        else:
            await asked(radio, found, log.end, clock_ns, keep)
    except ValueError as error:
        raise ValueError(f"{found.name}: {error}") from error
