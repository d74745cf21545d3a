"""Logs that pods kept on board become a session, whole, once, and without costing the pod's."""

import asyncio
from dataclasses import replace
from datetime import datetime

import numpy as np
import pytest

pytest.importorskip("bumble")
from pods import on_board
from pods.armed_pods import on_air, place_at
from pods.long_run import positions
from pods.on_board import found, talked
from pods.recorded_pods import STARTED, rig_of
from pods.virtual_pods import capture2go_pods, movesense_pods, noisy_pods

from firmware_protocols.protocol import Wanted
from pipelines.capture.fetch.fetch import fetch, stored_logs
from pipelines.capture.fetch.logs import in_words, named_logs
from pipelines.process.from_journal.decode_journal import received
from pipelines.radio.trouble import LinkLostError
from pipelines.radio.virtual.time import loop_clock_ns
from pipelines.store.journal.reader import read_journal

RIG = rig_of("capture2go", "IMU_aa000")
LOGGED_S = 40.0


async def logged(air, name="run", *, seconds=LOGGED_S, utc_s=None, **more):
    now_s = STARTED.timestamp() + asyncio.get_running_loop().time()
    told_s = now_s if utc_s is None else utc_s
    clock_ns = loop_clock_ns
    await on_board.logged(air, name, seconds=seconds, utc_s=told_s, clock_ns=clock_ns, **more)


async def some_arrived(air, words):
    """Return in the midst of the first download."""
    store = next(iter(air.firmware.values())).memory
    while not any(line.startswith("pelvis: fetching") for line in words):
        await asyncio.sleep(0.1)
    asked, pieces = [], store.pieces
    store.pieces = lambda *span: asked.append(span) or pieces(*span)
    while not asked:
        await asyncio.sleep(0.1)
    store.pieces = pieces
    await asyncio.sleep(1.0)


def assert_whole(path, pods, *, seconds=LOGGED_S):
    """The session has just the samples that the pods took, on one clock."""
    journal = read_journal(path)
    assert journal.closed
    raw = received(journal)
    late_s = []
    for pod in pods:
        one = raw.pods[pod.placement]
        at = positions(pod, one.samples)
        np.testing.assert_array_equal(np.diff(at), 1)
        assert len(at) > (seconds - 1) * pod.rate_hz
        late_s.append(np.median(one.time_s - pod.true_time_s[at]))
    return raw, late_s


def test_the_logs_of_three_pods_are_one_session_on_one_clock(tmp_path):
    pods = capture2go_pods(400)

    async def work(air):
        await logged(air)
        await asyncio.sleep(100)
        place, words = place_at(tmp_path, air, RIG)
        path = await fetch(place, {})
        left = [one.stored for one in await stored_logs(place)]
        return path, words, left

    path, words, left = on_air(pods, work)
    raw, late_s = assert_whole(path, pods)
    assert np.ptp(late_s) < 1e-3
    began = datetime.fromisoformat(raw.started_utc)
    assert abs((began - STARTED).total_seconds() - np.mean([-s for s in late_s])) < 1
    assert path.parent == tmp_path / "journal" / "ana"
    assert path.stem.startswith("2026-11-22-")
    assert not list((tmp_path / "fetching" / "ana").iterdir())
    assert [[one.name for one in stored] for stored in left] == [["run"]] * 3, "pods keep theirs"
    assert any(line == "pelvis: fetching run from IMU_aa0001" for line in words)


def test_logs_of_some_seconds_are_of_one_run_as_well(tmp_path):
    pods = capture2go_pods(60)

    async def work(air):
        await logged(air, seconds=6.0)
        return await fetch(place_at(tmp_path, air, RIG)[0], {})

    assert_whole(on_air(pods, work), pods, seconds=6.0)


