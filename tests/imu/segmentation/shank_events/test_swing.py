"""Turns of a shank: each stance between two swings, before the first and after the last."""

import tracemalloc

import numpy as np
import pytest

from imu.alignment import worn_pods
from imu.frames import LEFT
from imu.segmentation.shank_events.swing import turns
from imu.simulation import Run, Runner, Stand, realistic, simulate

RATES_HZ = (52.0, 60.0, 100.0, 200.0, 500.0)
STRIDE_S, STRIDES = 0.7, 12
PODS = {"shank_left": realistic(4)["shank_left"]}


def rate_of_strides(rate_hz, *, slows=True, before_s=3.0, after_s=3.0):
    """The left rate (n,) of a leg that stands, swings `STRIDES` + 1 times, and stands; its turns.

    It swings for 0.4 of a stride (backward about left), tips over the foot, slows in push-off, and
    tips on. The second value are the times at which the swings end.
    """
    share = np.array([0.0, 0.2, 0.4, 0.52, 0.66, 0.85, 1.0])
    forward = np.array([0.0, 9.0, 0.0, *((-4.5, -1.5) if slows else (-2.2, -3.8)), -5.5, 0.0])
    at = np.arange(int((before_s + (STRIDES + 0.4) * STRIDE_S + after_s) * rate_hz)) / rate_hz
    strides = (at - before_s) / STRIDE_S
    inside = (strides > 0) & (strides < STRIDES + 0.4)
    rate = np.where(inside, np.interp(strides % 1.0, share, forward), 0.0)
    return -rate, before_s + (np.arange(STRIDES + 1) + 0.4) * STRIDE_S


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_every_swing_of_a_made_up_rate_ends_in_a_turn(rate_hz):
    """Before them comes the foot on which the leg stood, if its rate rings a little."""
    rate, turned_s = rate_of_strides(rate_hz)
    found = turns(rate, rate_hz=rate_hz)
    before = len(found) - len(turned_s)
    assert before in (0, 1)
    np.testing.assert_allclose(found.turned[before:] / rate_hz, turned_s, atol=0.02)
    inner = slice(before, before + STRIDES)
    push_off_s, tipping_s = (x[inner] / rate_hz for x in (found.push_off, found.tipping))
    assert found.slows[inner].all()
    np.testing.assert_allclose(push_off_s - turned_s[:-1], (0.66 - 0.4) * STRIDE_S, atol=0.02)
    np.testing.assert_allclose(tipping_s - turned_s[:-1], (0.85 - 0.4) * STRIDE_S, atol=0.02)
    steepest = found.steepest[inner]
    assert ((steepest > found.push_off[inner]) & (steepest < found.tipping[inner])).all()


def test_a_shank_that_never_slows_in_push_off_shows_none():
    rate, turned_s = rate_of_strides(200.0, slows=False)
    found = turns(rate, rate_hz=200.0)
    swung = found.turned > 200.0 * (turned_s[0] - 0.1)
    assert swung.sum() == len(turned_s)
    assert not found.slows[swung].any()
    assert (found.push_off < found.tipping)[swung][:-1].all()


@pytest.fixture(scope="module")
def runs():
    """A run that the record breaks off, one that ends in a halt, and two with minutes between."""
    scripts = {
        "broken off": (Stand(6.0), Run(12.0)),
        "halt": (Stand(6.0), Run(12.0), Stand(5.0)),
        "pause": (Stand(6.0), Run(12.0), Stand(240.0), Run(12.0), Stand(5.0)),
    }
    return {
        name: simulate(Runner(), script, seed=4, pods=PODS, rate_hz=100.0)
        for name, script in scripts.items()
    }


def left_rate(simulation):
    return worn_pods.worn(simulation.recording())["shank_left"].gyr_radps[:, LEFT]


def contacts_s(simulation):
    return simulation.truth.initial_contact_s[simulation.truth.side == "left"]


def turned_s(simulation):
    found = turns(left_rate(simulation), rate_hz=simulation.rate_hz)
    return found.turned / simulation.rate_hz


def missed_and_extra(turned, contact):
    away = np.abs(turned[:, None] + 0.035 - contact)
    return np.sum(away.min(axis=0) > 0.02), np.sum(away.min(axis=1) > 0.02)


@pytest.mark.parametrize("name", ["broken off", "halt"])
def test_the_first_stance_and_the_last_are_found(name, runs):
    """After the last one, a foot may be put down beside the other: no more than that."""
    turned, contact = turned_s(runs[name]), contacts_s(runs[name])
    missed, extra = missed_and_extra(turned, contact)
    assert missed == 0
    assert extra <= (name == "halt")
    assert turned[0] + 0.035 == pytest.approx(contact[0], abs=0.01)
    assert turned[-1] < contact[-1] + 1.0


def test_a_record_that_begins_as_a_foot_comes_down_has_that_stance(runs):
    simulation = runs["halt"]
    contact = contacts_s(simulation)[3]
    begins = round((contact - 0.08) * simulation.rate_hz)
    found = turns(left_rate(simulation)[begins:], rate_hz=simulation.rate_hz)
    first_s = (found.turned[0] + begins) / simulation.rate_hz
    assert first_s + 0.035 == pytest.approx(contact, abs=0.015)
    assert found.slows[0]


def test_minutes_between_two_runs_hold_no_stance(runs):
    turned, contact = turned_s(runs["pause"]), contacts_s(runs["pause"])
    missed, extra = missed_and_extra(turned, contact)
    assert missed == 0
    assert extra <= 2
    assert not ((turned > 20.0) & (turned < 257.0)).any()


def test_a_pause_of_an_hour_makes_no_wide_window():
    """Memory stays that of a few filtered copies of the rate, and no window spans the pause."""
    run, _ = rate_of_strides(100.0)
    rate = np.concatenate([run, np.zeros(360_000), run])
    turns(rate, rate_hz=100.0)  # what is imported is no memory of the pause
    tracemalloc.start()
    found = turns(rate, rate_hz=100.0)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(found) in range(2 * (STRIDES + 1), 2 * (STRIDES + 2) + 1)
    assert most < 12 * rate.nbytes
    known = np.isfinite(found.tipping)
    assert (found.tipping - found.turned)[known].max() < 100.0
    assert (found.push_off - found.turned).max() < 100.0


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_the_same_stances_are_found_at_any_rate(rate_hz, runs):
    again = simulate(Runner(), runs["halt"].script, seed=4, pods=PODS, rate_hz=rate_hz)
    turned = turned_s(again)
    np.testing.assert_allclose(turned, turned_s(runs["halt"]), atol=0.004)


@pytest.mark.parametrize("kind", ["zero", "constant", "noise", "noise of two", "one"])
def test_what_is_no_swing_has_no_turns(kind):
    rng = np.random.default_rng(2)
    rate = {
        "zero": np.zeros(4000),
        "constant": np.full(4000, -6.0),
        "noise": rng.normal(0, 1.0, 4000),
        "noise of two": rng.normal(0, 1.0, 2),
        "one": np.zeros(1),
    }[kind]
    found = turns(rate, rate_hz=200.0)
    assert len(found) == 0
    assert all(len(x) == 0 for x in (found.push_off, found.slows, found.steepest, found.tipping))
    assert len(found.rate) == len(rate)
