"""Three Polar sensors from scan to stances; what a lost link lost is missing, and is said."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

pytest.importorskip("bumble")

from virtual_pods import polar_pods

from firmware_protocols.polar_pmd import PROTOCOL
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
NAMES = {
    place: f"Polar Sense AA000{number}"
    for number, place in enumerate(("pelvis", "shank_left", "shank_right"), start=1)
}
RIG = {place: RigPod("polar_pmd", name=name) for place, name in NAMES.items()}


def recorded(store, pods, *, seconds, rig=RIG, kills=()):
    """Record for so many virtual seconds, with links killed (at_s, name); return the journal."""

    async def main():
        loop = asyncio.get_running_loop()
        stop = asyncio.Event()
        async with virtual_radio(pods) as air:
            for at_s, name in kills:
                loop.call_later(at_s, air.kill_link[name])
            loop.call_later(seconds, stop.set)
            return await record(
                air.radio,
                rig,
                store,
                athlete="ana",
                session=SESSION,
                stop=stop,
                on_health=lambda _: None,
                clock_ns=loop_clock_ns,
                utc_now=lambda: datetime(2026, 11, 22, 7, tzinfo=UTC),
            )

    return run_virtual(main())


@pytest.fixture(scope="module")
def runner():
    script = (Stand(8.0), Run(25.0, speed_mps=3.0), Stand(2.0))
    return simulate(Runner(), script, seed=5, pods=realistic(5), rate_hz=208.0)


def test_a_run_is_recorded_processed_and_its_stances_are_those_of_other_pods(runner, tmp_path):
    orp = [replace(pod, rate_hz=208.0) for pod in virtual_pods(runner)]
    polar = [replace(pod, name=NAMES[pod.placement], protocol="polar_pmd") for pod in orp]
    frames, grades = {}, {}
    for name, worn, rig in (("orp_v1", orp, {}), ("polar_pmd", polar, RIG)):
        journal = recorded(tmp_path / name, worn, seconds=36.0, rig=rig)
        done = process_journal(journal, tmp_path / name)
        assert sum(done.lost.values()) == 0
        raw = read_raw(session_files(tmp_path / name, "ana", SESSION).raw)
        assert {pod.protocol for pod in raw.pods.values()} == {name}
        stances = read_stances(done.stances_path)
        frames[name], grades[name] = stances.frame, stances.header["grade"]
    one, other = frames["orp_v1"], frames["polar_pmd"]
    assert len(one) > 50
    assert len(other) == pytest.approx(len(one), abs=2)
    for metric in ("contact_time_s", "pelvic_drop_deg", "tibial_peak_acceleration_g"):
        if metric in one:
            both = one.groupby("side")[metric].median(), other.groupby("side")[metric].median()
            np.testing.assert_allclose(*both, rtol=0.03, atol=0.1)
    assert grades["orp_v1"] == grades["polar_pmd"]


def first_of(pod, samples):
    same = (pod.samples["acc_lsb"] == samples["acc_lsb"][0]).all(axis=1)
    return int(np.argmax(same))


def test_what_a_lost_link_lost_is_a_gap_and_every_sample_beside_it_the_one_that_was_taken(tmp_path):
    pods = polar_pods(80)
    kills = [(20.0, NAMES["shank_left"]), (40.0, NAMES["shank_left"])]
    journal = read_journal(recorded(tmp_path, pods, seconds=60.0, kills=kills))
    for number, pod in enumerate(pods, start=1):
        decoded = PROTOCOL.decode(journal.packets[number])
        samples = decoded.samples
        assert decoded.earlier == ()
        assert decoded.device["serial"] == pod.name[-6:]
        at = first_of(pod, samples) + samples["index"] - samples["index"][0]
        np.testing.assert_array_equal(samples["acc_lsb"], pod.samples["acc_lsb"][at])
        np.testing.assert_array_equal(samples["gyr_lsb"], pod.samples["gyr_lsb"][at])
        taken_s = (at[-1] - at[0]) / 208
        assert taken_s > 50
        assert decoded.lost == at[-1] + 1 - at[0] - len(at)
        # A reconnection of a second or two, and what was on its way when the link broke.
        expected = (0.2, 8.0) if number == 2 else (0.0, 0.0)
        assert expected[0] <= decoded.lost / 208 <= expected[1]


def test_a_chest_strap_records_without_a_gyroscope(tmp_path):
    pods = polar_pods(40, model="Polar H10", rate_hz=200.0)
    rig = {
        place: RigPod("polar_pmd", name=pod.name) for place, pod in zip(NAMES, pods, strict=True)
    }
    journal = read_journal(recorded(tmp_path, pods, seconds=20.0, rig=rig))
    decoded = PROTOCOL.decode(journal.packets[1])
    assert (decoded.lost, dict(decoded.trouble), decoded.rate_hz) == (0, {}, 200.0)
    assert decoded.scale.gyr_radps is None
    assert len(decoded.samples) > 15 * 200
