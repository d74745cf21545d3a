"""Reasons are flags: each has its sentence, and the text says the flags and no more."""

import numpy as np

import imu
from imu.alignment import worn_pods
from imu.metrics.measure import measure
from imu.orientation import on_demand
from imu.quality import pod_slip
from imu.quality.stance_reasons import IMPLAUSIBLE, REASONS, in_words, reason_flags
from imu.segmentation.segment import find_stances
from imu.stance_signals.signals import cut


def test_every_flag_has_a_sentence_and_every_sentence_can_be_said(easy_recording):
    rate_hz = easy_recording.rate_hz
    segments = worn_pods.worn(easy_recording)
    quaternions = on_demand.oriented(segments, rate_hz=rate_hz)
    found = find_stances(segments, quaternions, rate_hz=rate_hz, start_s=0.0)
    signals = cut(found, segments, quaternions, rate_hz=rate_hz, sync_s={})
    slips = {place: pod_slip.Slip(30.0, 10.0) for place in segments}
    measured = measure(signals)
    flags = reason_flags(signals, measured, found.events, slips)
    assert set(flags) == set(REASONS)
    assert all(where.shape == (len(signals),) for where in flags.values())
    words = in_words(flags, measured.implausible)
    for name, where in flags.items():
        if name != IMPLAUSIBLE:
            said = [REASONS[name] in text.split("; ") for text in words]
            np.testing.assert_array_equal(said, where)


def test_words_are_joined_in_the_order_of_the_table():
    flags = {name: np.array([True, False]) for name in REASONS}
    flags[IMPLAUSIBLE] = np.array([False, False])
    order = [text for name, text in REASONS.items() if name != IMPLAUSIBLE]
    assert in_words(dict(reversed(flags.items())), {}).tolist() == ["; ".join(order), ""]


def test_a_session_of_no_stance_has_no_words():
    rng = np.random.default_rng(0)
    still = (rng.normal([0, 0, 9.81], 0.02, (3000, 3)), rng.normal(0, 0.01, (3000, 3)))
    table = imu.analyse(imu.Recording.from_arrays(rate_hz=200.0, pelvis=still)).stances
    assert len(table.quality["quality"]) == len(table) == 0
