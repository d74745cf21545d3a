"""The vertical force as a curve: level, shape, and what is not known."""

from dataclasses import replace

import numpy as np
import pytest

import imu
from imu.alignment import worn_pods
from imu.metrics import METRICS
from imu.orientation import on_demand
from imu.segmentation.segment import find_stances
from imu.simulation import Run, Runner, Stand, realistic, simulate
from imu.stance_signals.signals import cut

ALCANTARA_ROWS = (1, 2, 3, 8, 11, 14, 18, 27)


def signals_of(recording):
    worn = worn_pods.worn(recording)
    quaternions = on_demand.oriented(worn, rate_hz=recording.rate_hz)
    rate_hz = recording.rate_hz
    found = find_stances(worn, rate_hz=rate_hz, start_s=0.0)
    return cut(found, worn, quaternions, rate_hz=rate_hz, sync_s={})


@pytest.fixture(scope="module")
def run():
    return simulate(Runner(), (Stand(8.0), Run(30.0)), seed=6, pods=realistic(6))


@pytest.fixture(scope="module")
def signals(run):
    return signals_of(run.recording())


@pytest.fixture(scope="module")
def force_bw(signals):
    return signals.force.over_time_bw


def test_it_follows_the_true_force(run, force_bw):
    time_s = np.arange(len(force_bw)) / run.rate_hz
    true = np.interp(
        time_s, np.arange(len(run.truth.force_bw)) / run.truth.force_hz, run.truth.force_bw
    )
    known = np.isfinite(force_bw)
    assert known[time_s > 12].mean() > 0.95
    assert np.sqrt(np.mean((force_bw - true)[known] ** 2)) < 0.2


def test_it_carries_the_body(run, force_bw):
    steady = force_bw[round(12 * run.rate_hz) : round(36 * run.rate_hz)]
    assert np.nanmean(steady) == pytest.approx(1.0, abs=0.05)
    assert np.nanmin(steady) == 0.0


def test_both_stances_of_every_stride_carry_the_body(signals, force_bw):
    """A limp changes which leg carries how much, never how much both do."""
    known = np.flatnonzero(np.isfinite(signals.stride))[2:-2]
    area = np.concatenate([[0.0], np.nancumsum(force_bw)])
    ends = signals.start[known] + signals.stride[known]
    grid = np.arange(len(area)) - 0.5
    carried = np.interp(ends, grid, area) - np.interp(signals.start[known], grid, area)
    np.testing.assert_allclose(carried / signals.stride[known], 1.0, atol=0.02)


def test_flight_is_free_of_force_and_standing_is_unknown(run, signals, force_bw):
    middle = np.round((signals.stop + signals.opposite) / 2)
    in_flight = middle[np.isfinite(middle)].astype(int)
    assert (force_bw[in_flight] == 0.0).all()
    assert np.isnan(force_bw[: round(6 * run.rate_hz)]).all()


def test_the_active_peak_is_the_highest_of_the_curve(run, signals, force_bw):
    peaks = METRICS["active_peak_force_bw"].formula(signals)
    known = np.isfinite(signals.stride)
    assert (np.isfinite(peaks) == known).all()
    for i in np.flatnonzero(known)[::7]:
        begin, end = signals.start[i] + np.array([0.3, 0.7]) * signals.contact[i]
        highest = force_bw[int(np.ceil(begin)) : int(end) + 1].max()
        assert peaks[i] == pytest.approx(highest, rel=1e-9)


@pytest.mark.parametrize("row", ALCANTARA_ROWS)
def test_the_active_peak_is_near_that_of_force_plates(row, reference):
    trial = reference.alcantara(row)
    recording = imu.Recording.from_arrays(rate_hz=trial.rate_hz, **trial.sensors)
    table = imu.analyse(recording).stances
    start, length = trial.initial_contact_s, trial.toe_off_s - trial.initial_contact_s
    middle = np.ceil((start + 0.3 * length) * trial.rate_hz).astype(int)
    until = np.floor((start + 0.7 * length) * trial.rate_hz).astype(int) + 1
    true = np.median([trial.force[i:j].max() for i, j in zip(middle, until, strict=True)])
    off = abs(np.nanmedian(table.metrics["active_peak_force_bw"]) / true - 1)
    assert off < (0.03 if trial.slope_deg == 0 else 0.08)


def test_without_a_pelvis_or_a_stance_there_is_no_force(run):
    pods = {p: (s.acc_mps2, s.gyr_radps) for p, s in run.recording().sensors.items()}
    shank = imu.Recording.from_arrays(rate_hz=200.0, shank_left=pods["shank_left"])
    assert signals_of(shank).force.over_time_bw is None
    still = tuple(x[:1000] for x in pods["pelvis"])
    standing = imu.Recording.from_arrays(rate_hz=200.0, pelvis=still)
    assert np.isnan(signals_of(standing).force.over_time_bw).all()


def test_with_one_shank_flight_is_not_guessed(run):
    pods = {p: (s.acc_mps2, s.gyr_radps) for p, s in run.recording().sensors.items()}
    one = imu.Recording.from_arrays(
        rate_hz=200.0, pelvis=pods["pelvis"], shank_right=pods["shank_right"]
    )
    force_bw = signals_of(one).force.over_time_bw
    assert 0.2 < np.isfinite(force_bw[3000:7000]).mean() < 0.5


def test_the_analysis_hands_it_out_over_time(run, force_bw):
    found = imu.analyse(run.recording()).vertical_force_bw
    np.testing.assert_allclose(found, force_bw)
    alone = {"shank_left": run.recording().sensors["shank_left"]}
    assert imu.analyse(replace(run.recording(), sensors=alone)).vertical_force_bw is None
