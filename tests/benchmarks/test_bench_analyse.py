"""From three pods on one grid to every metric of every stance."""

import tracemalloc

import pytest

import imu
from imu.recording.timebase import align, track_of

MOST_TO_ANALYSE = 28.0
MOST_BYTES_PER_SAMPLE = 200
"""Of one pod, at the same time, besides the recording: an hour of three pods has 2.16 million."""


@pytest.fixture(scope="module")
def recording(run):
    tracks = [
        track_of(place, stream.true_time_s, stream.samples, stream.scale)
        for place, stream in run.streams.items()
    ]
    return align(tracks)


def test_analyse(recording, run, cost, timed):
    result, ratio = cost(lambda: imu.analyse(recording))
    assert len(result.stances) == pytest.approx(len(run.truth.side), rel=0.02)
    assert not timed or ratio < MOST_TO_ANALYSE


def test_memory_of_analyse(recording, timed):
    if timed:
        pytest.skip("counting allocations takes long; the short run tells the same per sample")
    imu.analyse(recording)  # what is imported and kept for ever does not count
    tracemalloc.start()
    imu.analyse(recording)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most / (3 * len(recording)) < MOST_BYTES_PER_SAMPLE
