"""`midstance fetch` as a user's process: list, break off, go on, process."""

import asyncio
import signal
import time
from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("dbus_fast")

from bluez.lookalike import bluez
from long_run import positions
from on_board import logged
from recorded_pods import rig_of, running, worn_as
from user_process import midstance

from firmware_protocols.capture2go.gatt import CHANNELS, Channel
from firmware_protocols.capture2go.samples import SCALE
from pipelines.radio.virtual.link_timing import Air
from pipelines.store.stated.rig import write_rig
from pipelines.store.tables.raw_file import read_raw

QUICK = Air(interval_s=0.0075, missed=0.02, jitter_s=0.001)
RIG = rig_of("capture2go", "IMU_aa000")
TX = CHANNELS[Channel.TX]


def test_what_ran_without_a_laptop_is_listed_fetched_and_processed(tmp_path):
    worn = worn_as(running(stand_s=12.0), RIG)
    pods = [replace(pod, scale=SCALE) for pod in worn]  # in whose unit its counts stay as they are
    write_rig(tmp_path, RIG)

    async def main():
        async with bluez(pods, air=QUICK) as air:
            clock_ns = time.monotonic_ns
            await logged(air.virtual, "run", seconds=22, utc_s=time.time(), clock_ns=clock_ns)
            ask = ("fetch", "ana", "--store", tmp_path, "--seconds", 3)
            listed = await (await midstance(air.bus_address, *ask, "--list")).ended()
            sent = len(air.sent_by(pods[0], TX))
            first = await midstance(air.bus_address, *ask)
            await first.until(lambda: len(air.sent_by(pods[0], TX)) > sent + 40)
            first.send(signal.SIGINT)
            stopped = await first.ended()
            (begun,) = (tmp_path / "fetching" / "ana").iterdir()
            here = begun.stat().st_size
            again = await (await midstance(air.bus_address, *ask)).ended()
            return listed, stopped, here, again

    listed, stopped, here, (code, said, complained) = asyncio.run(main())
    assert [line.split()[0] for line in listed[1].splitlines()] == [
        *("pelvis:", "run", "shank", "run", "shank", "run")
    ]
    assert stopped[0] != 0
    assert here > 5_000
    assert code == 0, complained
    assert "stances, grade" in said
    raw = read_raw(next(tmp_path.rglob("*.raw.parquet")))
    late_s = []
    for pod in pods:
        one = raw.pods[pod.placement]
        at = np.arange(len(one.samples))
        # Who stands still now and then measures the same twice.
        at += round(np.median(positions(pod, one.samples) - at))
        np.testing.assert_array_equal(one.samples["acc_lsb"], pod.counts[at, :3])
        assert len(at) > 20 * 200
        late_s.append(np.median(one.time_s - pod.true_time_s[at]))
    assert np.ptp(late_s) < 1e-3
