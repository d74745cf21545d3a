"""Contact time from the pelvis alone: it follows speed, or it is withheld and says why."""

from dataclasses import replace

import numpy as np
import pytest

import imu
from imu.frames import GRAVITY_MPS2, UP
from imu.metrics.measure import FROM_TOE_OFF
from imu.quality.stance_reasons import REASONS
from imu.segmentation.pelvis_events import contact_time as pelvis_contact_time
from imu.simulation import Run, Runner, Stand, anyone, realistic, simulate, someone

SPEEDS_MPS = (2.5, 3.5, 4.5)
FOLLOWS = (0.7, 1.3)
"""Within these the slope of estimated against true contact over speeds must lie."""
WITHHELD = ("contact_time_s", "flight_time_s", "duty_factor_pct", *FROM_TOE_OFF)


def pelvis_alone(runner, pod, script, *, seed=1, rate_hz=200.0):
    """The run of the pelvis pod alone, and its recording."""
    run = simulate(runner, script, seed=seed, pods={"pelvis": pod}, rate_hz=rate_hz)
    return run, run.recording()


def accelerometer_only(recording):
    pod = replace(recording.sensors["pelvis"], gyr_radps=None, gyr_range_radps=None)
    return replace(recording, sensors={"pelvis": pod})


def contact_s(analysis):
    return float(np.nanmedian(analysis.stances.metrics["contact_time_s"]))


def true_contact_s(truth):
    return float(np.median(truth.toe_off_s - truth.initial_contact_s))


def slope(true, found):
    return np.polyfit(true, found, 1)[0]


def over_speeds(runner, pod, seed, *, gyroscope=True, rate_hz=200.0):
    """True and estimated contact time of one runner at each speed."""
    true, found = [], []
    for speed_mps in SPEEDS_MPS:
        script = (Stand(8), Run(20, speed_mps=speed_mps))
        run, recording = pelvis_alone(runner, pod, script, seed=seed, rate_hz=rate_hz)
        given = recording if gyroscope else accelerometer_only(recording)
        true.append(true_contact_s(run.truth))
        found.append(contact_s(imu.analyse(given)))
    return np.array(true), np.array(found)


def swinging(recording, gain):
    """The recording of a pelvis whose upward force swings by `gain` as much about body weight."""
    pod = recording.sensors["pelvis"]
    up = pod.acc_mps2[:, UP]
    acc = np.column_stack([pod.acc_mps2[:, :UP], GRAVITY_MPS2 + gain * (up - GRAVITY_MPS2)])
    return replace(recording, sensors={"pelvis": replace(pod, acc_mps2=acc)})


@pytest.fixture(scope="module")
def upright():
    """A run with a pod whose axes are those of the pelvis."""
    pod = replace(realistic(2)["pelvis"], mounting_rad=(0.0, 0.0, 0.0))
    return pelvis_alone(Runner(), pod, (Stand(8), Run(20, speed_mps=3.0)))


@pytest.mark.parametrize("seed", range(4000, 4004))
@pytest.mark.parametrize("gyroscope", [True, False])
def test_it_follows_the_speed_of_people(seed, gyroscope):
    true, found = over_speeds(someone(seed), realistic(seed)["pelvis"], seed, gyroscope=gyroscope)
    assert FOLLOWS[0] <= slope(true, found) <= FOLLOWS[1]
    assert np.abs(found - true).max() < 0.04


@pytest.mark.parametrize("seed", range(4010, 4014))
def test_it_follows_the_speed_of_runners_of_no_family(seed):
    runner, pods = anyone(seed)
    true, found = over_speeds(runner, pods["pelvis"], seed)
    assert FOLLOWS[0] <= slope(true, found) <= FOLLOWS[1]


@pytest.mark.parametrize("rate_hz", [52.0, 104.0, 400.0])
def test_it_follows_speed_at_any_rate(rate_hz):
    true, found = over_speeds(Runner(), realistic(1)["pelvis"], 1, rate_hz=rate_hz)
    assert FOLLOWS[0] <= slope(true, found) <= FOLLOWS[1]


def alcantara(reference, rows):
    """True and estimated mean contact time of trials."""
    true, found = [], []
    for row in rows:
        trial = reference.alcantara(row)
        sensors = {place: (acc, gyr) for place, (acc, gyr) in trial.sensors.items()}
        result = imu.analyse(imu.Recording.from_arrays(rate_hz=trial.rate_hz, **sensors))
        true.append(float(np.mean(trial.contact_s)))
        found.append(contact_s(result))
    return np.array(true), np.array(found)


def test_it_follows_the_speed_of_a_man_on_the_level(reference):
    true, found = alcantara(reference, (2, 3))
    assert FOLLOWS[0] <= slope(true, found) <= FOLLOWS[1]


