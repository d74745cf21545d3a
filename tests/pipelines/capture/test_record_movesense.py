"""Three Movesense pods from scan to stances: clocks of their own, rates that are not the named."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

pytest.importorskip("bumble")

from virtual_pods import movesense_pods

from firmware_protocols.movesense_gsp import PROTOCOL
from firmware_protocols.movesense_gsp.streams import G_MPS2
from imu.recording.clock import session_time_s
from imu.simulation import Run, Runner, Stand, realistic, simulate
from pipelines.capture.recorder import record
from pipelines.demo.live import virtual_pods
from pipelines.process.journal import process_journal
from pipelines.radio.virtual.radio import virtual_radio
from pipelines.radio.virtual.time import loop_clock_ns, run_virtual
from pipelines.store.files import session_files
from pipelines.store.journal.reader import read_journal
from pipelines.store.raw_file import read_raw
from pipelines.store.stance_file import read_stances
from pipelines.store.stated.rig import RigPod

SESSION = "2026-11-22-a1b2"
STARTED = datetime(2026, 11, 22, 7, tzinfo=UTC)
NAMES = {
    "pelvis": "Movesense 250230001",
    "shank_left": "Movesense 250230002",
    "shank_right": "Movesense 250230003",
}
RIG = {place: RigPod("movesense_gsp", name=name) for place, name in NAMES.items()}


def recorded(store, pods, *, seconds, rig=RIG, faults=()):
    """Record for so many virtual seconds; return the journal and the health at every second.

    `faults` are (at_s, name of the pod, fault) of the radio: "kill_link" or "reboot".
    """
    health, begun = [], set()

    def begin(fault):
        if asyncio.iscoroutine(work := fault()):
            begun.add(asyncio.ensure_future(work))

    async def main():
        loop = asyncio.get_running_loop()
        stop = asyncio.Event()
        async with virtual_radio(pods) as air:
            for at_s, name, fault in faults:
                loop.call_later(at_s, begin, getattr(air, fault)[name])
            loop.call_later(seconds, stop.set)
            return await record(
                air.radio,
                rig,
                store,
                athlete="ana",
                session=SESSION,
                stop=stop,
                on_health=health.append,
                clock_ns=loop_clock_ns,
                utc_now=lambda: STARTED,
            )

    return run_virtual(main()), health


@pytest.fixture(scope="module")
def runner():
    script = (Stand(8.0), Run(25.0, speed_mps=3.0), Stand(2.0))
    return simulate(Runner(), script, seed=5, pods=realistic(5), rate_hz=200.0)


def test_a_run_is_recorded_processed_and_its_stances_are_those_of_other_pods(runner, tmp_path):
    orp = virtual_pods(runner)
    pods = [replace(pod, name=NAMES[pod.placement], protocol="movesense_gsp") for pod in orp]
    stances = {}
    for name, worn, rig in (("orp_v1", orp, {}), ("movesense_gsp", pods, RIG)):
        journal, _ = recorded(tmp_path / name, worn, seconds=36.0, rig=rig)
        done = process_journal(journal, tmp_path / name)
        stances[name] = read_stances(done.stances_path)
        assert sum(done.lost.values()) == 0
        raw = read_raw(session_files(tmp_path / name, "ana", SESSION).raw)
        assert {pod.protocol for pod in raw.pods.values()} == {name}
    assert raw.pods["shank_left"].scale.acc_range_mps2 == pytest.approx(16 * G_MPS2)
    assert raw.pods["shank_left"].rate_hz == pytest.approx(200, rel=0.01)
    one, other = stances["orp_v1"].frame, stances["movesense_gsp"].frame
    assert len(other) == pytest.approx(len(one), abs=2)
    assert len(other) > 50
    for metric in ("contact_time_s", "pelvic_drop_deg", "tibial_peak_acceleration_g"):
        if metric in one:
            both = one.groupby("side")[metric].median(), other.groupby("side")[metric].median()
            np.testing.assert_allclose(*both, rtol=0.03, atol=0.1)
    assert stances["orp_v1"].header["grade"] == stances["movesense_gsp"].header["grade"]


def position(pod, samples):
    """Which samples of the pod these are, (n,): those it took in the order of their index."""
    acc = 8 * pod.samples["acc_lsb"]
    first = int(np.argmax((acc == samples["acc_lsb"][0]).all(axis=1)))
    at = first + samples["index"] - samples["index"][0]
    np.testing.assert_array_equal(samples["acc_lsb"], acc[at])
    return at


def test_over_lost_links_the_samples_are_counted_on_and_the_clocks_agree(tmp_path):
    pods = movesense_pods(130)
    faults = [(20.0, NAMES["shank_left"], "kill_link"), (45.0, NAMES["shank_left"], "kill_link")]
    path, health = recorded(tmp_path, pods, seconds=110.0, faults=faults)
    journal = read_journal(path)
    late_s = []
    for number, pod in enumerate(pods, start=1):
        decoded = PROTOCOL.decode(journal.packets[number])
        assert (len(decoded.samplings), dict(decoded.trouble)) == (1, {})
        at = position(pod, decoded.samples)
        assert decoded.lost == at[-1] - at[0] + 1 - len(at)
        assert (decoded.lost > 0) == bool(pod.placement == "shank_left")
        assert decoded.lost < 2 * 5 * 203
        time_s, _ = session_time_s(decoded.samples, decoded.arrival)
        late_s.append(float(np.median(time_s - pod.true_time_s[at])))
    assert np.ptp(late_s) < 5e-3
    assert [pod.received > 19_000 for pod in health[-1]] == [True] * 3


def test_a_pod_that_rebooted_begins_another_sampling(tmp_path):
    pods = movesense_pods(90)
    faults = [(25.0, NAMES["shank_right"], "reboot")]
    path, _ = recorded(tmp_path, pods, seconds=60.0, faults=faults)
    decoded = PROTOCOL.decode(read_journal(path).packets[3])
    assert len(decoded.samplings) == 2
    for one in decoded.samplings:
        assert one.lost == 0
        assert len(one.samples) > 3000
        position(pods[2], one.samples)
