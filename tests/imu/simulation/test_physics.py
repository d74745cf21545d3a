import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.integrate import cumulative_simpson
from scipy.spatial.transform import Rotation

from imu.frames import PLACEMENTS
from imu.simulation import Run, Runner, Spread, Stand, Walk, both, clean, simulate, someone
from imu.simulation.movement.body import vertical_force_bw
from imu.simulation.movement.motion import Attitude, specific_force_mps2

STEADY = Spread(*[0.0] * 8)


@pytest.fixture(scope="module")
def easy():
    return simulate(Runner(), (Stand(8), Run(60)), seed=1, pods=clean())


def integrated(rate_radps, rate_hz, start):
    """Strapdown integration: one rotation per sample, mid-point rate."""
    turns = Rotation.from_rotvec((rate_radps[1:] + rate_radps[:-1]) / 2 / rate_hz)
    attitude = [start]
    for turn in turns:
        attitude.append(attitude[-1] * turn)
    return Rotation.concatenate(attitude)


def worst_deg(found, true):
    return np.degrees((true.inv() * found).magnitude().max())


@pytest.mark.parametrize("place", PLACEMENTS)
def test_integrating_the_true_rate_recovers_the_attitude(easy, place):
    # measured over one stride: pelvis 0.0004, shanks 0.002 degrees at 1 kHz
    fine = easy.fine_s(6000, 6000)[:750]
    true = easy.attitude(place, fine).rotation()
    found = integrated(easy.true_signals(place, fine)[1], easy.fine_hz, true[0])
    assert worst_deg(found, true) < 0.01


@pytest.mark.parametrize("place", PLACEMENTS)
def test_integrating_the_gyroscope_recovers_the_attitude(easy, place):
    # what a perfect 200 Hz pod can give over one stride: pelvis 0.02, shanks 0.06 degrees
    gyr = easy.recording().sensors[place].gyr_radps[6000:6145]
    true = easy.attitude(place, np.arange(6000, 6145) / 200).rotation()
    assert worst_deg(integrated(gyr, 200, true[0]), true) < 0.1


@pytest.mark.parametrize("place", PLACEMENTS)
def test_over_whole_strides_a_body_is_accelerated_by_nothing_but_gravity(easy, place):
    truth, fine = easy.truth, easy.fine_s(4000, 12000)
    contact = truth.initial_contact_s[truth.side == "left"]
    inside = (fine >= contact[20]) & (fine < contact[60])
    world = easy.attitude(place, fine).rotation().apply(easy.true_signals(place, fine)[0])
    np.testing.assert_allclose(world[inside].mean(axis=0), [0, 0, 9.80665], atol=0.1)


@pytest.mark.parametrize("speed_mps", [2.2, 3.0, 4.5])
def test_mean_vertical_force_over_whole_strides_is_one_body_weight(speed_mps):
    truth = simulate(Runner(), (Run(60, speed_mps=speed_mps),), seed=2, pods=clean()).truth
    contact = truth.initial_contact_s[truth.side == "left"]
    first, last = np.round(contact[[5, -5]] * truth.force_hz).astype(int)
    assert truth.force_bw[first:last].mean() == pytest.approx(1.0, abs=0.002)


def test_over_the_whole_script_the_body_is_carried_by_one_body_weight():
    script = (Stand(6), Walk(10), Run(30), Walk(10), Stand(6))
    truth = simulate(Runner(), script, seed=2, pods=clean()).truth
    assert truth.force_bw.mean() == pytest.approx(1.0, abs=0.003)


def test_every_flight_lands_as_high_as_the_last_one(easy):
    # a body that rose or sank from step to step would need a force that is not one body weight
    truth = easy.truth
    contact = truth.initial_contact_s[truth.side == "left"]
    time_s = np.arange(0, 60, 1 / truth.force_hz)
    speed = cumulative_simpson((truth.force_bw[: len(time_s)] - 1) * 9.80665, x=time_s, initial=0)
    height = cumulative_simpson(speed, x=time_s, initial=0)
    at = np.interp(contact[10:60], time_s, height)
    at = at - np.polyval(np.polyfit(contact[10:60], at, 1), contact[10:60])
    assert np.ptp(at) < 0.02


def test_contact_begins_and_ends_where_the_force_does(easy):
    truth = easy.truth
    before, after = 1e-4, 1e-3
    for event_s, inward in ((truth.initial_contact_s[2:], 1), (truth.toe_off_s[2:], -1)):
        outside = vertical_force_bw(np.sort(event_s - inward * before), easy.contacts)
        inside = vertical_force_bw(np.sort(event_s + inward * after), easy.contacts)
        np.testing.assert_allclose(outside, 0, atol=1e-12)
        assert (inside > 0).all()


