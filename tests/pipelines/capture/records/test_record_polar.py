"""Three Polar sensors from scan to stances; what a lost link lost is missing, and is said."""

import numpy as np
import pytest

pytest.importorskip("bumble")

from pods.recorded_pods import assert_alike, recorded, rig_of, run_of, running, worn_as
from pods.virtual_pods import polar_pods

from firmware_protocols.polar_pmd import PROTOCOL
from pipelines.store.journal.reader import read_journal

RIG = rig_of("polar_pmd", "Polar Sense AA000")
LEFT = RIG["shank_left"].name


def test_a_run_is_recorded_processed_and_its_stances_are_those_of_other_pods(tmp_path):
    orp = running(rate_hz=208.0)
    _, one = run_of(tmp_path / "orp", orp, {}, seconds=36.0)
    raw, other = run_of(tmp_path / "polar", worn_as(orp, RIG), RIG, seconds=36.0)
    assert {pod.protocol for pod in raw.pods.values()} == {"polar_pmd"}
    assert_alike(one, other, ("contact_time_s", "pelvic_drop_deg", "peak_tibial_axial_mps2"))
    assert one.header["grade"] == other.header["grade"]


def first_of(pod, samples):
    same = (pod.samples["acc_lsb"] == samples["acc_lsb"][0]).all(axis=1)
    return int(np.argmax(same))


def test_what_a_lost_link_lost_is_a_gap_and_every_sample_beside_it_the_one_that_was_taken(tmp_path):
    pods = polar_pods(80)
    faults = [(20.0, LEFT, "kill_link"), (40.0, LEFT, "kill_link")]
    path, _ = recorded(tmp_path, pods, RIG, seconds=60.0, faults=faults)
    journal = read_journal(path)
    for number, pod in enumerate(pods, start=1):
        decoded = PROTOCOL.decode(journal.packets[number])
        samples = decoded.samples
        assert decoded.earlier == ()
        assert decoded.device["serial"] == pod.name[-6:]
        at = first_of(pod, samples) + samples["index"] - samples["index"][0]
        np.testing.assert_array_equal(samples["acc_lsb"], pod.samples["acc_lsb"][at])
        np.testing.assert_array_equal(samples["gyr_lsb"], pod.samples["gyr_lsb"][at])
        taken_s = (at[-1] - at[0]) / 208
        assert taken_s > 50
        assert decoded.lost == at[-1] + 1 - at[0] - len(at)
        # A reconnection of a second or two, and what was on its way when the link broke.
        expected = (0.2, 8.0) if number == 2 else (0.0, 0.0)
        assert expected[0] <= decoded.lost / 208 <= expected[1]


def test_a_chest_strap_records_without_a_gyroscope(tmp_path):
    pods = polar_pods(40, model="Polar H10", rate_hz=200.0)
    path, _ = recorded(tmp_path, pods, rig_of("polar_pmd", "Polar H10 AA000"), seconds=20.0)
    decoded = PROTOCOL.decode(read_journal(path).packets[1])
    assert (decoded.lost, dict(decoded.trouble), decoded.rate_hz) == (0, {}, 200.0)
    assert decoded.scale.gyr_radps is None
    assert len(decoded.samples) > 15 * 200
