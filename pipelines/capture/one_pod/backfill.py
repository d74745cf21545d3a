"""Fetch from a pod what is missing of its present sampling, while live data goes on.

Asked for are small portions, oldest first, for a ring forgets its oldest first; a pod sends what is
live before them. What arrives is kept like all else, and only its index says what is still missing.
"""

import asyncio
from typing import Final

from pipelines.capture.one_pod.coverage import Coverage, Span
from pipelines.capture.one_pod.worn_pod import WornPod
from pipelines.radio.conversation import converse
from pipelines.radio.link import Link
from pipelines.radio.trouble import LinkLostError

LOOK_S: Final = 1.0
SOON_S: Final = 0.1
EDGE_COUNT: Final = 1000
"""Asked for before anything else where a ring is that near to overflowing: more than it forgets
until the rest is asked for."""
PORTION_S: Final = 2.0
ANSWER_S: Final = 2.0
SLOWEST_HZ: Final = 400.0
"""How long to wait for the end of a portion: it may be lost, and the ring forgets meanwhile."""
RETRY_S: Final = (0.5, 30.0)
"""First and longest wait after portions that brought nothing, though the pod holds them."""


async def keep_fetching(pod: WornPod, link: Link) -> None:
    """Fetch whatever is missing as it is noticed; until cancelled, or LinkLostError is raised."""
    while True:
        await fetch_missing(pod, link)
        await asyncio.sleep(LOOK_S if pod.sampling else SOON_S)


async def fetch_edge(pod: WornPod, link: Link) -> None:
    """Fetch the oldest of what is missing, on a new link, where the pod may be about to forget it.

    Whatever came before this would cost samples: of a full ring the oldest is gone soonest.
    """
    known = pod.present or pod.remembered()
    if pod.found.protocol.backfill is None or known is None:
        return
    if pod.holds_count is not None and pod.away_s() * pod.rate_hz < pod.holds_count - EDGE_COUNT:
        return
    first = next((start for start, _ in known.owed()), known.stop)
    await _ask(pod, link, known, (first, first + EDGE_COUNT))
    # The journal repeats what opens a link, which samples do not.
    pod.recent.extend(pod.opening)
    pod.opening.clear()


async def fetch_missing(pod: WornPod, link: Link) -> None:
    """Return once nothing is missing that the pod still holds, which may be never.

    Raises LinkLostError. Nothing is known to be missing before a sample has come on this link.
    """
    wait_s, after = RETRY_S[0], 0
    while hole := _next_hole(pod, after):
        assert pod.present is not None
        pod.fetching = True
        try:
            await _ask(pod, link, pod.present, hole)
        finally:
            pod.fetching = False
        after = hole[0]
        if _came(pod, hole):
            wait_s = RETRY_S[0]
        else:
            after = hole[1]
            await asyncio.sleep(wait_s)
            wait_s = min(2 * wait_s, RETRY_S[1])


def _next_hole(pod: WornPod, after: int) -> Span | None:
    """Return the next portion to ask for from index `after` on, or the first of all."""
    pod.look()
    if not pod.sampling or pod.present is None:
        return None
    owed = pod.present.owed()
    for least in (after, 0):
        for start, stop in owed:
            if stop > least:
                start = max(start, least)
                return start, min(stop, start + round(PORTION_S * pod.rate_hz))
    return None


async def _ask(pod: WornPod, link: Link, of: Coverage, span: Span) -> None:
    """Ask for one span; what the pod no longer holds of it, or before it, is given up."""
    backfill, (start, stop) = pod.found.protocol.backfill, span
    assert backfill is not None
    try:
        async with asyncio.timeout(ANSWER_S + (stop - start) / SLOWEST_HZ):
            begin, _ = await converse(link, backfill(start, stop - start))
    except LinkLostError:
        raise
    except (OSError, ValueError) as error:  # a TimeoutError is an OSError
        pod.session.note("not_fetched", pod=pod.number, span=[start, stop], reason=str(error))
        return
    if begin > start:
        of.give_up(start, begin)
        pod.session.note("gone", pod=pod.number, span=[start, begin])


def _came(pod: WornPod, span: Span) -> bool:
    """Say whether less is owed of a span than all of it."""
    pod.look()
    return pod.present is None or span not in [
        (max(start, span[0]), min(stop, span[1])) for start, stop in pod.present.owed()
    ]
