"""Three Capture2Go pods from scan to stances: one clock, a buffer that outlasts a lost link."""

import asyncio
from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("bumble")

from pods.recorded_pods import STARTED, assert_alike, recorded, rig_of, run_of, running, worn_as
from pods.virtual_pods import capture2go_pods

from firmware_protocols.capture2go import PROTOCOL
from firmware_protocols.protocol import Wanted
from pipelines.capture.interrupted.lost_header import assumed_header
from pipelines.process.from_journal.decode_journal import received
from pipelines.radio.conversation import converse
from pipelines.radio.link import connect
from pipelines.radio.scan import scan
from pipelines.radio.virtual.time import loop_clock_ns
from pipelines.store.journal.reader import read_journal
from pipelines.store.stated.rig import write_rig

RIG = rig_of("capture2go", "IMU_aa000")
NAMES = {place: pod.name for place, pod in RIG.items()}


def test_a_run_is_recorded_processed_and_its_stances_are_those_of_other_pods(tmp_path):
    orp = running()
    _, one = run_of(tmp_path / "orp", orp, {}, seconds=36.0)
    raw, other = run_of(tmp_path / "capture2go", worn_as(orp, RIG), RIG, seconds=36.0)
    assert {pod.protocol for pod in raw.pods.values()} == {"capture2go"}
    assert_alike(one, other, ("contact_time_s", "pelvic_drop_deg", "peak_tibial_axial_mps2"))
    assert one.header["grade"] == other.header["grade"]


def test_the_pods_share_one_clock_and_follow_the_first(tmp_path):
    pods = capture2go_pods(60)
    journal, health = recorded(tmp_path, pods, RIG, seconds=40.0)
    journal = read_journal(journal)
    decoded = {n: PROTOCOL.decode(said) for n, said in journal.packets.items()}
    assert {one.time_quality for one in decoded.values()} == {"synced"}
    assert len({one.shared_clock for one in decoded.values()}) == 1
    off_s = []
    for number, one in decoded.items():
        pod = pods[number - 1]
        assert (one.lost, dict(one.trouble), one.earlier) == (0, {}, ())
        at = first_of(pod, one.samples)
        true_s = pod.true_time_s[at : at + len(one.samples)]
        late_s = one.samples["device_us"] * 1e-6 - true_s
        off_s.append(late_s)
        utc_s = STARTED.timestamp()
        assert abs(late_s[0] - utc_s) < 3
    n = min(map(len, off_s)) - 400
    spread_s = np.ptp([late_s[-n:] for late_s in off_s], axis=0)
    assert spread_s.max() < 2e-4
    assert [(pod.received > 7000, pod.lost) for pod in health[-1]] == [(True, 0)] * 3


def first_of(pod, samples):
    return int(np.argmax((pod.samples["acc_lsb"] == samples["acc_lsb"][0]).all(axis=1)))


def test_what_the_buffer_held_while_the_link_was_lost_is_in_the_session(tmp_path):
    pods = capture2go_pods(100)
    faults = [(20.0, NAMES["shank_left"], "kill_link"), (45.0, NAMES["shank_left"], "kill_link")]
    journal, _ = recorded(tmp_path, pods, RIG, seconds=80.0, faults=faults)
    decoded = PROTOCOL.decode(read_journal(journal).packets[2])
    assert decoded.earlier == ()
    # What was on the air when the link broke is lost: a package or two each time.
    assert decoded.lost <= 2 * 16
    at = first_of(pods[1], decoded.samples)
    index = decoded.samples["index"] - decoded.samples["index"][0]
    assert len(index) > 70 * 200
    np.testing.assert_array_equal(
        decoded.samples["acc_lsb"], pods[1].samples["acc_lsb"][at + index]
    )


def test_a_pod_that_follows_has_the_same_clock_after_a_reboot(tmp_path):
    pods = capture2go_pods(100)
    faults = [(25.0, NAMES["shank_right"], "reboot")]
    path, _ = recorded(tmp_path, pods, RIG, seconds=60.0, faults=faults)
    decoded = PROTOCOL.decode(read_journal(path).packets[3])
    (one,) = [one for one in decoded.samplings if len(one.samples) > 1000]
    assert one.time_quality == "synced"
    assert 0.5 < one.lost / 200 < 6
    assert_in_time(pods[2], one, tolerance_s=2e-4)


def test_when_the_pod_that_gives_the_clock_reboots_all_begin_anew_with_it(tmp_path):
    pods = capture2go_pods(100)
    faults = [(25.0, NAMES["pelvis"], "reboot")]
    path, health = recorded(tmp_path, pods, RIG, seconds=70.0, faults=faults)
    journal = read_journal(path)
    session = received(journal)
    assert {pod.state for pod in health[60]} == {"recording"}
    assert all(pod.lost < 20 and pod.received > 10_000 for pod in health[-1])
    for number, pod in enumerate(pods, start=1):
        decoded = PROTOCOL.decode(journal.packets[number])
        assert len(decoded.samplings) == 2
        for one in decoded.samplings:
            assert one.time_quality == "synced"
            assert_in_time(pod, one, tolerance_s=2e-4)
        assert len(session.pods[pod.placement].epochs) == 2
        assert "it restarted after" in session.pods[pod.placement].notes[0]


def assert_in_time(pod, decoded, *, tolerance_s):
    """The clock of a sampling runs true to that of the pod that gives it, 12 ppm fast."""
    samples = decoded.samples
    at = first_of(pod, samples) + samples["index"] - samples["index"][0]
    kept = (pod.samples["acc_lsb"][at] == samples["acc_lsb"]).all(axis=1)
    assert kept[: 8 * 100].all()
    off_s = samples["device_us"][kept] * 1e-6 - pod.true_time_s[at[kept]] * (1 + 12e-6)
    assert np.ptp(off_s) < tolerance_s


def test_a_pod_that_streams_for_another_recording_begins_anew(tmp_path):
    """A recorder that was killed leaves its pods streaming: what they hold is of another run."""
    pods = capture2go_pods(120)

    async def before(air):
        (found, *_) = await scan(air.radio, [PROTOCOL], enough=3)
        async with connect(air.radio, found, lambda _: None, clock_ns=loop_clock_ns) as link:
            await converse(link, PROTOCOL.start(Wanted(recording=9)))
            await asyncio.sleep(10)

    journal, _ = recorded(tmp_path, pods, RIG, seconds=30.0, before=before)
    decoded = PROTOCOL.decode(read_journal(journal).packets[1])
    first = first_of(pods[0], decoded.samplings[0].samples)
    assert pods[0].true_time_s[first] > 10
    assert decoded.lost == 0


def test_a_journal_without_its_header_says_what_its_pods_speak(tmp_path):
    write_rig(tmp_path, {place: replace(pod, serial=pod.name[4:]) for place, pod in RIG.items()})
    path, _ = recorded(tmp_path, capture2go_pods(40), RIG, seconds=15.0)
    header = assumed_header(path, [1, 2, 3])
    assert {pod.protocol for pod in header.pods.values()} == {"capture2go"}
    assert [pod.placement for pod in header.pods.values()] == list(NAMES)