def test_it_follows_the_contact_of_a_man_over_speeds_and_slopes(reference):
    true, found = alcantara(reference, reference.ALCANTARA_ROWS)
    assert FOLLOWS[0] <= slope(true, found) <= FOLLOWS[1]
    assert np.abs(found - true).max() < 0.018


def test_it_changes_with_speed_within_a_run():
    script = (Stand(8), Run(30, speed_mps=2.5), Run(30, speed_mps=4.5))
    run, recording = pelvis_alone(Runner(), realistic(1)["pelvis"], script)
    events = imu.analyse(recording).stances.events

    def change_s(of):
        contact = of.toe_off_s - of.initial_contact_s
        early, late = of.initial_contact_s < 30.0, of.initial_contact_s > 46.0
        return np.nanmedian(contact[late]) - np.nanmedian(contact[early])

    assert change_s(events) == pytest.approx(change_s(run.truth), rel=0.3)


def test_one_step_against_the_next_is_as_the_crossings_say():
    """A foot that is down for longer than the other one is seen to be so."""
    runner = Runner()
    longer = replace(runner, left=replace(runner.left, contact_time_s=0.27))
    script = (Stand(8), Run(30, speed_mps=3.0))
    run, recording = pelvis_alone(longer, realistic(1)["pelvis"], script)
    table = imu.analyse(recording).stances
    side, contact = table.events.side, table.metrics["contact_time_s"]
    apart_s = np.nanmedian(contact[side == "left"]) - np.nanmedian(contact[side == "right"])
    own = run.truth.toe_off_s - run.truth.initial_contact_s
    true_s = np.median(own[run.truth.side == "left"]) - np.median(own[run.truth.side == "right"])
    assert apart_s > 0.4 * true_s


def test_a_pelvis_that_swings_far_more_than_the_body_withholds_it_with_a_reason(upright):
    _, recording = upright
    table = imu.analyse(swinging(recording, 1.8)).stances
    assert len(table) > 40
    assert np.isfinite(table.events.initial_contact_s).all()
    assert np.isnan(table.events.toe_off_s).all()
    for name in WITHHELD:
        assert np.isnan(table.metrics[name]).all(), name
    assert np.isfinite(table.metrics["step_time_s"]).mean() > 0.9
    assert np.isfinite(table.metrics["pelvic_drop_deg"]).mean() > 0.9
    said = REASONS["toe_off_unsure"]
    assert all(said in text.split("; ") for text in table.quality["quality"])


def test_one_that_swings_as_the_body_withholds_nothing(upright):
    _, recording = upright
    table = imu.analyse(recording).stances
    assert np.isfinite(table.events.toe_off_s).all()
    assert not any(REASONS["toe_off_unsure"] in text for text in table.quality["quality"])


def test_with_a_shank_pod_the_pelvis_withholds_nothing():
    pods = realistic(2)
    pods["pelvis"] = replace(pods["pelvis"], mounting_rad=(0.0, 0.0, 0.0))
    script = (Stand(8), Run(15, speed_mps=3.0))
    recording = simulate(Runner(), script, seed=1, pods=pods).recording()
    swung = swinging(recording, 1.8).sensors["pelvis"]
    worn = replace(recording, sensors={**recording.sensors, "pelvis": swung})
    assert np.isfinite(imu.analyse(worn).stances.metrics["contact_time_s"]).mean() > 0.9


@pytest.mark.parametrize("estimates_s", [(0.3, 0.2, 0.25), (0.2, 0.25, 0.22), (0.36, 0.35, 0.3)])
def test_estimates_that_disagree_or_leave_no_flight_give_no_level(estimates_s):
    one = np.array(estimates_s)[:, None]
    level_s, upward_s = pelvis_contact_time._combined(one, np.array([0.36]), driven=np.ones(1))
    assert np.isnan(level_s).all()
    assert np.isnan(upward_s).all()


@pytest.mark.parametrize(("drive_s", "pulls"), [(0.25, 1), (0.20, -1), (0.36, 0), (np.nan, 0)])
def test_a_drive_that_is_far_away_or_unknown_does_not_count(drive_s, pulls):
    estimates_s = np.array([[0.23], [0.22], [drive_s]])
    level_s, upward_s = pelvis_contact_time._combined(
        estimates_s, np.array([0.36]), driven=np.ones(1)
    )
    assert upward_s == pytest.approx(0.225)
    assert np.sign(np.round(level_s - upward_s, 9)) == pulls


def test_a_moving_median_ignores_what_is_unknown_and_far_away():
    start = np.array([0.0, 100.0, 200.0, 300.0, 9000.0, 9100.0])
    near = pelvis_contact_time.near_steps(start, 100.0)
    x = np.array([1.0, np.nan, 3.0, 8.0, 50.0, 60.0])
    found = pelvis_contact_time.moving_median(x, near)
    np.testing.assert_array_equal(found, [3.0, 3.0, 3.0, 3.0, np.nan, np.nan])
