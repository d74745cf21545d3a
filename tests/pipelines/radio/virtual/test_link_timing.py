from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.radio.virtual.link_timing import Air, Lane, book

SENT = st.lists(st.floats(0, 10), min_size=1, max_size=60).map(sorted)


@given(SENT, st.floats(0, 0.9), st.floats(0, 0.01), st.integers(0, 99))
def test_packets_arrive_late_but_in_order(sent_s, missed, jitter_s, seed):
    air = Air(missed=missed, jitter_s=jitter_s)
    lane, random = Lane(phase_s=0.01), Random(seed)
    received_s = [book(lane, now_s, air, random) for now_s in sent_s]
    assert all(received > sent for received, sent in zip(received_s, sent_s, strict=True))
    assert all(later > earlier for earlier, later in pairwise(received_s))


def test_without_jitter_packets_arrive_at_connection_events():
    air = Air(interval_s=0.03, missed=0.0, jitter_s=0.0)
    lane = Lane(phase_s=0.01)
    received_s = [book(lane, now_s, air, Random(0)) for now_s in (0.0, 0.011, 0.2, 0.39)]
    assert received_s == pytest.approx([0.01, 0.04, 0.22, 0.40])


def test_an_event_carries_only_so_many_packets():
    air = Air(interval_s=0.03, missed=0.0, jitter_s=0.0, packets_per_event=2)
    lane = Lane(phase_s=0.0)
    received_s = [book(lane, 0.001, air, Random(0)) for _ in range(5)]
    assert received_s == pytest.approx([0.03, 0.03, 0.06, 0.06, 0.09], abs=1e-5)


def test_missed_events_are_repeated_as_often_as_asked():
    air = Air(interval_s=0.03, missed=0.25, jitter_s=0.0)
    lane, random = Lane(phase_s=0.0), Random(1)
    late = [book(lane, i, air, random) - i > 0.031 for i in range(2000)]
    assert sum(late) / len(late) == pytest.approx(0.25, abs=0.03)


@pytest.mark.parametrize("missed", [1.0, -0.1])
def test_an_impossible_share_is_refused(missed):
    with pytest.raises(ValueError, match="give a share"):
        Air(missed=missed)