async def fetched_after_a_reboot(air, store, **more):
    """Log, let all pods begin anew, as after a battery was empty, and fetch."""
    await logged(air, **more)
    for name in sorted(air.firmware):
        await air.reboot[name]()
    place, _ = place_at(store, air, RIG)
    return await fetch(place, {})


def test_logs_of_pods_that_began_anew_since_are_placed_by_the_time_of_day(tmp_path):
    pods = capture2go_pods(400)
    path = on_air(pods, lambda air: fetched_after_a_reboot(air, tmp_path))
    raw, late_s = assert_whole(path, pods)
    assert np.ptp(late_s) < 0.02
    began = datetime.fromisoformat(raw.started_utc)
    assert abs((began - STARTED).total_seconds() - np.mean([-s for s in late_s])) < 6
    assert all(one.sync_s > 0.01 for one in raw.pods.values())
    for one in raw.pods.values():
        assert any("placed by the time of day" in note for note in one.notes)


def test_logs_of_pods_that_began_anew_and_were_never_told_the_time_are_kept_and_refused(tmp_path):
    pods = capture2go_pods(400)
    with pytest.raises(ValueError, match="nothing says when the pelvis pod recorded this"):
        on_air(pods, lambda air: fetched_after_a_reboot(air, tmp_path, utc_s=0.0))
    (kept,) = (tmp_path / "fetching" / "ana").iterdir()
    assert kept.stat().st_size > 100_000


def test_a_link_that_breaks_costs_nothing_and_what_came_is_not_fetched_twice(tmp_path):
    pods = capture2go_pods(400)

    async def work(air):
        await logged(air)
        place, words = place_at(tmp_path, air, RIG)
        tasks.append(asyncio.ensure_future(kill(air, words)))
        return await fetch(place, {}), words

    async def kill(air, words):
        for _ in range(3):
            await some_arrived(air, words)
            air.kill_link["IMU_aa0001"]()

    tasks = []

    path, words = on_air(pods, work)
    assert_whole(path, pods)
    broke = [line for line in words if "the link broke at" in line]
    assert broke
    kept = [len(said) for said in read_journal(path).packets.values()]
    assert kept[0] < 1.3 * kept[1]


def test_a_download_that_was_broken_off_goes_on_where_it_ended(tmp_path):
    pods = capture2go_pods(900)

    async def work(air):
        await logged(air)
        place, words = place_at(tmp_path, air, RIG)
        tasks.append(asyncio.ensure_future(away(air, words)))
        with pytest.raises(OSError, match=r"pelvis: IMU_aa0001 cannot be reached .* fetch again"):
            await fetch(place, {})
        (path,) = (tmp_path / "fetching" / "ana").iterdir()
        before = len(read_journal(path).packets[1])
        await asyncio.sleep(200)
        return before, await fetch(place, {})

    async def away(air, words):
        await some_arrived(air, words)
        await air.leave["IMU_aa0001"](150.0)

    tasks = []
    before, path = on_air(pods, work)
    assert before > 100
    assert_whole(path, pods)
    kept = [len(said) for said in read_journal(path).packets.values()]
    assert kept[0] < 1.3 * kept[1]


def test_only_on_demand_pods_forget_a_log_and_only_when_it_is_on_the_disk(tmp_path):
    pods = capture2go_pods(400)

    async def work(air):
        await logged(air)
        place, words = place_at(tmp_path, air, RIG)
        path = await fetch(place, {}, erase=True)
        return path, words, [one.trouble for one in await stored_logs(place)]

    path, words, left = on_air(pods, work)
    assert_whole(path, pods)
    assert left == ["it holds no log"] * 3
    assert "pelvis: run was erased from IMU_aa0001" in words


