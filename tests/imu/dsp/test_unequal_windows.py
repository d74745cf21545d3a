"""Windows of unequal length: one long pause among them costs nothing, and changes nothing."""

import tracemalloc
from importlib.util import find_spec

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import imu
from imu import compiled, simulation
from imu.dsp.peaks import LARGEST_PART, LEAST_PART, argmax_in, last_crossing, windows_in_parts
from imu.session.summary import summarise

RATE_HZ = 200
HALF_DAY = 12 * 3600 * RATE_HZ


def peak_bytes(work):
    tracemalloc.start()
    try:
        result = work()
        return result, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def with_pause(rng, steps, pause, before):
    """Return a signal and windows of steps, one of which spans a pause of that many samples."""
    length = rng.integers(50, 91, steps)
    length[before] += pause
    stop = np.cumsum(length)
    return rng.normal(size=int(stop[-1]) + 5), stop - length, stop


@settings(max_examples=12)
@given(
    st.integers(0, HALF_DAY), st.integers(400, 3000), st.floats(0, 0.999), st.integers(0, 2**32 - 1)
)
def test_a_pause_changes_no_window_and_costs_no_memory(pause, steps, share, seed):
    at = int(share * steps)
    x, start, stop = with_pause(np.random.default_rng(seed), steps, pause, at)
    level = np.full(steps, 1.5)
    short = np.minimum(stop, start + 90)
    for work, by_hand in (
        (lambda end: argmax_in(x, start, end), highest_one_by_one),
        (lambda end: last_crossing(x, level, start, end), crossing_one_by_one),
    ):
        _, without = peak_bytes(lambda work=work: work(short))
        found, with_it = peak_bytes(lambda work=work: work(stop))
        np.testing.assert_array_equal(found, by_hand(x, start, stop))
        assert with_it <= 1.2 * without + 16 * LEAST_PART


def highest_one_by_one(x, start, stop):
    return np.array([a + np.argmax(x[a:b]) for a, b in zip(start, stop, strict=True)])


def crossing_one_by_one(x, start, stop):
    out = np.full(len(start), np.nan)
    for k, (a, b) in enumerate(zip(start, stop, strict=True)):
        rises = np.flatnonzero((x[a:b] < 1.5) & (x[a + 1 : b + 1] >= 1.5))
        if len(rises):
            i = a + rises[-1]
            out[k] = i + (1.5 - x[i]) / (x[i + 1] - x[i])
    return out


@given(st.lists(st.integers(-3, 400), max_size=60), st.integers(0, 2**32 - 1))
def test_any_windows_give_what_they_give_one_by_one(lengths, seed):
    rng = np.random.default_rng(seed)
    x = rng.integers(0, 5, 700).astype(float)  # many equal values: the first one counts
    start = rng.integers(0, 300, len(lengths))
    stop = start + np.array(lengths, dtype=np.int64)
    by_hand = highest_one_by_one(x, start, np.maximum(stop, start + 1))
    crossing = crossing_one_by_one(x, start, stop)
    for use in {False, find_spec("numba") is not None}:
        with compiled.forced(use=use):
            np.testing.assert_array_equal(argmax_in(x, start, stop), by_hand)
            found = last_crossing(x, np.full(len(start), 1.5), start, stop)
        np.testing.assert_array_equal(found, crossing)


@given(st.lists(st.integers(0, 5_000_000), max_size=40))
def test_parts_cover_every_window_once_and_stay_small(lengths):
    length = np.array(lengths, dtype=np.int64)
    reached = np.zeros(len(length), dtype=np.int64)
    for some, offset, width in windows_in_parts(length):
        assert (reached[some] == offset).all()
        assert len(reached[some]) * width <= LARGEST_PART
        reached[some] += width
    assert (reached >= length).all()


@pytest.fixture(scope="module")
def two_runs():
    """A minute of running, a rest, and another minute, as arrays; and where the rest is."""
    script = (
        simulation.Stand(8.0),
        simulation.Run(60.0),
        simulation.Stand(10.0),
        simulation.Run(60.0),
    )
    run = simulation.simulate(
        simulation.Runner(), script, seed=4, pods=simulation.realistic(4), rate_hz=200.0
    )
    return run.recording(), 73 * RATE_HZ


def apart(recording, at, extra, *, heard):
    """Return the recording with `extra` samples of standing, or of silence, put in at `at`."""
    rng = np.random.default_rng(0)

    def longer(x):
        quiet = x[at - RATE_HZ : at]
        rest = rng.normal(quiet.mean(axis=0), quiet.std(axis=0), (extra, 3))
        return np.concatenate([x[:at], rest if heard else np.full((extra, 3), np.nan), x[at:]])

    return imu.Recording.from_arrays(
        rate_hz=recording.rate_hz,
        **{
            place: (longer(pod.acc_mps2), longer(pod.gyr_radps))
            for place, pod in recording.sensors.items()
        },
    )


@pytest.mark.parametrize("heard", [True, False], ids=["standing", "silence"])
def test_a_run_with_a_long_pause_needs_the_memory_of_its_samples(two_runs, heard):
    recording, at = two_runs
    near, far = (apart(recording, at, k * RATE_HZ, heard=heard) for k in (60, 3600))
    (short, small), (long, large) = (
        peak_bytes(lambda given=given: imu.analyse(given)) for given in (near, far)
    )
    assert large / len(far) <= small / len(near)
    assert len(long.stances) == len(short.stances)
    moved_s = 3540 * (short.stances.events.initial_contact_s > at / RATE_HZ)
    np.testing.assert_allclose(
        long.stances.events.initial_contact_s - moved_s,
        short.stances.events.initial_contact_s,
        atol=0.002,
    )


def test_a_pause_of_hours_is_no_minute_of_the_drift(two_runs):
    recording, at = two_runs
    near = imu.analyse(recording)
    events = near.stances.events
    later = events.initial_contact_s > at / RATE_HZ
    moved = type(events)(
        **{
            **vars(events),
            "initial_contact_s": events.initial_contact_s + 12 * 3600 * later,
        }
    )
    table = type(near.stances)(moved, near.stances.metrics, near.stances.quality)
    _, before = peak_bytes(lambda: summarise(near.stances))
    _, after = peak_bytes(lambda: summarise(table))
    assert after <= 1.2 * before
