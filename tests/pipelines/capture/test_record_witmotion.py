"""Three WitMotion pods from scan to stances: timed by arrival, and said to be."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

pytest.importorskip("bumble")

from firmware_protocols.witmotion.decode import UNSEEN
from imu.simulation import Run, Runner, Stand, realistic, simulate
from pipelines.capture.recorder import record
from pipelines.demo.live import virtual_pods
from pipelines.process.journal import process_journal
from pipelines.radio.virtual.radio import virtual_radio
from pipelines.radio.virtual.time import loop_clock_ns, run_virtual
from pipelines.store.files import session_files
from pipelines.store.raw_file import read_raw
from pipelines.store.stance_file import read_stances
from pipelines.store.stated.rig import RigPod

SESSION = "2026-11-22-a1b2"
NAMES = {"pelvis": "WT901BLE61", "shank_left": "WT901BLE62", "shank_right": "WT901BLE63"}
RIG = {place: RigPod("witmotion", name=name) for place, name in NAMES.items()}


def recorded(store, pods, rig, *, seconds, kill=None):
    """Record for so many virtual seconds; return the journal and the health at every second."""
    health = []

    async def main():
        loop = asyncio.get_running_loop()
        stop = asyncio.Event()
        async with virtual_radio(pods) as air:
            if kill is not None:
                loop.call_later(seconds / 2, air.kill_link[kill])
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
                utc_now=lambda: datetime(2026, 11, 22, 7, tzinfo=UTC),
            )

    return run_virtual(main()), health


@pytest.fixture(scope="module")
def runner():
    script = (Stand(12.0), Run(25.0, speed_mps=3.0), Stand(2.0))
    return simulate(Runner(), script, seed=5, pods=realistic(5), rate_hz=200.0)


@pytest.fixture(scope="module")
def stances(runner, tmp_path_factory):
    orp = virtual_pods(runner)
    pods = [replace(pod, name=NAMES[pod.placement], protocol="witmotion") for pod in orp]
    done = {}
    for name, worn, rig in (("orp_v1", orp, {}), ("witmotion", pods, RIG)):
        store = tmp_path_factory.mktemp(name)
        journal, _ = recorded(store, worn, rig, seconds=40.0)
        done[name] = read_stances(process_journal(journal, store).stances_path)
        raw = read_raw(session_files(store, "ana", SESSION).raw)
        assert {pod.protocol for pod in raw.pods.values()} == {name}
    return done


def test_a_run_is_recorded_and_its_stances_are_about_those_of_other_pods(stances):
    one, other = stances["orp_v1"].frame, stances["witmotion"].frame
    assert len(other) == pytest.approx(len(one), abs=2)
    assert len(other) > 50
    for metric in ("contact_time_s", "peak_tibial_axial_mps2", "shank_lean_deg"):
        both = one.groupby("side")[metric].median(), other.groupby("side")[metric].median()
        np.testing.assert_allclose(*both, rtol=0.05, atol=0.25)


def test_what_needs_the_clocks_of_two_pods_is_refused_with_the_reason(stances):
    """Nobody can tell by how much the radio delayed one pod and not another."""
    frame = stances["witmotion"].frame
    assert stances["orp_v1"].frame["pelvic_drop_deg"].notna().any()
    assert frame["pelvic_drop_deg"].isna().all()
    running = frame[frame["contact_time_s"].notna()]
    assert running["quality"].str.contains("clocks of pelvis and shank may differ").mean() > 0.9


def test_the_session_says_of_each_pod_that_loss_is_not_seen(stances):
    reasons = stances["witmotion"].header["reasons"]
    for place in ("pelvis", "shank left", "shank right"):
        assert f"{place}: {UNSEEN}" in reasons
    assert not any(UNSEEN in reason for reason in stances["orp_v1"].header["reasons"])


def test_a_lost_link_is_a_gap_and_the_recording_goes_on(runner, tmp_path):
    pods = [
        replace(pod, name=NAMES[pod.placement], protocol="witmotion")
        for pod in virtual_pods(runner)
    ]
    journal, health = recorded(tmp_path, pods, RIG, seconds=38.0, kill=NAMES["shank_left"])
    done = process_journal(journal, tmp_path)
    assert done.lost["shank_left"] > 0
    assert done.lost["pelvis"] == done.lost["shank_right"] == 0
    assert {pod.state for pod in health[-2]} == {"recording"}
    assert all(pod.received == pytest.approx(36 * 200, rel=0.1) for pod in health[-1])
