"""The shank near contact at every speed: what is near contact keeps its time, the rest its share.

Bach 2022 (2.2 and 2.4 m/s): the axial minimum of the 15 Hz low-passed signal 12 ms before contact,
steepest unloading (5 Hz) 40 ms before toe-off, axial minimum (12 Hz) 21 ms after it. There is no
measured shank at 5 and 6 m/s: there the limits only say what a runner cannot feel.
"""

import numpy as np
import pytest
from scipy.signal import butter, sosfiltfilt

from imu.frames import UP
from imu.simulation import Run, Runner, Spread, both, clean, simulate

STEADY = Spread(*[0.0] * 8)
RATE_HZ = 200.0
LAG_S = np.arange(-0.15, 0.45, 0.001)


def axial(speed_mps, *, lowpass_hz=None, **loading):
    """Mean axial signal around contact on LAG_S, and the contact time."""
    runner = both(Runner(spread=STEADY), **loading)
    sim = simulate(runner, (Run(20, speed_mps=speed_mps),), seed=2, pods=clean(), rate_hz=RATE_HZ)
    up = sim.recording().sensors["shank_left"].acc_mps2[:, UP]
    if lowpass_hz:
        up = sosfiltfilt(butter(2, lowpass_hz, fs=RATE_HZ, output="sos"), up)
    truth, time_s = sim.truth, np.arange(len(up)) / RATE_HZ
    own = (truth.side == "left") & (truth.initial_contact_s > 2) & (truth.initial_contact_s < 18)
    at = truth.initial_contact_s[own]
    mean = np.mean([np.interp(t + LAG_S, time_s, up) for t in at], axis=0)
    return mean, np.median(truth.metrics["contact_time_s"][own])


def lowest_s(x, start_s, stop_s):
    inside = np.flatnonzero((start_s <= LAG_S) & (stop_s >= LAG_S))
    return LAG_S[inside[np.argmin(x[inside])]]


def rises_at_s(x):
    """Where a fifth of the climb from the dip to the impact is done."""
    dip = np.searchsorted(LAG_S, lowest_s(x, -0.06, 0.01))
    peak = dip + np.argmax(x[dip : dip + 100])
    level = x[dip] + 0.2 * (x[peak] - x[dip])
    return LAG_S[dip + np.argmax(x[dip:peak] > level)]


@pytest.mark.parametrize("speed_mps", [2.0, 2.5, 3.0, 4.0, 5.0, 6.0])
def test_the_axial_dip_keeps_its_time_to_contact(speed_mps):
    # -14 at 2 m/s to -17 ms at 6, the rise at +7 to +3 ms; Bach -12 and +6
    up, _ = axial(speed_mps, lowpass_hz=15)
    assert lowest_s(up, -0.06, 0.01) == pytest.approx(-0.013, abs=0.006)
    assert rises_at_s(up) == pytest.approx(0.005, abs=0.004)


@pytest.mark.parametrize("speed_mps", [2.0, 2.5, 3.0])
def test_nothing_but_the_rise_happens_right_at_contact(speed_mps):
    up, _ = axial(speed_mps)
    assert (np.diff(up[(LAG_S > -0.003) & (LAG_S < 0.03)]) > -0.05).all()


@pytest.mark.parametrize("speed_mps", [2.0, 2.5, 3.0, 4.0, 5.0, 6.0])
def test_unloading_scales_with_the_time_of_contact(speed_mps):
    # -0.14 at 2 m/s to -0.08 at 6, and 0.07 to 0.08; Bach -0.14 and 0.07
    slow, contact_s = axial(speed_mps, lowpass_hz=5)
    late = np.flatnonzero((0.6 * contact_s < LAG_S) & (1.2 * contact_s > LAG_S))
    steepest = LAG_S[late[np.argmin(np.gradient(slow)[late])]]
    assert steepest / contact_s - 1 == pytest.approx(-0.115, abs=0.04)
    light, _ = axial(speed_mps, lowpass_hz=12)
    lowest = lowest_s(light, steepest, steepest + 0.12)
    assert lowest / contact_s - 1 == pytest.approx(0.08, abs=0.03)


@pytest.mark.parametrize("speed_mps", [3.0, 4.0, 5.0, 6.0])
def test_the_impact_is_the_highest_peak_and_the_hump_after_it_about_half(speed_mps):
    # hump 7.0 g after 11.8 at 6 m/s, 5.4 after 9.7 at 5, 2.7 after 5.8 at 3; Bach 2 to 4 after 8.4
    up, contact_s = axial(speed_mps)
    first = up[(LAG_S > 0) & (LAG_S < 0.06)].max()
    hump = up[(LAG_S > 0.08) & (LAG_S < 0.17)].max()
    assert hump < 0.7 * first
    assert up.min() > -0.65 * first
    leaving = (0.9 * contact_s < LAG_S) & (contact_s + 0.1 > LAG_S)
    assert np.abs(up[leaving]).max() < 40


def test_on_the_forefoot_the_slow_rise_begins_at_contact_and_the_impact_comes_later():
    heel, _ = axial(3.0)
    for delay_s in (0.05, 0.06, 0.07):
        up, _ = axial(3.0, impact_delay_s=delay_s)
        before = LAG_S < 0.015
        np.testing.assert_allclose(up[before], heel[before], atol=2.0)
        early = np.searchsorted(LAG_S, [0.0, delay_s - 0.025])
        assert 2 < up[early[1]] - up[early[0]] < 0.75 * up.max()
        at = LAG_S[(LAG_S > 0) & (LAG_S < 0.1)][np.argmax(up[(LAG_S > 0) & (LAG_S < 0.1)])]
        assert at == pytest.approx(delay_s, abs=0.004)
