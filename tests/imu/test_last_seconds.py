"""The last seconds of a run, held against the analysis of the whole run afterwards."""

from dataclasses import replace

import numpy as np
import pytest

import imu
from imu.last_seconds import EDGE_S, LOOK_AHEAD_S, found_so_far, last_stances
from imu.recording.recording import Sensor
from imu.simulation import Run, Stand, Walk, realistic, simulate, someone

LIVE = {
    "cadence_spm": 0.05,
    "contact_time_s": 0.001,
    "peak_tibial_resultant_mps2": 0.05,
    "pelvic_drop_deg": 0.15,
    "pelvic_rotation_over_leg_deg": 0.15,
}
"""How far the median of a minute may be off that of the whole analysis."""
WINDOW_S = 6.0
RUN_S = 17.0  # when the running begins


@pytest.fixture(scope="module")
def run():
    script = (Stand(12.0), Walk(5.0), Run(50.0, speed_mps=3.0), Stand(4.0))
    return simulate(someone(31), script, seed=31, pods=realistic(31), rate_hz=200.0).recording()


@pytest.fixture(scope="module")
def afterwards(run):
    return imu.analyse(run).stances


def part(recording, begin_s, end_s):
    """The samples of a recording between two times."""
    which = slice(*(round(at_s * recording.rate_hz) for at_s in (begin_s, end_s)))
    sensors = {
        place: replace(
            one,
            acc_mps2=one.acc_mps2[which],
            gyr_radps=one.gyr_radps[which],
            valid=one.valid[which],
        )
        for place, one in recording.sensors.items()
    }
    return replace(recording, sensors=sensors, start_s=begin_s)


def test_live_values_are_those_of_the_analysis_afterwards(run, afterwards):
    worn = found_so_far(part(run, 0.0, RUN_S + 6.0))
    live = last_stances(part(run, 24.0, 64.0), worn, LIVE)
    events = afterwards.events
    of_whole = np.searchsorted(events.initial_contact_s, live.initial_contact_s - 0.05)
    assert len(live) > 90
    assert (events.side[of_whole] == live.side).all()
    for name, most in LIVE.items():
        off = live.metrics[name] - afterwards.metrics[name][of_whole]
        for side in ("left", "right"):
            assert abs(np.nanmedian(off[live.side == side])) < most, name


def test_a_stance_is_there_with_its_toe_off_and_its_stride_with_the_next_contact(run):
    worn = found_so_far(part(run, 0.0, RUN_S + 6.0))
    long = last_stances(part(run, 30.0, 45.0), worn, LIVE)
    at = len(long) // 2
    end_s = long.toe_off_s[at] + LOOK_AHEAD_S + 0.01
    live = last_stances(part(run, round(end_s - WINDOW_S, 2), round(end_s, 2)), worn, LIVE)
    assert live.toe_off_s[-1] == pytest.approx(long.toe_off_s[at], abs=0.003)
    assert live.side[-1] == long.side[at]
    for name, known in (
        ("contact_time_s", True),
        ("peak_tibial_resultant_mps2", True),
        ("pelvic_drop_deg", True),
        ("pelvic_rotation_over_leg_deg", False),
        ("cadence_spm", False),
    ):
        assert np.isfinite(live.metrics[name][-1]) == known, name
        assert np.isfinite(live.metrics[name][-4]), name


def test_what_needs_the_zero_of_standing_and_what_is_no_running_is_not_known(run):
    worn = found_so_far(part(run, 0.0, RUN_S + 6.0))
    live = last_stances(part(run, 30.0, 36.0), worn, ("pelvic_tilt_midstance_deg",))
    assert len(live) > 5
    assert np.isnan(live.metrics["pelvic_tilt_midstance_deg"]).all()
    assert len(last_stances(part(run, 2.0, 8.0), worn, LIVE)) == 0
    assert len(last_stances(part(run, 30.0, 36.0), {}, LIVE)) == 0


def test_a_peak_that_clipped_is_infinite(run):
    worn = found_so_far(part(run, 0.0, RUN_S + 6.0))
    window = part(run, 30.0, 36.0)
    left = window.sensors["shank_left"]
    highest = 30.0
    low = Sensor(
        np.clip(left.acc_mps2, -highest, highest), left.gyr_radps, left.valid, highest, None
    )
    window = replace(window, sensors={**window.sensors, "shank_left": low})
    live = last_stances(window, worn, ("peak_tibial_resultant_mps2",))
    assert np.isinf(live.metrics["peak_tibial_resultant_mps2"][live.side == "left"]).all()


def test_a_pod_without_a_gyroscope_that_never_stood_still_counts(run):
    window = part(run, 30.0, 36.0)
    sensors = {place: replace(one, gyr_radps=None) for place, one in window.sensors.items()}
    worn = found_so_far(part(run, 20.0, 36.0))
    live = last_stances(replace(window, sensors=sensors), worn, ("contact_time_s",))
    assert len(live) > 5
    assert live.initial_contact_s[0] >= 30.0 + EDGE_S
