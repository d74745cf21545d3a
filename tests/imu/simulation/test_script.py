import numpy as np
import pytest

from imu.simulation import Hop, Run, Runner, Stand, Walk, clean, simulate, turn
from imu.simulation.movement.contacts import HOP, RUN

SCRIPT = (Stand(10), Hop(3), Walk(15), Run(40), Walk(10), turn(180), Run(20), Stand(8))


@pytest.fixture(scope="module")
def varied():
    return simulate(Runner(), SCRIPT, seed=3, pods=clean())


def test_the_record_is_as_long_as_the_script(varied):
    assert len(varied.recording()) == round(varied.duration_s * 200)


def test_bouts_follow_the_script(varied):
    bouts = varied.truth.bouts
    gaits = ["standing", "walking", "running", "walking", "running", "standing"]
    assert list(bouts.gait) == gaits
    edges = np.cumsum([segment.duration_s for segment in SCRIPT])
    expected = [0.0, edges[1], edges[2], edges[3], edges[5], edges[6]]
    np.testing.assert_allclose(bouts.start_s, expected, atol=1.5)
    np.testing.assert_array_equal(bouts.start_s[1:], bouts.stop_s[:-1])


def test_stances_are_those_of_running_and_alternate(varied):
    truth = varied.truth
    assert set(truth.bout) == {0, 1}
    for bout in (0, 1):
        side = truth.side[truth.bout == bout]
        assert (side[1:] != side[:-1]).all()
    assert len(truth) == pytest.approx(60 * 166 / 60, abs=8)


def test_no_movement_is_faster_than_a_runner(varied):
    # changes of gait are where a stitched movement would tear
    for place, sensor in varied.recording().sensors.items():
        rate = np.linalg.norm(sensor.gyr_radps, axis=1).max()
        assert rate < (4.5 if place == "pelvis" else 16.0)
        assert np.linalg.norm(sensor.acc_mps2, axis=1).max() < 130


@pytest.mark.parametrize("place", ["pelvis", "shank_left", "shank_right"])
def test_standing_is_quiet_but_not_dead(varied, place):
    sensor = varied.recording().sensors[place]
    acc, gyr = sensor.acc_mps2[400:1800], sensor.gyr_radps[400:1800]
    size = np.linalg.norm(acc, axis=1)
    assert size.mean() == pytest.approx(9.80665, abs=0.01)
    assert 0.001 < np.ptp(acc[:, 0]) < 0.5
    assert np.degrees(np.abs(gyr).max()) < 4
    attitude = varied.attitude(place, np.arange(1.0, 9.2, 0.1))
    for angle, _ in (attitude.frontal, attitude.sagittal):
        assert np.degrees(np.ptp(angle)) < 2.5


def test_whoever_stands_carries_one_body_weight(varied):
    force, rate_hz = varied.truth.force_bw, varied.truth.force_hz
    np.testing.assert_allclose(force[int(rate_hz) : int(9 * rate_hz)], 1.0, atol=1e-9)
    np.testing.assert_allclose(force[int(-5 * rate_hz) :], 1.0, atol=1e-9)


def test_walking_never_flies_and_both_feet_overlap(varied):
    truth, contacts = varied.truth, varied.contacts
    walking = slice(int(16 * truth.force_hz), int(26 * truth.force_hz))
    assert truth.force_bw[walking].min() > 0.6
    inside = (contacts.initial_contact_s > 16) & (contacts.initial_contact_s < 26)
    inside = np.flatnonzero(inside)
    overlap = contacts.toe_off_s[inside] - contacts.initial_contact_s[inside + 1]
    assert (overlap > 0.06).all()
    assert (overlap < 0.2).all()


def test_walking_lands_more_softly(varied):
    up = varied.recording().sensors["shank_left"].acc_mps2[:, 2]
    assert up[16 * 200 : 26 * 200].max() < 25
    assert up[35 * 200 : 60 * 200].max() > 45


def test_hops_reach_every_pod_at_once(varied):
    contacts = varied.contacts
    landing_s = contacts.initial_contact_s[(contacts.gait == HOP) & (contacts.sign > 0)]
    assert len(landing_s) == 3
    at = np.round(landing_s * 200).astype(int)[:, None] + np.arange(14)
    for sensor in varied.recording().sensors.values():
        assert (sensor.acc_mps2[at, 2].max(axis=1) > 15).all()
        assert (np.abs(sensor.acc_mps2[at[:, 0] - 20, 2]) < 8).all()  # flying


def test_a_turn_turns_everything(varied):
    edges = np.cumsum([segment.duration_s for segment in SCRIPT])
    at = np.array([edges[4] - 3, edges[5] + 3])
    for place in ("pelvis", "shank_left"):
        yaw = varied.attitude(place, at).heading[0]
        assert np.degrees(yaw[1] - yaw[0]) == pytest.approx(180, abs=15)
    heading = varied.course.heading(at)[0]
    assert np.degrees(heading[1] - heading[0]) == pytest.approx(180, abs=1)


def test_a_record_may_begin_and_end_while_running():
    sim = simulate(Runner(), (Run(20),), seed=0, pods=clean())
    truth = sim.truth
    assert truth.initial_contact_s[0] < 0.5
    assert truth.toe_off_s[-1] > 19.0
    assert (sim.contacts.gait == RUN).all()


def test_faster_is_shorter_harder_and_quicker():
    slow, fast = (
        simulate(Runner(), (Run(30, speed_mps=v),), seed=0, pods=clean()).truth.metrics
        for v in (2.5, 4.0)
    )
    assert np.median(fast["contact_time_s"]) < np.median(slow["contact_time_s"]) - 0.04
    assert np.median(fast["peak_tibial_axial_mps2"]) > 1.3 * np.median(
        slow["peak_tibial_axial_mps2"]
    )
    assert np.nanmedian(fast["cadence_spm"]) > np.nanmedian(slow["cadence_spm"]) + 8


def test_fatigue_changes_what_it_names_and_stays():
    script = (Run(60), Run(120, fatigue_per_min={"pelvic_drop_deg": 1.0}), Run(60))
    loading = simulate(Runner(), script, seed=0, pods=clean()).contacts
    drop, at = loading.loading["pelvic_drop_deg"], loading.initial_contact_s
    plain = simulate(Runner(), (Run(240),), seed=0, pods=clean()).contacts.loading[
        "pelvic_drop_deg"
    ]
    change = np.interp(at, at, drop) - plain[: len(drop)]
    np.testing.assert_allclose(change[at < 59], 0, atol=1e-9)
    np.testing.assert_allclose(change[at > 181], 2.0, atol=1e-9)


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ((), "empty"),
        ((Run(1.0),), "2 s or more"),
        ((Run(30, speed_mps=0.8),), "give 1.6 to 8 m/s"),
        ((Walk(30, speed_mps=4.0),), "give 0.5 to 2.2 m/s"),
        ((Run(30, fatigue_per_min={"pelvic_drop": 1.0}),), "pelvic_drop_deg"),
    ],
)
def test_a_script_that_cannot_be_run_says_what_to_do(script, words):
    with pytest.raises(ValueError, match=words):
        simulate(Runner(), script, seed=0)
