import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from imu.recording.clock import fit_clock, fit_shared_clock, session_time_s
from imu.recording.samples import SAMPLE

# missed events, host jitter, stalls, crystal, start of its clock: a good, a fair and a bad link
PODS = ((0.02, 0.001, 1, 12, 5.0), (0.15, 0.003, 6, -18, 77.0), (0.35, 0.006, 12, 31, 0.1))


def received(rng, *, seconds, missed, jitter_s, stalls, ppm, offset_s):
    """Simulate a pod of 200 Hz in frames of 95 ms over connection events of 30 ms.

    Returns true host time, device time and arrival of the last sample of each frame; the crystal
    wanders by 2 ppm, the host stalls for up to 0.4 s.
    """
    count = int(seconds * 200 // 19)
    nominal_s = (np.arange(1, count + 1) * 19 - 1) / 200
    rate = 1 - 1e-6 * (ppm + 2 * np.sin(2 * np.pi * nominal_s / 1200))
    true_s = np.cumsum(np.diff(nominal_s, prepend=0.0) * rate)
    phase_s = rng.random() * 0.03
    event_s = phase_s + np.ceil((true_s + 0.001 - phase_s) / 0.03) * 0.03
    event_s += 0.03 * (rng.random(count) < missed)
    arrival_s = event_s + 0.0008 + rng.exponential(jitter_s, count)
    for first in rng.choice(count, min(stalls, count // 50), replace=False):
        stalled = arrival_s[first : first + 8]
        stalled += rng.uniform(0.05, 0.4) * np.linspace(1, 0.1, 8)[: len(stalled)]
    return true_s, nominal_s + offset_s, np.maximum.accumulate(arrival_s)


def fits(seconds, runs):
    """Return errors and stated uncertainties at the end of the run, ms, shape (runs, pods)."""
    errors, stated = np.empty((runs, 3)), np.empty((runs, 3))
    for run in range(runs):
        rng = np.random.default_rng(run)
        for pod, (missed, jitter_s, stalls, ppm, offset_s) in enumerate(PODS):
            true_s, device_s, arrival_s = received(
                rng,
                seconds=seconds,
                missed=missed,
                jitter_s=jitter_s,
                stalls=stalls,
                ppm=ppm,
                offset_s=offset_s,
            )
            clock = fit_clock(device_s, arrival_s)
            late = slice(-max(1, len(true_s) // 5), None)
            errors[run, pod] = np.median((clock.host_s(device_s) - true_s)[late]) * 1e3
            stated[run, pod] = clock.uncertainty_s * 1e3
    return errors, stated


@pytest.mark.parametrize(("seconds", "between_ms"), [(60, 2.7), (300, 3.0), (1800, 0.45)])
def test_pods_with_unequal_links_agree_as_well_as_the_design_promises(seconds, between_ms):
    errors, _ = fits(seconds, 20)
    assert np.ptp(errors, axis=1).mean() < between_ms


@pytest.mark.parametrize("seconds", [10, 60, 300, 900, 1800])
def test_the_stated_uncertainty_is_neither_brave_nor_useless(seconds):
    errors, stated = fits(seconds, 20)
    apart = errors - errors.mean(axis=1, keepdims=True)
    assert np.mean(np.abs(apart) < 2 * stated) > 0.95
    assert stated.mean() < 4.0
    assert seconds < 1800 or stated.mean() < 0.8


@pytest.mark.parametrize("count", [1, 2, 3, 10])
def test_few_arrivals_place_a_pod_as_well_as_they_say(count):
    """Against many arrivals of the same link, of which these few are a random part."""
    apart_s, stated_s = [], []
    for run in range(200):
        rng = np.random.default_rng(run)
        true_s, device_s, arrival_s = received(
            rng, seconds=60, missed=0.15, jitter_s=0.003, stalls=0, ppm=-18, offset_s=77.0
        )
        first = rng.integers(0, len(true_s) - count)
        few = slice(first, first + count)
        samples = np.zeros(count, SAMPLE)
        samples["index"] = 19 * np.arange(count)
        samples["device_us"] = np.rint(device_s[few] * 1e6)
        arrival = np.column_stack([device_s, arrival_s])
        time_s, clock = session_time_s(samples, arrival[few])
        apart_s.append(time_s[0] - fit_clock(*arrival.T).host_s(device_s[few])[0])
        stated_s.append(clock.uncertainty_s)
    assert np.mean(np.abs(apart_s) < 2 * np.array(stated_s)) > 0.95
    assert np.mean(stated_s) < 0.035


def test_a_short_record_is_not_tilted_by_its_delays():
    device_s = np.arange(0, 20, 0.095)
    delay_s = np.where(device_s < 10, 0.0, 0.030)
    late = fit_clock(device_s, device_s + delay_s)
    assert abs(late.slope - 1) <= 17e-6
    assert late.uncertainty_s > 0.0149


def test_a_straight_line_through_the_arrivals_would_follow_the_link():
    rng = np.random.default_rng(0)
    true_s, device_s, arrival_s = received(
        rng, seconds=300, missed=0.35, jitter_s=0.006, stalls=12, ppm=31, offset_s=0.1
    )
    mean_line = np.polyval(np.polyfit(device_s, arrival_s, 1), device_s)
    envelope = fit_clock(device_s, arrival_s).host_s(device_s)
    assert np.median(mean_line - true_s) > 0.02
    assert np.median(envelope - true_s) < 0.005


times = st.lists(st.floats(0.01, 2.0), min_size=3, max_size=40).map(np.cumsum)
delays = st.lists(st.floats(0, 0.5), min_size=40, max_size=40).map(np.array)


def arrivals(device_s, delay_s, ppm=0.0):
    return np.maximum.accumulate(device_s * (1 + ppm * 1e-6) + delay_s[: len(device_s)])


@given(times, delays, st.floats(-90, 90))
def test_delay_never_moves_the_middle_of_the_fit_before_the_truth(device_s, delay_s, ppm):
    arrival_s = arrivals(device_s, delay_s, ppm)
    clock = fit_clock(device_s, arrival_s, slope_free_after_s=0)
    assert clock.offset_s >= clock.reference_s * (1 + ppm * 1e-6) - 1e-9
    assert (clock.host_s(device_s) <= arrival_s + 1e-9).all()


@given(times, delays, st.floats(-1e9, 1e9), st.floats(-1e9, 1e9))
def test_the_start_of_either_clock_does_not_matter(device_s, delay_s, there_s, here_s):
    arrival_s = arrivals(device_s, delay_s)
    plain = fit_clock(device_s, arrival_s).host_s(device_s)
    moved = fit_clock(device_s + there_s, arrival_s + here_s).host_s(device_s + there_s)
    np.testing.assert_allclose(moved - here_s, plain, atol=3e-6)


@given(times, delays, st.floats(-1e-3, 1e-3))
def test_a_faster_clock_gives_the_same_host_times(device_s, delay_s, faster):
    arrival_s = arrivals(device_s, delay_s)
    plain = fit_clock(device_s, arrival_s, slope_limit_ppm=1e6, slope_free_after_s=0)
    other = fit_clock(device_s * (1 + faster), arrival_s, slope_limit_ppm=1e6, slope_free_after_s=0)
    assert other.offset_s == pytest.approx(plain.offset_s, abs=1e-6)


@settings(max_examples=50)
@given(times, delays, st.sampled_from([0.0, 50.0, 1e5]))
def test_the_fit_is_the_highest_line_below_all_arrivals(device_s, delay_s, limit_ppm):
    arrival_s = arrivals(device_s, delay_s)
    clock = fit_clock(device_s, arrival_s, slope_limit_ppm=limit_ppm, slope_free_after_s=0)
    away_s, limit = device_s - clock.reference_s, limit_ppm * 1e-6
    best = linprog(
        [-1, 0],
        A_ub=np.c_[np.ones_like(away_s), away_s],
        b_ub=arrival_s,
        bounds=[(None, None), (1 - limit, 1 + limit)],
    )
    assert clock.offset_s == pytest.approx(best.x[0], abs=1e-6)


@pytest.mark.parametrize(
    ("device_s", "arrival_s", "words"),
    [
        ([], [], "left shank: too little was received"),
        ([1.0], [1.0], "left shank: too little was received"),
        ([1.0, 3.0, 2.0], [1.0, 2.0, 3.0], "left shank: its time runs backward"),
        ([1.0, 1.0, 1.0], [1.0, 2.0, 3.0], "left shank: its clock stands still"),
        ([1.0, np.nan, 3.0], [1.0, 2.0, 3.0], "left shank: its times hold NaN"),
    ],
)
def test_a_clock_that_cannot_be_fitted_names_its_pod(device_s, arrival_s, words):
    with pytest.raises(ValueError, match=words):
        fit_clock(np.array(device_s), np.array(arrival_s), pod="left shank")


def test_session_time_puts_three_pods_on_one_clock():
    rng = np.random.default_rng(4)
    origin_s, seconds = 5_000.0, 300
    for missed, jitter_s, stalls, ppm, offset_s in PODS:
        true_s, device_s, arrival_s = received(
            rng,
            seconds=seconds,
            missed=missed,
            jitter_s=jitter_s,
            stalls=stalls,
            ppm=ppm,
            offset_s=offset_s,
        )
        samples = np.zeros(seconds * 200 // 19 * 19, SAMPLE)
        samples["index"] = np.arange(len(samples))
        samples["device_us"] = int(offset_s * 1e6) + 5000 * samples["index"]
        arrival = np.c_[device_s, arrival_s + origin_s]
        time_s, clock = session_time_s(samples, arrival, pod="pelvis", origin_s=origin_s)
        last = np.arange(18, len(samples), 19)
        assert np.abs(time_s[last] - true_s[: len(last)]).max() < 6e-3
        assert clock.slope == pytest.approx(1 - ppm * 1e-6, abs=15e-6)


def one_link(rng, *, ppm, missed, seconds=600):
    return received(
        rng, seconds=seconds, missed=missed, jitter_s=0.002, stalls=0, ppm=ppm, offset_s=3.0
    )


def test_a_clock_that_leaves_its_line_shows_in_the_minutes_in_which_it_does():
    _, device_s, arrival_s = one_link(np.random.default_rng(1), ppm=10, missed=0.05)
    even = fit_clock(device_s, arrival_s)
    assert len(even.residuals_s) == 10
    assert max(even.residuals_s) < 0.006
    stepped = fit_clock(device_s, arrival_s + 0.05 * (device_s > 3.0 + 480.0))
    assert max(stepped.residuals_s[:7]) < 0.01 < 0.03 < min(stepped.residuals_s[8:])


def test_a_minute_without_an_arrival_has_no_residual():
    _, device_s, arrival_s = one_link(np.random.default_rng(2), ppm=10, missed=0.05, seconds=240)
    heard = (device_s < 3.0 + 55.0) | (device_s > 3.0 + 125.0)
    residuals_s = fit_clock(device_s[heard], arrival_s[heard]).residuals_s
    np.testing.assert_array_equal(np.isfinite(residuals_s), [True, False, True, True])


def test_pods_in_step_by_themselves_are_placed_by_the_best_of_their_links():
    rng = np.random.default_rng(3)
    links = [one_link(rng, ppm=20, missed=missed, seconds=60) for missed in (0.02, 0.35, 0.35)]
    shared = fit_shared_clock([np.column_stack(link[1:]) for link in links])
    true_s, device_s, _ = links[0]
    own = [fit_clock(*link[1:]).host_s(device_s) - true_s for link in links]
    error_s = shared.host_s(device_s) - true_s
    assert 0 <= np.median(error_s) <= min(np.median(one) for one in own) + 1e-6
    assert shared.count == sum(len(link[0]) for link in links)


def test_a_single_packet_of_pods_in_step_is_enough_to_place_them():
    shared = fit_shared_clock([np.array([[5.0, 105.03]])])
    assert shared.host_s(np.array([6.0]))[0] == pytest.approx(106.03)
    assert shared.uncertainty_s > 0.02
