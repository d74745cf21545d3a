"""Three MetaWear pods from scan to stances: packed at 200 Hz, with the pod's time at 100."""

import numpy as np
import pytest

pytest.importorskip("bumble")

from pods.recorded_pods import assert_alike, recorded, rig_of, run_of, running, worn_as
from pods.virtual_pods import metawear_pods, taken

from firmware_protocols.metawear import PROTOCOL
from firmware_protocols.metawear.decode import UNSEEN
from imu.recording.timebase import session_time_s
from pipelines.process.from_journal.journal import process_journal
from pipelines.store.journal.reader import read_journal
from pipelines.store.tables.stance_file import read_stances

RIG = rig_of("metawear", "MetaWear")
NAMES = {place: pod.name for place, pod in RIG.items()}


@pytest.fixture(scope="module")
def orp():
    return running(stand_s=12.0)


@pytest.fixture(scope="module")
def as_orp(orp, tmp_path_factory):
    return run_of(tmp_path_factory.mktemp("orp"), orp, {}, seconds=40.0)[1]


def test_packed_samples_give_what_one_pod_measures_and_say_what_they_lack(orp, as_orp, tmp_path):
    raw, stances = run_of(tmp_path, worn_as(orp, RIG), RIG, seconds=40.0, lost=None, rate_hz=200.0)
    assert {pod.protocol for pod in raw.pods.values()} == {"metawear"}
    assert raw.pods["shank_left"].scale.acc_range_mps2 == pytest.approx(16 * 9.80665)
    metrics = ("contact_time_s", "peak_tibial_axial_mps2", "shank_lean_deg")
    assert_alike(as_orp, stances, metrics, rtol=0.05, atol=0.25)
    assert stances.frame["pelvic_drop_deg"].isna().all()
    for place in ("pelvis", "shank left", "shank right"):
        assert f"{place}: {UNSEEN}" in stances.header["reasons"]


def test_stamped_samples_have_a_clock_that_pods_are_compared_by(orp, as_orp, tmp_path):
    """The reference is sampled twice as fast, so only what no impact makes is held against it."""
    journal, _ = recorded(tmp_path, worn_as(orp, RIG), RIG, seconds=40.0)
    done = process_journal(journal, tmp_path)
    assert sum(done.lost.values()) == 0
    stances = read_stances(done.stances_path)
    assert stances.frame["pelvic_drop_deg"].notna().any()
    assert_alike(as_orp, stances, ("contact_time_s", "pelvic_drop_deg"), rtol=0.06, atol=0.4)


def test_over_lost_links_stamped_samples_are_counted_exactly(tmp_path):
    pods = metawear_pods(100)
    faults = [(20.0, NAMES["shank_left"], "kill_link"), (45.0, NAMES["shank_left"], "kill_link")]
    path, health = recorded(tmp_path, pods, RIG, seconds=80.0, faults=faults)
    late_s = []
    for number, pod in enumerate(pods, start=1):
        decoded = PROTOCOL.decode(read_journal(path).packets[number])
        assert len(decoded.samplings) == 1
        at = taken(pod, decoded.samples) // 2
        index = decoded.samples["index"]
        np.testing.assert_array_equal(index - index[0], at - at[0])
        assert (decoded.lost > 0) == bool(pod.placement == "shank_left")
        time_s, _ = session_time_s(decoded.samples, decoded.arrival)
        late_s.append(float(np.median(time_s - pod.true_time_s[2 * at])))
    assert np.ptp(late_s) < 5e-3
    assert all(pod.received > 7000 for pod in health[-1])
    assert {pod.state for pod in health[-2]} == {"recording"}


def test_a_pod_that_rebooted_begins_another_sampling(tmp_path):
    pods = metawear_pods(90)
    faults = [(25.0, NAMES["shank_right"], "reboot")]
    path, _ = recorded(tmp_path, pods, RIG, seconds=60.0, faults=faults)
    decoded = PROTOCOL.decode(read_journal(path).packets[3])
    assert [one.lost for one in decoded.samplings] == [0, 0]
    for one in decoded.samplings:
        assert len(one.samples) > 1500
        taken(pods[2], one.samples)
