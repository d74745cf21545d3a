"""Virtual pods of any protocol recorded in virtual time, and held against ORP pods."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from firmware_protocols import orp_v1
from imu.simulation import Run, Runner, Stand, realistic, simulate
from pipelines.capture.recorder import record
from pipelines.demo.live import virtual_pods
from pipelines.process.from_journal.journal import process_journal
from pipelines.radio.virtual.radio import virtual_radio
from pipelines.radio.virtual.time import loop_clock_ns, run_virtual
from pipelines.store.files import session_files
from pipelines.store.journal.reader import read_journal
from pipelines.store.stated.rig import RigPod
from pipelines.store.tables.raw_file import read_raw
from pipelines.store.tables.stance_file import read_stances

SESSION = "2026-11-22-a1b2"
STARTED = datetime(2026, 11, 22, 7, tzinfo=UTC)
PLACES = ("pelvis", "shank_left", "shank_right")


def rig_of(protocol, name):
    """Return the rig of three pods that are called `name` and the numbers 1 to 3."""
    return {place: RigPod(protocol, name=f"{name}{k}") for k, place in enumerate(PLACES, 1)}


ORP_RIG = {
    "pelvis": RigPod("orp_v1", name="ORP-PEL"),
    "shank_left": RigPod("orp_v1", address="c0:00:00:00:00:11"),
    "shank_right": RigPod("orp_v1", name="ORP-RSH", address="C0:00:00:00:00:12"),
}


def recorded(
    store,
    pods,
    rig,
    *,
    seconds,
    faults=(),
    session=SESSION,
    before=None,
    meanwhile=None,
    health=None,
    **more,
):
    """Record for so many virtual seconds; return the journal and the health at every second.

    `faults` are (at_s, name of the pod, fault) of the radio: "kill_link" or "reboot". `before` is
    awaited with the virtual radio before the recording begins, `meanwhile` (air, stop, task) runs
    beside it; `health` is the list to fill, `more` is for the recorder.
    """
    health, begun = [] if health is None else health, set()
    how = {"on_health": health.append, "clock_ns": loop_clock_ns, "utc_now": lambda: STARTED}

    def begin(fault):
        if asyncio.iscoroutine(work := fault()):
            begun.add(asyncio.ensure_future(work))

    async def main():
        loop = asyncio.get_running_loop()
        stop = asyncio.Event()
        async with virtual_radio(pods) as air:
            if before is not None:
                await before(air)
            for at_s, name, fault in faults:
                loop.call_later(at_s, begin, getattr(air, fault)[name])
            loop.call_later(seconds, stop.set)
            work = record(
                air.radio,
                rig,
                store,
                athlete="ana",
                session=session,
                stop=stop,
                **{**how, **more},
            )
            return await (work if meanwhile is None else _beside(meanwhile, air, stop, work))

    return run_virtual(main()), health


async def _beside(meanwhile, air, stop, work):
    task = asyncio.create_task(work)
    beside = asyncio.ensure_future(meanwhile(air, stop, task))
    try:
        return await task
    finally:
        beside.cancel()


def orp_recorded(store, pods, *, rig=ORP_RIG, **more):
    """Record pods of `ORP_RIG`, or of another rig; return the journal."""
    return recorded(store, pods, rig, **more)[0]


def decoded_pods(path, names=None):
    """Return what each ORP pod said, or those of these names, by its name, and the journal."""
    journal = read_journal(path)
    said = {
        pod.name: orp_v1.PROTOCOL.decode(journal.packets[number])
        for number, pod in journal.header.pods.items()
        if names is None or pod.name in names
    }
    return said, journal


def running(*, rate_hz=200.0, stand_s=8.0, run_s=25.0, after_s=2.0):
    """Return three ORP pods on a runner who stands, runs and stands."""
    script = (Stand(stand_s), Run(run_s, speed_mps=3.0), Stand(after_s))
    simulation = simulate(Runner(), script, seed=5, pods=realistic(5), rate_hz=rate_hz)
    return [replace(pod, rate_hz=rate_hz) for pod in virtual_pods(simulation)]


def worn_as(orp, rig):
    """Return pods that measure what those of `orp` do, and are those of the rig."""
    return [
        replace(pod, name=rig[pod.placement].name, protocol=rig[pod.placement].protocol)
        for pod in orp
    ]


def run_of(store, pods, rig, *, seconds, lost=0, **more):
    """Record and process a run; return its raw session and its stances."""
    journal, _ = recorded(store, pods, rig, seconds=seconds, **more)
    done = process_journal(journal, store)
    assert lost is None or sum(done.lost.values()) == lost
    return read_raw(session_files(store, "ana", SESSION).raw), read_stances(done.stances_path)


def assert_alike(one, other, metrics, *, rtol=0.03, atol=0.1):
    """Assert that two recordings of one run have the same stances and medians of `metrics`."""
    assert len(one.frame) > 50
    assert len(other.frame) == pytest.approx(len(one.frame), abs=2)
    for metric in metrics:
        medians = (run.frame.groupby("side")[metric].median() for run in (one, other))
        np.testing.assert_allclose(*medians, rtol=rtol, atol=atol, err_msg=metric)
