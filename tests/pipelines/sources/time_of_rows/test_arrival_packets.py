"""Packets of even size whose stamps are times of arrival are not taken for the pod's own."""

import numpy as np
import pytest
from runs.virtual_table import MS, POD, refused, right


@pytest.mark.parametrize("size", [4, 8])
def test_even_packets_that_arrive_with_a_jitter_want_the_rate(shank, take, size):
    last = np.minimum((np.arange(len(shank)) // size + 1) * size - 1, len(shank) - 1)
    waits = np.random.default_rng(2).exponential(12, len(shank))
    text = shank.text(np.maximum.accumulate(shank.ms[last] + waits[last]).round(1))
    refused(take, text, MS + POD, "about 100 a second; write rate_hz")
    right(take(text, f"{MS}rate_hz = 100\n{POD}"), said="are times of arrival, in bursts")
