"""Several samplings of one pod become one record of it."""

from dataclasses import replace

import numpy as np
import pytest

from firmware_protocols.protocol import Decoded
from imu.recording.samples import SAMPLE, Scale
from pipelines.process.from_journal.decode_journal import shared_clocks
from pipelines.process.from_journal.restarts import joined

COARSE = Scale(0.004, 157.0, 0.001, 35.0)
FINE = Scale(0.002, 78.5, 0.001, 35.0)
ODD = Scale(0.003, 157.0, 0.001, 35.0)


def sampling(start_s, stop_s, *, scale=COARSE, rate_hz=200.0, frame=20, clock_s=7.0, **more):
    """A sampling from `start_s` to `stop_s` of the host whose own clock begins at `clock_s`."""
    count = round((stop_s - start_s) * rate_hz)
    samples = np.zeros(count, SAMPLE)
    samples["index"] = np.arange(count)
    samples["device_us"] = np.rint((clock_s + np.arange(count) / rate_hz) * 1e6)
    samples["acc_lsb"] = np.arange(count)[:, None] % 1000
    last = np.arange(frame - 1, count, frame)
    device_s = samples["device_us"][last] * 1e-6
    arrival = np.column_stack([device_s, device_s - clock_s + start_s])
    return Decoded(samples, arrival, scale, rate_hz, {}, None, 0, **more)


def pod_of(*samplings):
    newest = samplings[-1]
    decoded = Decoded(
        newest.samples,
        newest.arrival,
        newest.scale,
        newest.rate_hz,
        {},
        None,
        0,
        assumed=newest.assumed,
        earlier=samplings[:-1],
    )
    return joined(decoded, "pelvis", "orp_v1", {}, origin_s=0.0)


def test_the_index_goes_on_by_the_time_that_passed():
    pod = pod_of(sampling(10, 20), sampling(22, 30), sampling(35, 40))
    assert pod.samples["index"][[0, 2000, 3600]].tolist() == [0, 2400, 5000]
    np.testing.assert_allclose(pod.time_s, 10 + pod.samples["index"] / 200, atol=1e-5)
    assert [epoch["index_offset"] for epoch in pod.epochs] == [0, 2400, 5000]
    assert [epoch["start_s"] for epoch in pod.epochs] == pytest.approx([10, 22, 35], abs=1e-5)
    assert [note.split("; ") for note in pod.notes] == [
        [
            f"it restarted after {a}.0 s",
            f"the samples from then to {b}.0 s are missing",
        ]
        for a, b in ((20, 22), (30, 35))
    ]


def test_many_restarts_are_one_sentence():
    pod = pod_of(*[sampling(10 * k, 10 * k + 9) for k in range(1, 7)])
    assert pod.notes == (
        "it restarted 5 times, first after 19.0 s; "
        "5.0 s in all before it sampled again are missing",
    )


@pytest.mark.parametrize(("other", "unit"), [(FINE, 0.002), (ODD, 0.003 / 1024)])
def test_counts_of_several_scales_are_expressed_in_one(other, unit):
    one, two = sampling(10, 20), sampling(22, 30, scale=other)
    pod = pod_of(one, two)
    assert pod.scale.acc_mps2 == pytest.approx(unit)
    acc = pod.samples["acc_lsb"] * pod.scale.acc_mps2
    np.testing.assert_allclose(acc[:2000], one.samples["acc_lsb"] * 0.004, atol=2e-6)
    np.testing.assert_allclose(acc[2000:], two.samples["acc_lsb"] * other.acc_mps2, atol=2e-6)
    assert pod.scale.acc_range_mps2 == min(157.0, other.acc_range_mps2)
    assert ("its range changed" in str(pod.notes)) == (other is FINE)
    assert [epoch["scale"]["acc_mps2"] for epoch in pod.epochs] == [0.004, other.acc_mps2]


