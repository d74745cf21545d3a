"""Fetch from a pod what is missing of its present sampling, while live data goes on.

Asked for are small portions, oldest first, for a ring forgets its oldest first; a pod sends what is
live before them. What arrives is kept like all else, and only its index says what is still missing.
"""

import asyncio
from typing import Final

from pipelines.capture.one_pod.coverage import Span
from pipelines.capture.one_pod.worn_pod import WornPod
from pipelines.radio.central import Link, LinkLostError, converse

LOOK_S: Final = 1.0
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
        await asyncio.sleep(LOOK_S)


async def fetch_missing(pod: WornPod, link: Link) -> None:
    """Return once nothing is missing that the pod still holds, which may be never.

    Raises LinkLostError. Nothing is known to be missing before a sample has come on this link.
    """
    wait_s, after, whole = RETRY_S[0], 0, False
    while hole := _next_hole(pod, after):
        start, stop = hole
        if not whole:
            stop = min(stop, start + round(PORTION_S * pod.rate_hz))
        pod.fetching = True
        try:
            promised = await _ask(pod, link, start, stop)
        finally:
            pod.fetching = False
        # A hole that begins before the ring does goes on being forgotten while it is asked for.
        whole = promised == 0
        after = start
        if _came(pod, (start, stop)):
            wait_s = RETRY_S[0]
        else:
            after = stop
            await asyncio.sleep(wait_s)
            wait_s = min(2 * wait_s, RETRY_S[1])


def _next_hole(pod: WornPod, after: int) -> Span | None:
    """Return the next span to ask for from index `after` on, or the first of all.

    What the pod can hardly hold any more comes last, for meanwhile it would forget the rest.
    """
    pod.look()
    if not pod.sampling or pod.present is None:
        return None
    owed, edge = pod.present.owed(), pod.present.stop - (pod.holds_count or pod.present.stop)
    for least in (max(after, edge), edge, 0):
        for start, stop in owed:
            if stop > least:
                return max(start, least), stop
    return None


async def _ask(pod: WornPod, link: Link, start: int, stop: int) -> int | None:
    """Ask for one span and return how many samples the pod promised; None where it did not."""
    backfill, sampling = pod.found.protocol.backfill, pod.present
    assert backfill is not None
    assert sampling is not None
    try:
        async with asyncio.timeout(ANSWER_S + (stop - start) / SLOWEST_HZ):
            promised = await converse(link, backfill(start, stop - start))
    except LinkLostError:
        raise
    except (OSError, ValueError) as error:  # a TimeoutError is an OSError
        pod.session.note("not_fetched", pod=pod.number, span=[start, stop], reason=str(error))
        return None
    if promised < stop - start:
        sampling.give_up(start, stop - promised)
        pod.session.note("gone", pod=pod.number, span=[start, stop - promised])
    return promised


def _came(pod: WornPod, span: Span) -> bool:
    """Say whether less is owed of a span than all of it."""
    pod.look()
    return pod.present is None or span not in [
        (max(start, span[0]), min(stop, span[1])) for start, stop in pod.present.owed()
    ]
