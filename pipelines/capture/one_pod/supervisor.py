"""Keep one worn pod recording: connect, listen, fetch what was missed, connect again, stop."""

import asyncio
from contextlib import suppress
from dataclasses import replace
from typing import Any, Final

from pipelines.capture.nearby.pod_choice import fitting
from pipelines.capture.one_pod.backfill import fetch_edge, fetch_missing, keep_fetching
from pipelines.capture.one_pod.pings import keep_pinging
from pipelines.capture.one_pod.worn_pod import EMPTY_PCT, LEAST_MTU, NS, SilentError, WornPod
from pipelines.radio.conversation import converse
from pipelines.radio.link import Link, connect
from pipelines.radio.scan import Found, scan
from pipelines.radio.trouble import LinkLostError, RadioError

LOOK_S: Final = 1.0
RETRY_S: Final = (0.1, 0.2)  # first and longest wait before connecting again
ATTEMPTS: Final = 3  # before a pod that has never started ends the recording
AT_ONCE_S: Final = 2.5  # for connecting again before the pod has been seen again
SCAN_S: Final = 1.0
SWAP_S: Final = 10.0  # that a pod is away for before another of the same name takes over
FETCH_S: Final = 20.0  # at the end, for what pods still hold
GOODBYE_S: Final = 8.0


async def supervise(pod: WornPod) -> None:
    """Keep one pod recording until the session stops, connecting again whenever it is lost.

    At the stop what the pod still holds is fetched first; one that is away then is given as long
    to come back. Raises what went wrong if the pod could not even be started; a pod that is lost
    later is noted, and the others go on.
    """
    work = asyncio.ensure_future(_keep(pod))
    ending = asyncio.ensure_future(pod.session.stop.wait())
    try:
        await asyncio.wait({work, ending}, return_when=asyncio.FIRST_COMPLETED)
        if not work.done() and pod.started:
            await asyncio.wait({work}, timeout=FETCH_S + GOODBYE_S)
        if work.done():
            work.result()
    finally:
        work.cancel()
        ending.cancel()
        await asyncio.gather(work, ending, return_exceptions=True)
    if pod.state != "stopped" and pod.started:
        _missed(pod)
    pod.state = "stopped"


async def _keep(pod: WornPod) -> None:
    """Hold the pod's links, one after the other, until it has been stopped."""
    wait_s, failures, away = RETRY_S[0], 0, False
    while pod.state != "stopped":
        try:
            if away:
                await _see_again(pod)
            await _hold(pod, timeout_s=AT_ONCE_S if pod.started and not away else 10.0)
            return
        except (OSError, ValueError) as error:
            held = pod.state == "recording" or isinstance(error, SilentError)
            failures, away = (1, False) if held else (failures + 1, pod.started)
            wait_s = RETRY_S[0] if held else min(2 * wait_s, RETRY_S[1])
            _lost(pod, str(error))
            if pod.required and not pod.started and failures >= ATTEMPTS:
                raise
        await asyncio.sleep(wait_s)


async def _hold(pod: WornPod, *, timeout_s: float) -> None:
    """Hold one link: begin or resume, listen, and end sampling when the session stops."""
    session, protocol = pod.session, pod.found.protocol
    pod.connect()
    async with connect(
        session.radio, pod.found, pod.receive, clock_ns=session.clock_ns, timeout_s=timeout_s
    ) as link:
        await _start(pod, link)
        session.opened(pod.number, pod.opening)
        pod.begin()
        session.note("started", pod=pod.number, att_mtu=pod.att_mtu)
        try:
            await _listen(pod, link)
            await _fetch_rest(pod, link)
        except SilentError:
            await _end_sampling(pod, link)
            raise
        await converse(link, protocol.stop())
        pod.look()
        pod.state = "stopped"
        fetched = pod.tally().fetched
        session.note("stopped", pod=pod.number, **({"fetched": fetched} if fetched else {}))


async def _start(pod: WornPod, link: Link) -> None:
    session, pod.att_mtu = pod.session, link.att_mtu
    # A clock set again, a little off, could hide among lost samples; one that is 0 again cannot.
    now_s = 0.0 if pod.started else session.utc(session.clock_ns()).timestamp()
    asked = session.wanted_of(pod.found.protocol)
    wanted = replace(asked, leads=pod.leads, utc_ns=round(now_s / NS))
    try:
        await fetch_edge(pod, link)
        await converse(link, pod.found.protocol.start(wanted))
    except TimeoutError as error:
        raise RadioError(f"{pod.found.name}: {error}") from error
    except ValueError as error:
        raise ValueError(f"{pod.found.name}: {error}") from error
    if 0 < pod.att_mtu < LEAST_MTU and "mtu" not in pod.doubts:
        pod.doubts["mtu"] = pod.small_packets()
        session.remark(f"{pod.place}: {pod.small_packets()}", pod=pod.number)