@pytest.mark.parametrize("place", PLACEMENTS)
def test_on_a_curve_a_runner_leans_into_it_and_feels_heavier(place):
    straight, curve = (
        simulate(Runner(), (Run(40, turn_deg=deg),), seed=1, pods=clean()) for deg in (0, 720)
    )
    fine = straight.fine_s(2000, 6000)
    turning = np.radians(720) / 40
    inward = 3.0 * turning
    usual, leaning = (run.true_signals(place, fine)[0].mean(axis=0) for run in (straight, curve))
    if place == "pelvis":  # a coordinated turn: nothing pulls to the side, all of it downward
        assert leaning[1] - usual[1] == pytest.approx(0, abs=0.1)
        assert leaning[2] - usual[2] == pytest.approx(np.hypot(9.81, inward) - 9.81, abs=0.05)
    lean = curve.attitude(place, fine).frontal[0] - straight.attitude(place, fine).frontal[0]
    np.testing.assert_allclose(lean, -np.arctan(inward / 9.80665), atol=0.002)
    rate = curve.attitude(place, fine).rotation().apply(curve.true_signals(place, fine)[1])
    flat = straight.attitude(place, fine).rotation().apply(straight.true_signals(place, fine)[1])
    assert (rate - flat)[:, 2].mean() == pytest.approx(turning, abs=0.02)


def test_uphill_the_feet_climb_and_the_body_still_weighs_the_same():
    sim = simulate(Runner(), (Run(40, grade_pct=8.0),), seed=1, pods=clean())
    for leg in sim._legs.values():
        at = leg.contacts.initial_contact_s
        at = at[(at > 5) & (at < 35)]
        forward, up = leg.ankle(at + 0.05).T
        assert (np.diff(up) / np.diff(forward)).mean() == pytest.approx(0.08, abs=0.002)
        path = leg.ankle(np.arange(at[3], at[8], 0.01))
        assert np.diff(path, axis=0).max() < 0.12  # in one movement, not in steps
    assert sim.truth.force_bw[5000:35000].mean() == pytest.approx(1.0, abs=0.01)


def test_standing_still_reads_gravity_and_a_lever_in_rotation_its_pull():
    n, rate_hz = 400, 1000.0
    zero, angle = np.zeros(n), np.arange(n) / rate_hz * 5.0
    still = (zero, zero)
    spinning = Attitude((angle, zero + 5.0), still, still, still)
    felt = specific_force_mps2(
        spinning, np.zeros((n, 3)), np.array([0.2, 0.0, 0.0]), spin_radps2=np.zeros((n, 3))
    )
    np.testing.assert_allclose(felt, np.tile([-5.0, 0.0, 9.80665], (n, 1)), atol=1e-9)


@settings(max_examples=30)
@given(st.lists(st.floats(-1.2, 1.2), min_size=8, max_size=8))
def test_the_rate_is_that_of_the_rotation(numbers):
    dt, values = 1e-5, np.array(numbers)
    angles = [(np.array([a, a + r * dt]), np.array([r, r])) for a, r in values.reshape(4, 2)]
    attitude = Attitude(*angles)
    rotation = attitude.rotation()
    turned = (rotation[0].inv() * rotation[1]).as_rotvec() / dt
    np.testing.assert_allclose(turned, attitude.rate_radps()[0], atol=1e-3)
    vectors = np.array([[0.3, -0.5, 0.8]] * 2)
    np.testing.assert_allclose(attitude.to_segment(vectors), rotation.inv().apply(vectors))


TURNS_BACK = {
    "pelvic_rotation_reversal_pct": "pelvic_rotation_amplitude_deg",
    "pelvic_obliquity_reversal_pct": "pelvic_obliquity_amplitude_deg",
}


@settings(max_examples=8)
@given(st.integers(0, 10_000), st.floats(2.0, 4.5))
@example(512, 3.0)  # hardly turns the pelvis
def test_anyone_can_run(seed, speed_mps):
    sim = simulate(someone(seed), (Stand(4), Run(12, speed_mps=speed_mps)), seed=seed, pods=clean())
    truth, recording = sim.truth, sim.recording()
    assert len(truth) > 25
    for name, values in truth.metrics.items():
        known = np.isfinite(values[:-2])
        if name in TURNS_BACK:
            np.testing.assert_array_equal(known, truth.metrics[TURNS_BACK[name]][:-2] >= 1.0)
        else:
            assert known.all() or name == "twist_share_pct", name
    for sensor in recording.sensors.values():
        assert np.isfinite(sensor.acc_mps2).all()
        assert np.isfinite(sensor.gyr_radps).all()
    assert (truth.metrics["flight_time_s"] > 0).all()


def test_heavier_drop_is_seen_by_the_pod_too():
    # the truth and the signal come from one movement, not from two
    for drop in (3.0, 8.0):
        runner = both(Runner(spread=STEADY), pelvic_drop_deg=drop)
        sim = simulate(runner, (Run(20),), seed=0, pods=clean())
        roll = sim.attitude("pelvis", np.arange(4000) / 200).rotation().as_euler("ZXY")[:, 1]
        assert np.degrees(np.ptp(roll)) == pytest.approx(2 * max(drop + 2, 5), abs=0.1)
        np.testing.assert_allclose(sim.truth.metrics["pelvic_drop_deg"], drop, atol=0.05)


def test_to_the_world_and_back_is_where_one_began():
    run = simulate(Runner(), (Run(5),), seed=1, pods=clean())
    time_s = np.linspace(1, 4, 200)
    vectors = np.random.default_rng(0).standard_normal((200, 3))
    for place in PLACEMENTS:
        attitude = run.attitude(place, time_s)
        world = attitude.to_world(vectors)
        np.testing.assert_allclose(world, attitude.rotation().apply(vectors), atol=1e-12)
        np.testing.assert_allclose(attitude.to_segment(world), vectors, atol=1e-12)
