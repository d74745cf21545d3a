"""What a recorder takes care of beside the links: swaps, batteries, ranges, disks, keys, rivals."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

pytest.importorskip("bumble")
from pods.long_run import positions
from pods.virtual_pods import SCALE, noisy_pods

from pipelines.capture.machine import disk
from pipelines.capture.recorder import record
from pipelines.process.from_journal.decode_journal import received
from pipelines.radio.trouble import RadioError
from pipelines.radio.virtual.radio import virtual_radio
from pipelines.radio.virtual.time import loop_clock_ns, run_virtual
from pipelines.store.files import session_files
from pipelines.store.journal.format import journal_path
from pipelines.store.journal.reader import read_journal
from pipelines.store.stated.rig import RigPod
from pipelines.store.tables.raw_file import write_raw
from pipelines.weeks.laps import Lap, marked_laps

STARTED = datetime(2026, 11, 22, 7, tzinfo=UTC)
SESSION = "2026-11-22-a1b2"
MB = 1_000_000


async def recording(air, store, *, seconds, words=None, health=None, **options):
    stop = asyncio.Event()
    asyncio.get_running_loop().call_later(seconds, stop.set)
    given = {
        "athlete": "ana",
        "session": SESSION,
        "stop": stop,
        "on_health": ([] if health is None else health).append,
        "clock_ns": loop_clock_ns,
        "utc_now": lambda: STARTED,
        "say": ([] if words is None else words).append,
        **options,
    }
    rig = given.pop("rig", {})
    return await record(air.radio, rig, store, **given)


def recorded(store, pods, *, seconds, meanwhile=None, **options):
    """Record virtual pods; `meanwhile` (air) runs beside."""

    async def main():
        async with virtual_radio(pods) as air:
            beside = asyncio.ensure_future(meanwhile(air)) if meanwhile else None
            try:
                return await recording(air, store, seconds=seconds, **options)
            finally:
                if beside:
                    beside.cancel()

    return read_journal(run_virtual(main()))


def test_another_pod_of_the_same_name_takes_over_from_one_that_died(tmp_path):
    pods, words = noisy_pods(95, 1), []
    pods[1] = replace(pods[1], battery_pct=3)
    spare = replace(noisy_pods(95, 2)[1], address="C0:00:00:00:00:21")

    rig = {p.placement: RigPod("orp_v1", name=p.name, address=p.address) for p in pods}

    async def die(air):
        await asyncio.sleep(20)
        await air.leave["ORP-LSH"](500.0)

    journal = recorded(tmp_path, [spare, *pods], seconds=80, meanwhile=die, words=words, rig=rig)
    assert [pod.placement for pod in journal.header.pods.values()].count("shank_left") == 2
    assert journal.header.pods[4].address == spare.address
    (said,) = [line for line in words if "took over" in line]
    assert said.startswith("shank left: ORP-LSH (C0:00:00:00:00:21) took over at ")
    assert "battery had 3 % left" in said
    raw = received(journal).pods["shank_left"]
    assert len(raw.epochs) == 2
    count = raw.epochs[0]["samples_count"]
    for pod, samples, time_s in (
        (pods[1], raw.samples[:count], raw.time_s[:count]),
        (spare, raw.samples[count:], raw.time_s[count:]),
    ):
        at = positions(pod, samples)
        late_s = time_s + journal.header.started_ns * 1e-9 - pod.true_time_s[at]
        assert np.abs(late_s).max() < 0.02, "each on its own clock, both on the session's"
    assert np.diff(raw.time_s).max() < 20
    assert any("took over" in note for note in received(journal).notes)


def test_too_small_a_range_and_a_rate_not_asked_for_are_said_in_table_and_session(tmp_path):
    health = []
    small = replace(SCALE, acc_range_mps2=SCALE.acc_range_mps2 / 2)
    pods = [replace(pod, scale=small) for pod in noisy_pods(15, 1, rate_hz=104.0)]
    journal = recorded(tmp_path, pods, seconds=10, health=health)
    shank, pelvis = health[-1][1].note, health[-1][0].note
    assert "its range is ±8 g, too small for the impacts at a shank" in shank
    assert "it measures at 104 Hz, not at the 200 Hz asked for" in shank
    assert "range" not in pelvis
    notes = received(journal).notes
    assert any(note.startswith("shank left: its range is ±8 g") for note in notes)
    assert not any(note.startswith("pelvis: its range") for note in notes)


def test_a_rate_that_is_not_what_the_pod_says_is_named(tmp_path):
    pods = noisy_pods(125, 1)
    pods[0] = replace(pods[0], true_time_s=pods[0].true_time_s * 200 / 208)
    journal = recorded(tmp_path, pods, seconds=100)
    notes = [note for note in received(journal).notes if "and does so" in note]
    assert notes == ["pelvis: it says that it measures at 200 Hz, and does so at 208 Hz"]


@pytest.mark.parametrize(("att_mtu", "received"), [(70, True), (40, False)])
def test_packets_that_are_too_small_are_said(tmp_path, att_mtu, received):
    """At 40 bytes the pod's answer about its scale is cut off, so nothing it sends has a unit."""
    health, words = [], []
    pods = noisy_pods(25, 1)
    pods[2] = replace(pods[2], att_mtu=att_mtu)
    recorded(tmp_path, pods, seconds=15, health=health, words=words)
    assert f"packets of {att_mtu} bytes at most" in health[-1][2].note
    assert bool(health[-1][2].received) == received
    said = next(line for line in words if "use another Bluetooth adapter" in line)
    assert said.startswith("shank right: this machine takes packets of")


