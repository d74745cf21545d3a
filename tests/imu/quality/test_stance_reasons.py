"""Reasons are flags: each has its sentence, and the text says the flags and no more."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import imu
from imu.alignment import worn_pods
from imu.metrics import METRICS
from imu.metrics.measure import measure
from imu.orientation import on_demand
from imu.quality import pod_slip
from imu.quality.stance_reasons import (
    EARLIER,
    IMPLAUSIBLE,
    REASONS,
    SEPARATOR,
    in_words,
    parts,
    reason_flags,
    reason_of,
)
from imu.segmentation.segment import find_stances
from imu.stance_signals.signals import cut


def test_every_flag_has_a_sentence_and_every_sentence_can_be_said(easy_recording):
    rate_hz = easy_recording.rate_hz
    segments = worn_pods.worn(easy_recording)
    quaternions = on_demand.oriented(segments, rate_hz=rate_hz)
    found = find_stances(segments, rate_hz=rate_hz, start_s=0.0)
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


def test_no_two_reasons_have_one_sentence_and_none_holds_the_separator():
    sentences = [text for text in REASONS.values() if text]
    assert len(set(sentences)) == len(sentences) == len(REASONS) - 1
    assert not any(SEPARATOR in text for text in sentences)


NAMES = list(METRICS)
BEYOND_BY = st.one_of(st.just(np.nan), st.floats(0.001, 1e6), st.floats(-1e6, -0.001))


@st.composite
def reasons_of_stances(draw):
    """Draw flags of k stances, and values beyond their valid ranges where they say so."""
    count = draw(st.integers(0, 6))
    flags = {name: draw(arrays(bool, count)) for name in REASONS}
    beyond = {}
    for name in draw(st.lists(st.sampled_from(NAMES), unique=True, max_size=3)):
        low, high = METRICS[name].valid_range
        by = draw(arrays(float, count, elements=BEYOND_BY))
        beyond[name] = np.where(by > 0, high + by, low + by)
    left_out = [np.zeros(count, bool), *(np.isfinite(values) for values in beyond.values())]
    return {**flags, IMPLAUSIBLE: np.any(left_out, axis=0)}, beyond


@given(reasons_of_stances())
def test_flags_come_back_from_their_words(drawn):
    flags, implausible = drawn
    found = [set(map(reason_of, parts(text))) for text in in_words(flags, implausible)]
    for name, where in flags.items():
        assert [name in reasons for reasons in found] == where.tolist()
    assert set().union(*found) <= set(REASONS)


def test_a_sentence_of_another_version_is_no_reason_of_ours():
    both = parts("end of time; end of a bout of running")
    assert both == ["end of time", "end of a bout of running"]
    assert [reason_of(part) for part in both] == ["", "end_of_bout"]
    assert parts("") == []


def test_a_sentence_of_an_earlier_version_is_still_known():
    assert set(EARLIER.values()) <= set(REASONS)
    assert not set(EARLIER) & set(REASONS.values())
    assert reason_of("end of bout") == "end_of_bout"
    assert reason_of("duty_factor_pct 60 implausible, beyond 15 to 54 %") == IMPLAUSIBLE
