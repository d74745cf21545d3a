"""Three Movesense pods from scan to stances: clocks of their own, rates that are not the named."""

import numpy as np
import pytest

pytest.importorskip("bumble")

from pods.recorded_pods import assert_alike, recorded, rig_of, run_of, running, worn_as
from pods.virtual_pods import movesense_pods

from firmware_protocols.movesense_gsp import PROTOCOL
from firmware_protocols.movesense_gsp.streams import G_MPS2
from imu.recording.clock import session_time_s
from pipelines.store.journal.reader import read_journal

RIG = rig_of("movesense_gsp", "Movesense 25023000")
NAMES = {place: pod.name for place, pod in RIG.items()}


def test_a_run_is_recorded_processed_and_its_stances_are_those_of_other_pods(tmp_path):
    orp = running()
    _, one = run_of(tmp_path / "orp", orp, {}, seconds=36.0)
    raw, other = run_of(tmp_path / "movesense", worn_as(orp, RIG), RIG, seconds=36.0)
    assert {pod.protocol for pod in raw.pods.values()} == {"movesense_gsp"}
    assert raw.pods["shank_left"].scale.acc_range_mps2 == pytest.approx(16 * G_MPS2)
    assert raw.pods["shank_left"].rate_hz == pytest.approx(200, rel=0.01)
    assert_alike(one, other, ("contact_time_s", "pelvic_drop_deg", "peak_tibial_axial_mps2"))
    assert one.header["grade"] == other.header["grade"]


def position(pod, samples):
    """Which samples of the pod these are, (n,): those it took in the order of their index."""
    acc = 8 * pod.samples["acc_lsb"]
    first = int(np.argmax((acc == samples["acc_lsb"][0]).all(axis=1)))
    at = first + samples["index"] - samples["index"][0]
    np.testing.assert_array_equal(samples["acc_lsb"], acc[at])
    return at


def test_over_lost_links_the_samples_are_counted_on_and_the_clocks_agree(tmp_path):
    pods = movesense_pods(130)
    faults = [(20.0, NAMES["shank_left"], "kill_link"), (45.0, NAMES["shank_left"], "kill_link")]
    path, health = recorded(tmp_path, pods, RIG, seconds=110.0, faults=faults)
    journal = read_journal(path)
    late_s = []
    for number, pod in enumerate(pods, start=1):
        decoded = PROTOCOL.decode(journal.packets[number])
        assert (len(decoded.samplings), dict(decoded.trouble)) == (1, {})
        at = position(pod, decoded.samples)
        assert decoded.lost == at[-1] - at[0] + 1 - len(at)
        assert (decoded.lost > 0) == bool(pod.placement == "shank_left")
        assert decoded.lost < 2 * 5 * 203
        told = next(one for one in health[-1] if one.placement == pod.placement)
        assert told.lost == pytest.approx(decoded.lost, abs=8), "while recording, to a frame"
        assert told.received == pytest.approx(len(decoded.samples), abs=8)
        time_s, _ = session_time_s(decoded.samples, decoded.arrival)
        late_s.append(float(np.median(time_s - pod.true_time_s[at])))
    assert np.ptp(late_s) < 5e-3
    assert [pod.received > 19_000 for pod in health[-1]] == [True] * 3


def test_a_pod_that_rebooted_begins_another_sampling(tmp_path):
    pods = movesense_pods(90)
    faults = [(25.0, NAMES["shank_right"], "reboot")]
    path, _ = recorded(tmp_path, pods, RIG, seconds=60.0, faults=faults)
    decoded = PROTOCOL.decode(read_journal(path).packets[3])
    assert len(decoded.samplings) == 2
    for one in decoded.samplings:
        assert one.lost == 0
        assert len(one.samples) > 3000
        position(pods[2], one.samples)