def test_a_battery_that_runs_low_is_said_while_it_lasts(tmp_path):
    health = []
    pods = noisy_pods(15, 1)
    pods[0] = replace(pods[0], battery_pct=9)
    recorded(tmp_path, pods, seconds=10, health=health)
    assert health[-2][0].note == "battery at 9 %; charge it after this run"


def test_the_recording_ends_before_the_disk_is_full(tmp_path):
    words, free = [], [900 * MB]

    def left(_):
        free.append(free[-1] - 60 * MB)
        return free[-1]

    pods = noisy_pods(305, 1)
    journal = recorded(tmp_path, pods, seconds=300, words=words, free_bytes=left)
    assert journal.closed
    assert journal.events[-1]["host_ns"] < 120e9
    assert sum(event["kind"] == "stopped" for event in journal.events) == 3
    assert words[0].startswith("only 480 MB are left on the disk; the recording ends at 100 MB")
    assert any("the recording was ended at" in note for note in received(journal).notes)
    with pytest.raises(OSError, match=r"only 50 MB are free .* free some disk space, then record"):
        recorded(tmp_path / "s", pods, seconds=5, free_bytes=lambda _: 50 * MB)
    assert disk.free_bytes_at(tmp_path) > 0


def test_laps_and_moments_marked_by_keys_are_kept_with_the_session(tmp_path):
    keys, words = asyncio.Queue(), []

    async def press(_):
        for at_s, key in ((10, "a"), (15, "b"), (20, "m"), (22, "e"), (25, "?"), (26, "a")):
            await asyncio.sleep(at_s - asyncio.get_running_loop().time())
            keys.put_nowait(key)

    journal = recorded(
        tmp_path, noisy_pods(35, 1), seconds=30, meanwhile=press, keys=keys, words=words
    )
    session = received(journal)
    write_raw(session_files(tmp_path, "ana", SESSION), session)
    began_s = journal.header.started_ns * 1e-9
    laps = marked_laps(tmp_path, "ana", SESSION)
    times = [(lap.condition, lap.start_s + began_s, lap.end_s + began_s) for lap in laps]
    assert [lap[0] for lap in times] == ["a", "b", "a"]
    assert np.allclose([lap[1:] for lap in times], [(10, 15), (15, 22), (26, 30)], atol=0.3)
    (marker,) = [mark for mark in session.marks if mark["kind"] == "marker"]
    assert marker["at_s"] + began_s == pytest.approx(20, abs=0.01)
    assert words[0].startswith("lap a began at ")


def test_a_session_without_marked_laps_says_how_to_give_them(tmp_path):
    journal = recorded(tmp_path, noisy_pods(12, 1), seconds=8)
    write_raw(session_files(tmp_path, "ana", SESSION), received(journal))
    with pytest.raises(ValueError, match=f"no laps were marked in {SESSION}; say where"):
        marked_laps(tmp_path, "ana", SESSION)
    assert Lap("a", 0.0, 1.0).condition == "a"


def test_two_recorders_share_a_store_but_no_pod(tmp_path):
    pods = noisy_pods(45, 1)
    other = [
        replace(pod, address=f"C0:00:00:00:01:{k}0", name=f"ORP-{k}")
        for k, pod in enumerate(noisy_pods(45, 2))
    ]
    refused = []

    async def main():
        rig = {pod.placement: RigPod("orp_v1", address=pod.address) for pod in other}
        async with virtual_radio([*pods, *other]) as air:
            first = asyncio.ensure_future(recording(air, tmp_path, seconds=30))
            await asyncio.sleep(8)
            # A pod that is recorded does not advertise, until its link is lost for a moment.
            second = asyncio.ensure_future(
                recording(air, tmp_path, seconds=18, athlete="ben", rig=rig)
            )
            await asyncio.sleep(6)
            air.kill_link["ORP-PEL"]()
            try:
                await recording(
                    air, tmp_path, seconds=5, athlete="eva", allow_missing=True, scan_s=0.5
                )
            except OSError as error:
                refused.append(str(error))
            return await first, await second

    paths = run_virtual(main())
    for path, worn in zip(paths, (pods, other), strict=True):
        raw = received(read_journal(path)).pods
        for pod in worn:
            assert (np.diff(positions(pod, raw[pod.placement].samples)) == 1).all()
    assert len(refused) == 1
    assert not journal_path(tmp_path, "eva", SESSION).exists()
    assert f"is being recorded into {paths[0]}; stop that recording first" in refused[0]


def test_resuming_is_for_what_was_interrupted(tmp_path):
    recorded(tmp_path, noisy_pods(12, 1), seconds=8)
    with pytest.raises(ValueError, match="was finished; record a new session"):
        recorded(tmp_path, noisy_pods(12, 1), seconds=8, go_on=True)
    assert issubclass(RadioError, OSError)
