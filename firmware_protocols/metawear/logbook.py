"""MetaWear, record in the pod itself, and fetch its log page by page.

A pod has one log, without a name. It is read once: a page is erased for good when it is confirmed,
so what was received is made safe before, and a page of which something is missing is not confirmed
but sent again. A log that was fetched whole is dropped, for only an empty one is begun.

In the one real log that its maker published, the entries that a pod says are left fall by one more
than it sends at the end of each page. So entries are missing only where more than that are.
"""

from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from firmware_protocols.metawear.conversation import (
    Pod,
    configure,
    connected,
    measure,
    quiet,
    settings,
)
from firmware_protocols.metawear.entries import ENTRY, decode_entries, encode_trigger, triggers_of
from firmware_protocols.metawear.gatt import Channel
from firmware_protocols.metawear.messages import (
    Logger,
    Module,
    decode_number,
    encode_number,
    encode_read_out,
    message,
    read_of,
)
from firmware_protocols.metawear.received import sort_packets
from firmware_protocols.metawear.request import made, question, tell, value
from firmware_protocols.metawear.sensors import nearest_rate_hz
from firmware_protocols.protocol import DecodeError, Packet, Stored, Wanted
from firmware_protocols.requests import Conversation, Keep, Listen, Talk, Wait

LOG: Final = "log"
FLUSH_REVISION: Final = 3
"""Of the logger, from which on the newest entries wait for a page to be full."""
PROGRESS_EVERY: Final = 32
PAGE_S: Final = 5.0
LEAST_S: Final = 600.0
"""Shorter than this is no run; a MetaMotion R keeps half a minute."""
LAST_PAGE_S: Final = 1.0
MOST: Final = 2**32 - 1


def begin(wanted: Wanted, _: str) -> Conversation:
    """Record in the pod as `wanted` until told to end.

    Raises ValueError for a pod that records already, or holds a log that was not fetched.
    """
    pod = yield from connected()
    if pod.logging:
        raise ValueError("the pod is recording on board already; end that first")
    entries = yield from _length(pod)
    if entries:
        raise ValueError(
            f"the pod still holds a log of {entries} entries; fetch that first, or it is mixed up "
            "with what comes"
        )
    held_s = pod.holds_entries / len(triggers_of(pod.chip)) / nearest_rate_hz(wanted.rate_hz)
    if held_s < LEAST_S:
        raise ValueError(
            f"the pod holds {held_s:.0f} s of samples at that rate, and a run is longer; record "
            "with a laptop near, or wear a MetaMotion S"
        )
    yield from quiet(pod.chip)
    yield from tell(message(Module.LOGGER, Logger.REMOVE_ALL))
    yield from configure(pod.chip, wanted)
    for number, trigger in enumerate(triggers_of(pod.chip)):
        data = encode_trigger(trigger)
        if (yield from made(Module.LOGGER, Logger.TRIGGER, data)) != number:
            raise ValueError("the pod keeps triggers of another log; switch it off and on")
    yield from tell(
        message(Module.LOGGER, Logger.RING, b"\0"),
        message(Module.LOGGER, Logger.ENABLE, b"\1"),
    )
    yield from measure(pod.chip, packed=False)
    yield from value(Module.LOGGER, Logger.TIME)


def end() -> Conversation:
    """End recording in the pod, and have written what waits for a page to be full."""
    pod = yield from connected()
    yield from tell(message(Module.LOGGER, Logger.ENABLE, b"\0"))
    yield from quiet(pod.chip)
    yield from _length(pod)


def stored() -> Talk[Sequence[Stored]]:
    """Return the one log that lies in the pod, if there is any; its size is a little too large."""
    pod = yield from connected()
    entries = yield from _length(pod)
    return [Stored(LOG, entries * ENTRY.itemsize, exact=False)] if entries else []


def download(recording: Stored, _: int = 0) -> Conversation:
    """Fetch the log, of which the pod sends what was not confirmed before.

    Raises ValueError where the pod is recording still, or entries are missing, TimeoutError where
    it falls silent.
    """
    pod = yield from connected()
    if pod.logging:
        raise ValueError("the pod is recording on board; end that first")
    if recording.name != LOG:
        raise DecodeError(f"the log of a MetaWear is called {LOG}", recording.name.encode())
    yield from settings()
    for number in range(pod.triggers):
        # Answers do not say of which number they are: each is asked for once, in order.
        yield from question(read_of(Module.LOGGER, Logger.TRIGGER, bytes([number])), attempts=1)
    entries = yield from _length(pod)
    yield from tell(
        message(Module.LOGGER, Logger.ENTRIES, b"\1"),
        message(Module.LOGGER, Logger.PAGE_ENDS, b"\1"),
        message(Module.LOGGER, Logger.PROGRESS, b"\1"),
    )
    if entries:
        yield from _pages(entries)
        yield Keep()
        yield from _dropped()


def fetched(packets: Sequence[Packet], recording: Stored) -> bytes:
    """Return the entries that were received, each once, in the order of the log."""
    return b"".join(sort_packets(packets).log) if recording.name == LOG else b""


def erase(_: Stored) -> Conversation:
    """Let the pod forget its log, fetched or not."""
    yield from connected()
    yield from _dropped()


def _dropped() -> Conversation:
    yield from tell(message(Module.LOGGER, Logger.DROP, encode_number(MOST)))
    yield from value(Module.LOGGER, Logger.LENGTH)  # so that it is obeyed before the link ends


def _length(pod: Pod) -> Talk[int]:
    """Return how many entries lie in the pod; while it records, those of whole pages."""
    if pod.logger_revision >= FLUSH_REVISION and not pod.logging:
        yield from tell(message(Module.LOGGER, Logger.FLUSH, b"\1"))
    return decode_number((yield from value(Module.LOGGER, Logger.LENGTH)))


class _Page:
    """Count the entries that pass by, until a page ends or nothing is left."""

    def __init__(self, entries: int) -> None:
        self.left = entries
        self.counted = entries
        self.ends = False

    def __call__(self, said: bytes) -> bool:
        header, data = said[:2], said[2:]
        self.ends = _page_ends(said)
        self.counted -= self.ends
        with suppress(DecodeError):
            if header == bytes([Module.LOGGER, Logger.ENTRIES]):
                self.counted -= len(decode_entries(data))
            elif header == bytes([Module.LOGGER, Logger.PROGRESS]):
                self.left = decode_number(data)
                if self.counted > self.left:
                    return True
        return self.ends or self.left == 0

    @property
    def missing(self) -> int:
        """How many entries the pod has sent that did not arrive."""
        return max(0, self.counted - self.left)


def _pages(entries: int) -> Conversation:
    page = _Page(entries)
    yield Listen(Channel.NOTIFY)
    yield from tell(encode_read_out(entries, PROGRESS_EVERY))
    while page.left:
        yield Wait(Channel.NOTIFY, fits=page, timeout_s=PAGE_S)
        if page.missing:
            raise ValueError(
                f"{page.missing} entries of the log did not arrive; bring the pod closer, or plug "
                "it in, and fetch it again: its page is still there"
            )
        if page.ends:
            yield from _confirmed()
    with suppress(TimeoutError):
        yield Wait(Channel.NOTIFY, fits=_page_ends, timeout_s=LAST_PAGE_S)
        yield from _confirmed()


def _page_ends(said: bytes) -> bool:
    return said[:2] == bytes([Module.LOGGER, Logger.PAGE_ENDS])


def _confirmed() -> Conversation:
    """Let the pod erase a page, once what was received is safe."""
    yield Keep()
    yield from tell(message(Module.LOGGER, Logger.PAGE_KEPT))
