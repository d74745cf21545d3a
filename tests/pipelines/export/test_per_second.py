"""A second of a run, counted by hand."""

import numpy as np
import pytest

from pipelines.export.per_second import AROUND_S, by_second, whole_seconds
from pipelines.export.run import load
from pipelines.store.tables.stance_file import read_stances


@pytest.fixture
def run(files):
    return load(files)


def test_a_second_is_the_mean_of_the_stances_around_it(run, files):
    seconds = by_second(run, whole_seconds(run))
    frame = read_stances(files.stances).frame
    for k in (25, 61, 99, 140):
        near = frame[(frame["initial_contact_s"] - k).abs() <= AROUND_S]
        assert 10 < len(near) < 16
        assert seconds.time_s[k] == run.start_s + k
        for name in ("cadence_spm", "vertical_oscillation_m", "speed_mps"):
            assert seconds.both[name][k] == pytest.approx(near[name].mean())
        of_leg = near.groupby("side")[["contact_time_s", "pelvic_drop_deg"]].mean()
        for side in ("left", "right"):
            for name in of_leg:
                found = seconds.legs[f"{side}_{name}"][k]
                assert found == pytest.approx(of_leg.loc[side, name])
        left_s, right_s = of_leg["contact_time_s"]
        balance = seconds.both["contact_time_balance_pct"][k]
        assert balance == pytest.approx(100 * left_s / (left_s + right_s))


def test_only_running_has_values(run):
    seconds = by_second(run, whole_seconds(run))
    bouts = run.header["bouts"]
    [start_s] = [
        s for s, gait in zip(bouts["start_s"], bouts["gait"], strict=True) if gait == "running"
    ]
    [stop_s] = [
        s for s, gait in zip(bouts["stop_s"], bouts["gait"], strict=True) if gait == "running"
    ]
    at_s = seconds.time_s - run.start_s
    inside = (at_s >= start_s) & (at_s <= stop_s)
    np.testing.assert_array_equal(seconds.known(), inside)
    assert 140 < inside.sum() < 160


def test_a_clock_that_is_ahead_shows_the_same_later(run):
    time_s = whole_seconds(run)
    here, later = by_second(run, time_s), by_second(run, time_s + 30, ahead_s=30.0)
    for name, values in here.legs.items():
        np.testing.assert_allclose(later.legs[name], values)


def test_every_whole_second_of_the_session_is_there_and_none_beyond(run):
    seconds = whole_seconds(run)
    stop_s = run.start_s + run.header["duration_s"]
    assert seconds[0] - 1 < run.start_s <= seconds[0]
    assert seconds[-1] <= stop_s < seconds[-1] + 1
    assert set(np.diff(seconds)) == {1}
