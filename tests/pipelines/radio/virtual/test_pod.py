import numpy as np
import pytest

from firmware_protocols.orp_v1.frames import Flag, decode_frame, encode_frame
from pipelines.radio.virtual.orp_v1.sampling import Sampling


def test_frames_follow_each_other_without_a_gap(make_pod):
    sampling = Sampling(make_pod(), first=100, config_id=3)
    frames = [sampling.next_live(19) for _ in range(3)]
    assert [(f.index, f.sequence, f.config) for f in frames] == [(0, 0, 3), (19, 1, 3), (38, 2, 3)]
    assert [bool(f.flags & Flag.FIRST) for f in frames] == [True, False, False]
    np.testing.assert_array_equal(frames[1].counts[0], sampling.pod.counts[119])
    assert encode_frame(decode_frame(encode_frame(frames[2]))) == encode_frame(frames[2])


def test_clipped_samples_are_flagged(make_pod):
    pod = make_pod()
    pod.samples["acc_lsb"][25, 1] = 40_000
    sampling = Sampling(pod, first=0, config_id=1)
    frames = [sampling.next_live(19) for _ in range(3)]
    assert [bool(f.flags & Flag.CLIP) for f in frames] == [False, True, False]
    assert frames[1].counts[6, 1] == 2**15 - 1


def test_the_ring_forgets_the_oldest(make_pod):
    sampling = Sampling(make_pod(ring_s=1.0), first=0, config_id=1)
    for _ in range(50):
        sampling.next_live(10)
    assert (sampling.oldest, sampling.index) == (300, 500)


def test_the_clock_goes_on_outside_the_samples(make_pod):
    pod = make_pod("ORP-PEL", seconds=6.0)
    first_us, last_us = (int(pod.samples["device_us"][at]) for at in (0, -1))
    assert pod.device_us(-1.0) == first_us - 1_000_000
    assert pod.device_us(pod.true_time_s[-1] + 2.0) == last_us + 2_000_000
    assert pod.device_us(3.0) == first_us + 3_000_036


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"true_time_s": np.arange(3.0)}, "one time for each sample"),
    ],
)
def test_pods_that_cannot_be_are_refused(make_pod, change, words):
    good = make_pod()
    fields = {f: getattr(good, f) for f in good.__dataclass_fields__}
    with pytest.raises(ValueError, match=words):
        type(good)(**{**fields, **change})


def test_a_pod_does_not_skip_samples(make_pod):
    good = make_pod()
    fields = {f: getattr(good, f) for f in good.__dataclass_fields__}
    with_gap = np.delete(good.samples, 5)
    with pytest.raises(ValueError, match="skips samples"):
        type(good)(**{**fields, "samples": with_gap, "true_time_s": good.true_time_s[1:]})
