"""What is exported as BIDS-Motion comes back as it was."""

import numpy as np

from pipelines.process.session import recording_of
from pipelines.sources import read


def test_samples_gaps_and_the_day_come_back(exported, gappy):
    [motion] = exported("bids").path.rglob("*_motion.tsv")
    recording = recording_of(gappy)
    for how in ("bids-motion", "auto"):
        found = read(motion, how)
        assert set(found.pods) == set(recording.sensors)
        for place, pod in found.pods.items():
            there = recording.sensors[place]
            assert pod.rate_hz == recording.rate_hz
            known = np.flatnonzero(there.valid)
            np.testing.assert_array_equal(pod.index - pod.index[0], known - known[0])
            np.testing.assert_allclose(pod.acc_mps2, there.acc_mps2[there.valid], atol=1e-6)
            assert (pod.gyr_radps is None) == (there.gyr_radps is None)
            if pod.gyr_radps is not None:
                np.testing.assert_allclose(pod.gyr_radps, there.gyr_radps[there.valid], atol=1e-6)
        assert {pod.clock.joined_by for pod in found.pods.values()} == {"one column of time"}
        assert f"{found.started_utc:%Y-%m-%dT%H:%M:%S}" == "2026-11-22T08:29:59"
