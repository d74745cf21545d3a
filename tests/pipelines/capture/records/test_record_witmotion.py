"""Three WitMotion pods from scan to stances: timed by arrival, and said to be."""

import pytest

pytest.importorskip("bumble")

from pods.recorded_pods import assert_alike, recorded, rig_of, run_of, running, worn_as

from firmware_protocols.witmotion.decode import UNSEEN
from pipelines.process.from_journal.journal import process_journal

RIG = rig_of("witmotion", "WT901BLE6")


@pytest.fixture(scope="module")
def orp():
    return running(stand_s=12.0)


@pytest.fixture(scope="module")
def stances(orp, tmp_path_factory):
    done = {}
    for name, pods, rig in (("orp_v1", orp, {}), ("witmotion", worn_as(orp, RIG), RIG)):
        store = tmp_path_factory.mktemp(name)
        raw, done[name] = run_of(store, pods, rig, seconds=40.0, lost=None)
        assert {pod.protocol for pod in raw.pods.values()} == {name}
    return done


def test_a_run_is_recorded_and_its_stances_are_about_those_of_other_pods(stances):
    metrics = ("contact_time_s", "peak_tibial_axial_mps2", "shank_lean_deg")
    assert_alike(stances["orp_v1"], stances["witmotion"], metrics, rtol=0.05, atol=0.25)


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


def test_a_lost_link_is_a_gap_and_the_recording_goes_on(orp, tmp_path):
    faults = [(19.0, RIG["shank_left"].name, "kill_link")]
    journal, health = recorded(tmp_path, worn_as(orp, RIG), RIG, seconds=38.0, faults=faults)
    done = process_journal(journal, tmp_path)
    assert done.lost["shank_left"] > 0
    assert done.lost["pelvis"] == done.lost["shank_right"] == 0
    assert {pod.state for pod in health[-2]} == {"recording"}
    assert all(pod.received == pytest.approx(36 * 200, rel=0.1) for pod in health[-1])
