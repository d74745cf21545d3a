"""From three pods on one grid to every metric of every stance."""

import tracemalloc

import pytest

import imu
from imu.recording.timebase import Track, align

MOST_TO_ANALYSE = 28.0
MOST_BYTES_PER_SAMPLE = 200
"""Of one pod, at the same time, besides the recording: an hour of three pods has 2.16 million."""


@pytest.fixture(scope="module")
def recording(run):
    tracks = [
        Track(
            place,
            stream.true_time_s,
            stream.samples["acc_lsb"] * stream.scale.acc_mps2,
            stream.samples["gyr_lsb"] * stream.scale.gyr_radps,
            stream.scale.acc_range_mps2,
            stream.scale.gyr_range_radps,
        )
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
