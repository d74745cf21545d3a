"""A pod's clock between what it sent and what it was asked, over links of the virtual radio."""

from random import Random

import numpy as np
import pytest

from imu.recording.clock import fit_clock
from imu.recording.two_way import FEWEST, between, two_way
from pipelines.radio.virtual.link_timing import Air, Lane, book

LINKS = ((60.0, 0.02), (-60.0, 0.05), (20.0, 0.15))
EVENLY_S = 0.095  # 19 samples at 200 Hz meet events of 30 ms at six instants only


def link(seed, seconds, ppm, missed, *, every_s=0.08, frame_s=EVENLY_S):
    """Return device, arrival and true time (3, n) of frames, and pings (k, 2), of one pod."""
    random = Random(seed)
    air = Air(missed=missed)
    phase_s, began_s = random.random() * air.interval_s, random.random() * frame_s
    device_s = frame_s * np.arange(round(seconds / frame_s))
    true_s = began_s + device_s / (1 + ppm * 1e-6)
    there, back = Lane(phase_s), Lane(phase_s)
    arrival_s = [book(back, at_s, air, random) for at_s in true_s.tolist()]
    sent_s = np.cumsum(every_s * np.random.default_rng(seed).uniform(0.5, 1.5, 10_000))
    sent_s = sent_s[sent_s < seconds]
    came_s = np.array([book(there, at_s, air, random) for at_s in sent_s.tolist()])
    came_s = (came_s - began_s) * (1 + ppm * 1e-6)
    return np.array([device_s, arrival_s, true_s]), np.column_stack([came_s, sent_s])


def clocks(seed, seconds, **options):
    """Return the errors (n,) of each clock in s, by arrivals alone and with pings, and fits."""
    pods = [link(10 * seed + k, seconds, *one, **options) for k, one in enumerate(LINKS)]
    both = [two_way(fit_clock(*frames[:2]), pings) for frames, pings in pods]
    apart_s = min(one.apart_s for one in both)
    alone = [one.arrivals for one in both]
    fits = [between(one, apart_s=apart_s) for one in both]
    errors = [
        np.array(
            [fit.host_s(frames[0]) - frames[2] for fit, (frames, _) in zip(some, pods, strict=True)]
        )
        for some in (alone, fits)
    ]
    return *errors, fits


@pytest.mark.parametrize("seconds", [60, 120])
def test_pings_show_what_no_arrival_does(seconds):
    """Seeds other than those by which the constants and how often a pod is asked were chosen."""
    alone_s, asked_s = [], []
    for seed in range(700, 720):
        alone, asked, _ = clocks(seed, seconds)
        alone_s.append(np.ptp(alone, axis=0).max())
        asked_s.append(np.ptp(asked, axis=0).max())
    assert max(alone_s) > 0.005
    assert max(asked_s) < 0.003


def test_the_stated_uncertainty_is_neither_brave_nor_useless():
    for seconds, most_s in ((30, 0.002), (60, 0.0015), (300, 0.001)):
        off, stated = [], []
        for seed in range(800, 815):
            _, asked, fits = clocks(seed, seconds)
            middle = asked[:, asked.shape[1] // 2]
            off.append(middle - middle.mean())
            stated.append([fit.uncertainty_s for fit in fits])
        assert np.mean(np.abs(off) < 2 * np.array(stated)) > 0.95
        assert np.mean(stated) < most_s


def test_the_line_lies_above_every_request_and_below_every_arrival():
    frames, pings = link(3, 90, 60.0, 0.02)
    both = two_way(fit_clock(*frames[:2]), pings)
    assert (both.requests.host_s(pings[:, 0]) - pings[:, 1]).min() == pytest.approx(0, abs=1e-9)
    assert (frames[1] - both.arrivals.host_s(frames[0])).min() == pytest.approx(0, abs=1e-9)
    assert both.apart_s > 0


def test_pods_that_cannot_be_asked_agree_with_those_that_can():
    """What both ways take at least must not part a pod with pings from one without."""
    late_s = 0.004  # of this machine, in each direction
    frames, pings = link(5, 600, 20.0, 0.02, frame_s=0.0913)
    frames[1] += late_s
    pings[:, 1] -= late_s
    both = two_way(fit_clock(*frames[:2]), pings)
    asked = between(both, apart_s=both.apart_s)
    off_s = asked.host_s(frames[0]) - both.arrivals.host_s(frames[0])
    assert np.abs(off_s).max() < 0.001


def test_few_pings_say_nothing():
    frames, pings = link(1, 60, 0.0, 0.02)
    assert two_way(fit_clock(*frames[:2]), pings[: FEWEST - 1]) is None
    assert two_way(fit_clock(*frames[:2]), pings[[4] * FEWEST]) is None
    assert two_way(fit_clock(*frames[:2]), np.zeros((0, 2))) is None
