"""`midstance arm` and `fetch` as a user's processes, for pods of every family that keeps a log."""

import asyncio
import json
import signal
from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("dbus_fast")

from as_a_user.user_process import midstance
from bluez.lookalike import bluez
from pods.armed_pods import KINDS, in_memory
from pods.recorded_pods import running, worn_as

from firmware_protocols.protocol import Stored
from pipelines.protocols import protocol_named
from pipelines.radio.virtual.link_timing import Air
from pipelines.store.journal.reader import read_journal
from pipelines.store.stated.rig import write_rig
from pipelines.store.tables.raw_file import read_raw

QUICK = Air(interval_s=0.0075, missed=0.02, jitter_s=0.001)
RATES_HZ = {"movella_dot": 120.0, "metawear": 200.0}
STANDS_S = {"movella_dot": 70.0, "metawear": 18.0}
"""She stands until all are armed; three DOTs, whose clocks are looked at, take the longest."""
NAMES = {"movella_dot": "DOT ", "metawear": "MetaWear"}
WAY_BYTES = 40_000
"""What has come, above that of arming, when the host is killed: in the midst of the first pod."""


def pods_of(kind):
    """Return pods of a runner who stands, runs, and stands; their names tell them apart.

    She stands until all have been ended: what has no samples any more says nothing of its clock.
    """
    orp = running(rate_hz=RATES_HZ[kind], stand_s=STANDS_S[kind], after_s=60.0)
    rig = {pod.placement: KINDS[kind][1][pod.placement] for pod in orp}
    worn = worn_as(orp, rig)
    return [replace(pod, name=f"{NAMES[kind]}{number}") for number, pod in enumerate(worn, 1)], rig


def on_the_way(store):
    """Return how many bytes of a run are on their way home."""
    return sum(path.stat().st_size for path in (store / "fetching" / "ana").iterdir())


@pytest.mark.long
@pytest.mark.faults
@pytest.mark.parametrize("kind", ["movella_dot", "metawear"])
def test_armed_fetched_by_a_host_that_is_killed_and_by_another_and_processed(tmp_path, kind):
    pods, rig = pods_of(kind)
    write_rig(tmp_path, rig)
    where = ("ana", "--store", tmp_path, "--seconds", 3)

    async def main():
        async with bluez(pods, air=QUICK) as air:
            firmware = [air.virtual.firmware[pod.name] for pod in pods]
            armed = await (await midstance(air.bus_address, "arm", *where, "--json")).ended()
            while firmware[0]._now_s() < STANDS_S[kind] + 26:
                await asyncio.sleep(0.5)
            begun = on_the_way(tmp_path)
            first = await midstance(air.bus_address, "fetch", *where)
            await first.until(lambda: on_the_way(tmp_path) > begun + WAY_BYTES)
            held = [len(in_memory(one)) for one in firmware]
            first.send(signal.SIGKILL)
            await first.ended()
            second = await midstance(air.bus_address, "fetch", *where, patience_s=1800.0)
            again = await second.ended()
            return armed, held, again

    (code, said, complained), held, again = asyncio.run(main())
    assert code == 0, complained
    assert [pod["battery_pct"] for pod in json.loads(said)["pods"]] == [90] * 3
    assert again[0] == 0, again[2]
    assert "stances, grade" in again[1]
    journal = read_journal(next(tmp_path.glob("journal/ana/*.journal")))
    (logs,) = [event["logs"] for event in journal.events if event["kind"] == "fetch"]
    for (number, pod), log, least in zip(journal.header.pods.items(), logs, held, strict=True):
        of = protocol_named(pod.protocol).log
        assert len(of.fetched(journal.packets[number], Stored(log[2]))) >= least > 20_000
    raw = read_raw(next(tmp_path.rglob("*.raw.parquet")))
    for one in raw.pods.values():
        np.testing.assert_array_equal(np.diff(one.samples["index"]), 1)
