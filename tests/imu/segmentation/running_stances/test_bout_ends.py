"""Where running begins and ends: no walking step passes for a stance, and none is wrong unsaid."""

from dataclasses import replace

import numpy as np
import pytest

import imu
from imu.segmentation.running_stances import bout_ends
from imu.simulation import Run, Stand, Walk, realistic, simulate, someone

SPEEDS_MPS = (2.25, 2.5, 3.0, 3.25, 3.75, 4.25, 4.75)


@pytest.fixture(scope="module")
def intervals():
    """Seven people who walk, run, walk, run and stand."""

    def made(seed, speed_mps):
        walk = Walk(8.0, speed_mps=1.1 + 0.1 * seed)
        run = Run(15.0, speed_mps=speed_mps)
        script = (Stand(8.0), walk, run, walk, run, Stand(5.0))
        return simulate(someone(seed), script, seed=seed, pods=realistic(seed), rate_hz=200.0)

    return [made(seed, speed) for seed, speed in enumerate(SPEEDS_MPS)]


def ends_of_bouts(found, which):
    return found.groupby("bout").nth(which)


def matched(rows, truth):
    """Return the errors of contact and of contact time of each row, in s."""
    contact = rows.initial_contact_s.to_numpy()
    at = np.abs(truth.initial_contact_s[:, None] - contact).argmin(axis=0)
    true_s = (truth.toe_off_s - truth.initial_contact_s)[at]
    return contact - truth.initial_contact_s[at], rows.contact_time_s.to_numpy() - true_s


def test_the_first_stance_of_every_run_is_a_stance_of_that_run(intervals):
    for run in intervals:
        found = imu.analyse(run.recording()).stances.to_frame()
        first = ends_of_bouts(found, 0)
        assert len(first) == 2
        contact_s, contact_time_s = matched(first, run.truth)
        assert np.abs(contact_s).max() < 0.03
        assert np.abs(contact_time_s).max() < 0.03
        assert first.contact_time_s.notna().all()


def test_a_last_stance_is_right_within_the_step_or_says_that_it_is_not_known(intervals):
    for run in intervals:
        found = imu.analyse(run.recording()).stances.to_frame()
        last = ends_of_bouts(found, -1)
        _, contact_time_s = matched(last, run.truth)
        unknown = last.contact_time_s.isna()
        assert (np.abs(contact_time_s[~unknown]) < 0.06).all()
        said = "running changes into another gait in this step|toe-off is not known"
        assert last.quality[unknown].str.contains(said).all()


def test_a_run_that_the_record_begins_with_loses_no_stance(intervals):
    for run in intervals:
        whole = run.recording()
        inside = int((run.truth.initial_contact_s[10] - 0.1) * whole.rate_hz)
        sensors = {
            place: replace(
                pod,
                acc_mps2=pod.acc_mps2[inside:],
                gyr_radps=pod.gyr_radps[inside:],
                valid=pod.valid[inside:],
            )
            for place, pod in whole.sensors.items()
        }
        late = imu.analyse(replace(whole, sensors=sensors)).stances.to_frame()
        assert not late.quality[:4].str.contains("another gait").any()


def test_no_metric_is_known_in_a_step_that_is_no_running(intervals):
    rows = [imu.analyse(run.recording()).stances for run in intervals]
    seen = 0
    for table in rows:
        told = np.char.find(table.quality["quality"].astype(str), "another gait") >= 0
        seen += told.sum()
        for values in table.metrics.values():
            assert np.isnan(values[told]).all()
    assert seen > 0


def test_flights_are_found_before_and_after_and_unknown_where_nothing_was_received():
    force_bw = np.ones(2000)
    starts = np.array([400.0, 470.0, 540.0, 610.0, 680.0])
    stops, stride = starts + 50, np.full(5, 140.0)
    for stop in stops[:-1]:
        force_bw[int(stop) : int(stop) + 20] = 0.1
    known = np.ones(2000, dtype=bool)
    before, after = bout_ends.flights(starts, stops, stride, force_bw, known)
    assert before.tolist() == [False, True, True, True, True]
    assert after.tolist() == [True, True, True, True, False]
    assert not bout_ends.not_run(starts, stride, before, after).any()
    known[380:400] = False
    assert bout_ends.flights(starts, stops, stride, force_bw, known)[0].all()
