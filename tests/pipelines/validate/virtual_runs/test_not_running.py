"""What is no running: every set of pods, a vehicle that shakes, and who is to blame."""

import numpy as np
import pytest

from imu.dsp.rows import norm
from imu.simulation import Run, Stand, realistic, someone
from pipelines.validate.results import PASS, SHORT
from pipelines.validate.virtual_runs import not_running, vehicle
from pipelines.validate.virtual_runs.grid import FULL, SMALL
from pipelines.validate.virtual_runs.not_running import COLUMNS, Found
from pipelines.validate.virtual_runs.score import Case, recorded


def found(kind, which, given=0, unflagged=0, label=COLUMNS[3]):
    none = dict.fromkeys(COLUMNS, 0)
    return Found(kind, which, 5, {**none, label: given}, {**none, label: unflagged})


def test_activities_are_laid_out_once_per_person():
    every = not_running.jobs(FULL, seed=1)
    assert len(set(every)) == len(every) == 9 * FULL.still_people + 5 * FULL.walkers
    assert {job[0] for job in every} >= {"walking", "vehicle", "rope skipping", "standing"}


def test_one_stance_in_any_set_of_pods_falls_short_and_is_named():
    part = not_running.part([found("walking", "1.9 m/s", 3), found("vehicle", "bus")])
    walking, riding = part.figures
    assert (walking.value, walking.verdict) == (3.0, SHORT)
    assert f"(most: 3, 1.9 m/s, {COLUMNS[3]}, someone(5))" in walking.name
    assert riding.verdict == PASS
    assert [row[0] for row in part.tables[0].rows] == ["walking, 1.9 m/s", "vehicle, bus"]


@pytest.mark.parametrize(("unflagged", "verdict"), [(0, PASS), (1, SHORT)])
def test_a_rope_may_be_skipped_if_it_is_said(unflagged, verdict):
    part = not_running.part([found("rope skipping", "rope skipping", 40, unflagged)])
    assert part.figures[0].verdict == verdict
    assert f"40 ({unflagged})" in part.tables[0].rows[0]


def test_every_set_of_pods_is_scored():
    one = not_running.score(("walking", "1 m/s", 601, 12.0))
    assert set(one.given) == set(one.unflagged) == set(COLUMNS)
    assert sum(one.given.values()) == 0


def test_running_would_be_found():
    """The counter can count: the same sets of pods on a run."""
    case = Case("run", "", someone(601), (Stand(8.0), Run(12.0)), 601, realistic(601))
    given, unflagged = not_running.counted(recorded(case)[1])
    assert given > 25
    assert 0 < unflagged <= given


# --- the vehicle ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", vehicle.RIDES)
def test_a_ride_shakes_as_much_as_it_says(name):
    ride = vehicle.RIDES[name]
    driving = np.ones(12_000)
    up = vehicle.floor_mps2(ride, driving, seed=3)[:, 2]
    least = np.hypot(ride.shaking_mps2, ride.bounce_mps2)
    assert 0.9 * least < np.sqrt(np.mean(up**2)) < least + ride.bump_mps2 / 3
    power = np.abs(np.fft.rfft(up)) ** 2
    frequency = np.fft.rfftfreq(len(up), 1 / vehicle.RATE_HZ)
    assert power[frequency > 25].sum() < 0.02 * power.sum()


def test_pods_on_a_ride_feel_gravity_and_rest_before_it():
    recording = vehicle.recording_of(vehicle.RIDES["bus"], seed=3, length_s=10.0)
    assert len(recording) == round((vehicle.IDLE_S + 10.0) * vehicle.RATE_HZ)
    idle = slice(0, round((vehicle.IDLE_S - 1) * vehicle.RATE_HZ))
    for sensor in recording.sensors.values():
        force = norm(sensor.acc_mps2)
        assert np.mean(force) == pytest.approx(9.81, abs=0.5)
        assert np.std(force[idle]) < 0.3 * np.std(force[idle.stop + 400 :])


def test_the_two_legs_do_not_shake_as_one():
    recording = vehicle.recording_of(vehicle.RIDES["rough track"], seed=3, length_s=10.0)
    left, right = (norm(recording.sensors[p].acc_mps2) for p in ("shank_left", "shank_right"))
    assert 0.2 < np.corrcoef(left, right)[0, 1] < 0.99


def test_a_small_scope_has_every_kind():
    kinds = {job[0] for job in not_running.jobs(SMALL, seed=1)}
    assert kinds == {job[0] for job in not_running.jobs(FULL, seed=1)}
