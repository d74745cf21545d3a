from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from firmware_protocols.protocol import Decoded
from imu.recording.samples import SAMPLE, Scale
from pipelines.capture.one_pod.coverage import Coverage, Spans, coverage_of, spans_of

MOST = 120_000
SPANS = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 20)), max_size=12)


def said(index, *, lost=0, boot="b1", start_us=5_000_000, rate_hz=200.0):
    samples = np.zeros(len(index), SAMPLE)
    samples["index"] = index
    samples["device_us"] = start_us + np.rint(np.asarray(index) * 5000)
    nothing, scale = np.zeros((0, 2)), Scale(1.0, None, None, None)
    return Decoded(samples, nothing, scale, rate_hz, {"boot": boot}, None, lost)


@given(SPANS, st.integers(0, 40), st.integers(41, 90))
def test_ranges_are_the_set_of_their_indices(spans, start, stop):
    ranges, known = Spans(), set()
    for at, count in spans:
        fresh = set(range(at, at + count)) - known
        assert ranges.add(at, at + count) == len(fresh)
        known |= fresh
    assert ranges.count == len(known)
    held = [i for span in ranges.ranges for i in range(*span)]
    assert held == sorted(known)
    assert all(one[1] < other[0] for one, other in pairwise(ranges.ranges))
    missing = [i for span in ranges.missing(start, stop) for i in range(*span)]
    assert missing == [i for i in range(start, stop) if i not in known]


@given(st.sets(st.integers(0, 200)))
def test_indices_become_ranges_and_are_the_same_again(index):
    assert [i for span in spans_of(np.array(sorted(index), int)) for i in range(*span)] == sorted(
        index
    )


def test_what_comes_late_is_counted_as_fetched_and_owed_no_more():
    known = []
    here = coverage_of(known, 1, said(np.arange(100)), most=MOST)
    here.add(said(np.arange(100)))
    here.add(said(np.arange(300, 350), lost=200))
    assert (here.lost, here.fetched, here.owed()) == (200, 0, [(100, 300)])
    here.add(said(np.r_[100:250, 300:360]))
    assert (here.lost, here.fetched, here.owed()) == (50, 150, [(250, 300)])
    here.give_up(250, 280)
    assert (here.lost, here.owed()) == (50, [(280, 300)])


def test_samples_owed_since_the_start_are_missing_too():
    here = Coverage(1, "", 20, 0)
    here.add(said(np.arange(20, 40), lost=20))
    assert (here.begin, here.owed()) == (0, [(0, 20)])


def test_a_later_sampling_is_told_from_the_same_one_taken_up_again():
    known = []
    first = coverage_of(known, 1, said(np.arange(100)), most=MOST)
    first.add(said(np.arange(100)))
    assert coverage_of(known, 1, said(np.arange(12_000, 12_019)), most=MOST) is first
    assert coverage_of(known, 1, said(np.arange(50, 90)), most=MOST) is first, "sent again"
    assert coverage_of(known, 2, said(np.arange(100)), most=MOST) is not first, "another pod"
    rebooted = said(np.arange(200), boot="b2")
    assert coverage_of(known, 1, rebooted, most=MOST) is not first
    began_anew = said(np.arange(50), start_us=65_000_000)
    assert coverage_of(known, 1, began_anew, most=MOST) is not first
    assert len(known) == 4


def test_a_clock_a_few_per_cent_off_is_still_the_same_sampling():
    known = []
    first = coverage_of(known, 1, said(np.arange(100), boot=""), most=MOST)
    first.add(said(np.arange(100), boot=""))
    assert coverage_of(known, 1, said(np.arange(6000), boot="", rate_hz=208.0), most=MOST) is first