def test_logs_of_different_times_are_refused_and_the_right_ones_can_be_named(tmp_path):
    pods = capture2go_pods(600)

    async def work(air):
        await logged(air, "first")
        await logged(air, "second", only="IMU_aa0001")
        place, _ = place_at(tmp_path, air, RIG)
        listed = await stored_logs(place)
        with pytest.raises(ValueError, match=r"are not of one run; name the right logs"):
            await fetch(place, {})
        with pytest.raises(ValueError, match=r"pelvis holds no log third; it holds first, second"):
            await fetch(place, {"pelvis": "third"})
        return listed, await fetch(place, named_logs(["pelvis=first"]))

    listed, path = on_air(pods, work)
    assert [len(one.stored) for one in listed] == [2, 1, 1]
    assert in_words(listed[0])[1].startswith("  first  0.1")
    assert_whole(path, pods)


def test_a_pod_on_a_clock_of_its_own_says_how_far_off_it_may_be(tmp_path):
    pods = capture2go_pods(300)

    async def work(air):
        await logged(air, recording=0)
        place, _ = place_at(tmp_path, air, RIG)
        return await fetch(place, {})

    raw, late_s = assert_whole(on_air(pods, work), pods)
    assert all("on a clock of its own" in " ".join(pod.notes) for pod in raw.pods.values())
    assert min(pod.sync_s for pod in raw.pods.values()) > 0.02
    assert np.ptp(late_s) < 0.1


def test_pods_without_logs_or_with_empty_memory_say_so(tmp_path):
    async def work(air):
        place, _ = place_at(tmp_path, air, {})
        assert [one.trouble for one in await stored_logs(place)] == [
            "its firmware keeps no log; record with midstance record"
        ] * 3
        with pytest.raises(ValueError, match=r"pelvis \(ORP-PEL\): its firmware keeps no log"):
            await fetch(place, {})

    on_air(noisy_pods(60), work)

    async def empty(air):
        place, _ = place_at(tmp_path, air, RIG)
        with pytest.raises(ValueError, match=r"pelvis \(IMU_aa0001\): it holds no log"):
            await fetch(place, {})

    on_air(capture2go_pods(60), empty)


def test_two_pods_for_one_placement_are_named(tmp_path):
    async def work(air):
        place, _ = place_at(tmp_path, air, {**RIG, "pelvis": RIG["pelvis"]})
        with pytest.raises(ValueError, match="both advertise the name IMU_aa0001"):
            await fetch(place, {})

    pods = capture2go_pods(60)
    on_air([pods[0], replace(pods[1], name=pods[0].name)], work)


def test_a_disk_that_fills_up_keeps_what_came(tmp_path):
    pods = capture2go_pods(400)

    async def work(air):
        await logged(air)
        room = iter([10**9] * 4)
        place, _ = place_at(tmp_path, air, RIG, free_bytes=lambda _: next(room, 10**6))
        with pytest.raises(OSError, match=r"only 1 MB are left .* goes on from there"):
            await fetch(place, {})
        return await fetch(place_at(tmp_path, air, RIG)[0], {})

    assert_whole(on_air(pods, work), pods)


@pytest.mark.parametrize("words", [["here=run"], ["a", "b"], ["pelvis="]])
def test_logs_are_named_once_and_by_placement(words):
    with pytest.raises(ValueError, match="placement"):
        named_logs(words)


def test_a_log_that_no_clock_places_is_refused_in_words(tmp_path):
    """A Movesense starts anew to close its log: later nothing tells when that was."""
    pods = movesense_pods(300)
    rig = rig_of("movesense_gsp", "Movesense 25023000")

    async def work(air):
        for pod in await found(air):
            await talked(air, pod, pod.protocol.log.begin(Wanted(), "run"), clock_ns=loop_clock_ns)
        await asyncio.sleep(20)
        for pod in await found(air):
            with pytest.raises(LinkLostError):
                await talked(air, pod, pod.protocol.log.end(), clock_ns=loop_clock_ns)
        await asyncio.sleep(5)
        place, _ = place_at(tmp_path, air, rig)
        with pytest.raises(ValueError, match="could not be used"):
            await fetch(place, {})

    on_air(pods, work)