async def _end_sampling(pod: WornPod, link: Link) -> None:
    """End the sampling of a pod that has sent none on this link, so that the next begins anew.

    One that sent samples before is only connected again: what it still holds shall not be lost.
    """
    pod.state = "lost"
    if not pod.sampling:
        with suppress(OSError, ValueError):
            await converse(link, pod.found.protocol.stop())


async def _listen(pod: WornPod, link: Link) -> None:
    """Return when the session stops; raise LinkLostError when the link is lost or silent.

    Meanwhile what is missing is fetched, where the pod can do that.
    """
    stop = pod.session.stop
    lost = asyncio.create_task(link.lost.wait())
    ending = asyncio.create_task(stop.wait())
    pinging = asyncio.create_task(keep_pinging(pod, link))
    beside: set[asyncio.Task[Any]] = {lost, ending, pinging}
    if pod.found.protocol.backfill is not None:
        beside.add(asyncio.create_task(keep_fetching(pod, link)))
    try:
        while not stop.is_set():
            await asyncio.wait({lost, ending}, timeout=LOOK_S, return_when=asyncio.FIRST_COMPLETED)
            if link.lost.is_set():
                raise LinkLostError("the link was lost; bring the pod closer")
            if not stop.is_set():
                pod.check()
    finally:
        for task in beside:
            task.cancel()
        await asyncio.gather(*beside, return_exceptions=True)


async def _fetch_rest(pod: WornPod, link: Link) -> None:
    """Fetch what the pod still holds at the end of the run, within a limit of time."""
    if pod.found.protocol.backfill is None:
        return
    ends_s = pod.session.stopped_s + FETCH_S
    with suppress(TimeoutError):
        async with asyncio.timeout_at(ends_s):
            while not pod.sampling:  # only then is it known what is missing
                await asyncio.sleep(LOOK_S / 10)
                if link.lost.is_set():
                    raise LinkLostError("the link was lost; bring the pod closer")
                pod.look()
            if pod.owed() > 0:
                pod.session.say(
                    f"{pod.place}: fetching {pod.owed()} samples that the pod still holds, for "
                    f"{FETCH_S:.0f} s at most; Ctrl-C leaves them"
                )
            await fetch_missing(pod, link)


async def _see_again(pod: WornPod) -> None:
    """Return once the pod, or one that takes over, is seen; RadioError where none is.

    Only one that advertises is connected: waiting for one that is away would keep the others from
    connecting.
    """
    session = pod.session
    async with session.radio.connecting:
        found = await scan(
            session.radio, session.protocols, timeout_s=SCAN_S, address=pod.found.address
        )
    same = next((one for one in found if one.address == pod.found.address), None)
    if same is not None:
        pod.found = same
        return
    if pod.away_s() > SWAP_S and not session.stop.is_set() and _take_over(pod, found):
        return
    raise RadioError(pod.low_battery() or "the pod is not nearby, or it is off; bring it closer")


def _take_over(pod: WornPod, found: list[Found]) -> bool:
    """Let the one other pod that may be worn here take over, if there is one."""
    session = pod.session
    taken = session.in_use.values()
    others = [
        one
        for one in fitting(found, pod.placement, session.rig, elsewhere=pod.found.address)
        if one.address not in taken
    ]
    if len(others) > 1:
        names = " and ".join(sorted(one.address for one in others))
        raise RadioError(f"{names} could both take over; switch one of them off")
    for other in others:
        before, empty = pod.found, (pod.battery_pct or 100) <= EMPTY_PCT
        why = f", whose battery had {pod.battery_pct} % left" if empty else ""
        session.in_use[pod.placement] = other.address
        pod.take(other, session.stream_of(pod.placement, other))
        session.remark(
            f"{pod.place}: {other.name} ({other.address}) took over at {session.time_now()} from "
            f"{before.name} ({before.address}){why}",
            pod=pod.number,
        )
    return bool(others)


def _lost(pod: WornPod, why: str) -> None:
    battery, known = pod.low_battery(), (pod.state, pod.note)
    pod.state, pod.note = "lost", why if battery in why else f"{why}; {battery}"
    if known == ("lost", pod.note) and pod.away_s() > SWAP_S:
        return  # it is still away
    pod.session.note(
        "lost",
        pod=pod.number,
        reason=pod.note,
        sampled_ns=pod.sampled_ns or None,
        battery_pct=pod.battery_pct,
    )


def _missed(pod: WornPod) -> None:
    """Say of a pod that was away at the end since when, and why as far as that is known."""
    since = pod.session.clock_time(pod.sampled_ns) if pod.sampled_ns else "the start"
    words = f"{pod.place}: nothing came from {pod.found.name} after {since}"
    battery = f"; its battery had {pod.battery_pct} % left" if pod.low_battery() else ""
    pod.session.remark(words + battery, pod=pod.number)
