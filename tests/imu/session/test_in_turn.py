"""Metrics and curves of one pod after the other are those of all at once, with less memory."""

import numpy as np
import pytest

from imu.alignment import worn_pods
from imu.metrics.measure import measure
from imu.orientation import on_demand
from imu.segmentation.segment import find_stances
from imu.session.curves import curves
from imu.session.in_turn import measured_in_turn
from imu.stance_signals import pelvis_travel, stride_harmonic
from imu.stance_signals.signals import cut

GIVEN = ("s", "pod", "own")


@pytest.fixture(scope="module")
def cut_anew(easy_recording):
    """Return the signals of the same stances anew at each call, and what they are turned by."""
    rate_hz = easy_recording.rate_hz
    segments = worn_pods.worn(easy_recording)
    found = find_stances(segments, rate_hz=rate_hz, start_s=0.0)

    def anew():
        quaternions = on_demand.oriented(segments, rate_hz=rate_hz)
        return cut(found, segments, quaternions, rate_hz=rate_hz, sync_s={}), quaternions

    return anew


@pytest.fixture(scope="module")
def at_once(cut_anew):
    signals, _ = cut_anew()
    measured = measure(signals)
    return measured, curves(signals, measured.columns)


def assert_same(found, asked, **apart):
    assert list(found) == list(asked)
    for name, values in asked.items():
        np.testing.assert_allclose(found[name], values, err_msg=name, **apart)


def test_the_order_changes_nothing(cut_anew, at_once):
    measured, drawn = measured_in_turn(*cut_anew())
    assert_same(measured.metrics, at_once[0].metrics, rtol=0)
    assert_same(measured.columns, at_once[0].columns, rtol=0)
    assert_same(measured.flags, at_once[0].flags, rtol=0)
    assert_same(drawn.mean, at_once[1].mean, rtol=0)
    assert_same(drawn.sd, at_once[1].sd, rtol=0)
    np.testing.assert_array_equal(drawn.count, at_once[1].count)


def test_strides_in_parts_are_those_of_all_of_them(cut_anew, at_once, monkeypatch):
    monkeypatch.setattr(pelvis_travel, "ROWS_AT_ONCE", 3_000)
    monkeypatch.setattr(stride_harmonic, "AT_ONCE", 50)
    assert_same(measure(cut_anew()[0]).metrics, at_once[0].metrics, rtol=1e-9, atol=1e-12)


def largest(kept):
    """Return the size of the largest array that is kept somewhere in a part of the signals."""
    if isinstance(kept, np.ndarray):
        return kept.size
    if isinstance(kept, tuple):
        return max(map(largest, kept))
    inside = {**getattr(kept, "__dict__", {})}
    return max((largest(one) for name, one in inside.items() if name not in GIVEN), default=0)


def test_what_is_as_long_as_the_record_is_let_go(cut_anew, easy_recording):
    signals, quaternions = cut_anew()
    measure(signals)
    count = len(easy_recording)
    assert all(largest(part) >= count for part in (*signals.legs, signals.posture))
    first = quaternions["pelvis"]
    assert quaternions["pelvis"] is first
    signals, quaternions = cut_anew()
    measured_in_turn(signals, quaternions)
    assert all(largest(part) < count for part in (*signals.legs, signals.posture))
    again = quaternions["pelvis"]
    quaternions.let_go()
    assert quaternions["pelvis"] is not again