def test_another_rate_is_said():
    pod = pod_of(sampling(10, 20), sampling(22, 26, rate_hz=100.0))
    assert pod.rate_hz == 200.0
    assert len(pod.samples) == 2400
    assert "its rate changed when it restarted (200 Hz from 10.0 to 20.0 s, 100 Hz" in pod.notes[1]


def test_a_sampling_of_a_single_frame_is_kept_and_its_clock_is_called_unsure():
    pod = pod_of(sampling(10, 20), sampling(22, 22.1), sampling(25, 40))
    assert len(pod.samples) == 2000 + 20 + 3000
    unsure_s = [epoch["sync_s"] for epoch in pod.epochs]
    assert unsure_s[1] > 0.02 > 2 * max(unsure_s[0], unsure_s[2])
    assert pod.sync_s == max(unsure_s[0], unsure_s[2])  # no stance is timed by a tenth of a second


def test_clocks_that_overlap_a_little_are_put_in_order():
    pod = pod_of(sampling(10.03, 20.03), sampling(20, 30))
    assert (np.diff(pod.time_us) > 0).all()
    assert len(pod.samples) == 4000
    assert pod.epochs[0]["start_s"] == pytest.approx(10.0, abs=1e-4)
    assert pod.epochs[0]["sync_s"] > 0.029


def test_what_cannot_be_placed_is_left_out_by_name():
    mixed = pod_of(sampling(10, 20), sampling(22, 24, scale=Scale(0.004, 157.0, None, None)))
    assert len(mixed.samples) == 2000
    assert mixed.notes == (
        "400 samples after one of its starts are left out: they have no gyroscope",
    )
    crossed = pod_of(sampling(10, 20), sampling(15, 18))
    assert len(crossed.samples) == 2000
    assert "600 samples after one of its starts are left out: their times overlap" in str(
        crossed.notes
    )
    unheard = sampling(22, 22.05)  # shorter than a frame: nothing tells when
    assert "10 samples after one of its starts are left out" in str(
        pod_of(sampling(10, 20), unheard).notes
    )


def test_what_was_assumed_is_said_with_its_time():
    pod = pod_of(sampling(10, 20), sampling(22, 30, assumed=("its scale is assumed",)))
    assert pod.notes[1] == "from 22.0 to 30.0 s: its scale is assumed"


def test_pods_in_step_by_themselves_are_placed_by_one_clock():
    """The link of one is good, that of the other always 20 ms late: they still agree."""
    best, late = (sampling(10, 70, shared_clock="group 1") for _ in range(2))
    late.arrival[:, 1] += 0.020
    alone = sampling(10, 70)
    shared = shared_clocks([best, late, alone, ValueError("nothing was received")])
    assert set(shared) == {"group 1"}
    placed = [
        joined(one, "pelvis", "orp_v1", {}, origin_s=0.0, shared=shared)
        for one in (best, late, alone)
    ]
    np.testing.assert_array_equal(placed[0].time_us, placed[1].time_us)
    assert placed[0].clock == placed[1].clock
    assert placed[0].clock["count"] == 2 * len(best.arrival)
    assert placed[2].clock["count"] == len(alone.arrival)
    own = joined(late, "pelvis", "orp_v1", {}, origin_s=0.0)
    assert own.time_us[0] - placed[1].time_us[0] == pytest.approx(20_000, abs=2)


def test_a_shared_clock_that_begins_anew_is_another_one():
    """Both pods count from 0 again when the one that gives the clock was switched off."""
    before, after = sampling(10, 40, shared_clock="g"), sampling(50, 90, clock_s=0.0)
    pods = [replace(after, earlier=(before,), shared_clock="g")] * 2
    shared = shared_clocks(pods)
    assert [fit.count for fit in shared["g"]] == [2 * 300, 2 * 400]
    pod = joined(pods[0], "pelvis", "orp_v1", {}, origin_s=0.0, shared=shared)
    assert [epoch["start_s"] for epoch in pod.epochs] == pytest.approx([10, 50], abs=1e-4)
