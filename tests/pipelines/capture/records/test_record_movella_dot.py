"""Three Movella DOTs from scan to stances: 60 Hz live, one name, nothing outlasts a link."""

from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("bumble")

from pods.recorded_pods import assert_alike, recorded, run_of, running
from pods.virtual_pods import WORN, dot_pods

from firmware_protocols.movella_dot import PROTOCOL
from firmware_protocols.movella_dot.decode import NOT_FLAGGED
from firmware_protocols.movella_dot.samples import ACC_STEP_MPS2
from imu.recording.clock import session_time_s
from pipelines.store.journal.reader import read_journal
from pipelines.store.stated.rig import RigPod

# Every one of them advertises the same name, so that only an address tells them apart.
RIG = {
    place: RigPod("movella_dot", name="Movella DOT", address=address)
    for place, _, address, *_ in WORN
}


def worn_as_dots(orp):
    """Return pods that measure what those of `orp` do, and are those of the rig."""
    return [
        replace(
            pod,
            name=f"DOT {pod.placement}",
            protocol="movella_dot",
            address=RIG[pod.placement].address,
        )
        for pod in orp
    ]


def position(pod, samples):
    """Which samples of the pod these are, (n,): every other one, in the order of their index."""
    acc = (pod.counts[:, :3] * pod.scale.acc_mps2).astype(np.float32).astype(float)
    acc = np.rint(acc / ACC_STEP_MPS2).astype(np.int64)
    first = int(np.argmax((acc == samples["acc_lsb"][0]).all(axis=1)))
    at = first + 2 * (samples["index"] - samples["index"][0])
    np.testing.assert_array_equal(samples["acc_lsb"], acc[at])
    return at


def test_a_run_is_recorded_and_its_stances_are_about_those_of_other_pods(tmp_path):
    orp = running(rate_hz=120.0)
    _, one = run_of(tmp_path / "orp", orp, {}, seconds=36.0)
    raw, other = run_of(tmp_path / "dot", worn_as_dots(orp), RIG, seconds=36.0)
    assert {pod.protocol for pod in raw.pods.values()} == {"movella_dot"}
    assert raw.pods["shank_left"].rate_hz == pytest.approx(60, rel=1e-4)
    assert_alike(one, other, ("contact_time_s", "shank_lean_deg"), rtol=0.1, atol=0.5)
    assert any(NOT_FLAGGED in reason for reason in other.header["reasons"])


def test_over_lost_links_samples_are_counted_on_and_the_clocks_agree(tmp_path):
    pods = dot_pods(130)
    faults = [(20.0, "DOT 2", "kill_link"), (45.0, "DOT 2", "kill_link")]
    path, health = recorded(tmp_path, pods, RIG, seconds=110.0, faults=faults)
    journal = read_journal(path)
    late_s = []
    for number, pod in enumerate(pods, start=1):
        decoded = PROTOCOL.decode(journal.packets[number])
        # One of the clocks wraps a second after the begin.
        assert (len(decoded.samplings), dict(decoded.trouble)) == (1, {})
        at = position(pod, decoded.samples)
        assert decoded.lost == (at[-1] - at[0]) // 2 + 1 - len(at)
        assert (decoded.lost > 0) == bool(pod.placement == "shank_left")
        assert decoded.lost < 2 * 5 * 60
        time_s, _ = session_time_s(decoded.samples, decoded.arrival)
        late_s.append(float(np.median(time_s - pod.true_time_s[at])))
    assert np.ptp(late_s) < 5e-3
    assert [pod.received > 5800 for pod in health[-1]] == [True] * 3
    assert {pod.state for pod in health[-2]} == {"recording"}


def test_a_pod_that_rebooted_begins_another_sampling(tmp_path):
    pods = dot_pods(90)
    path, _ = recorded(tmp_path, pods, RIG, seconds=60.0, faults=[(25.0, "DOT 3", "reboot")])
    decoded = PROTOCOL.decode(read_journal(path).packets[3])
    assert len(decoded.samplings) == 2
    for one in decoded.samplings:
        assert one.lost == 0
        assert len(one.samples) > 1000
        position(pods[2], one.samples)
