"""Pods are armed all together or not at all, and what they recorded comes home whole."""

import asyncio
from datetime import datetime

import numpy as np
import pytest

pytest.importorskip("bumble")
from pods.armed_pods import KINDS, on_air, place_at
from pods.on_board import found, talked
from pods.recorded_pods import STARTED, rig_of
from pods.virtual_pods import (
    capture2go_pods,
    movesense_pods,
    noisy_pods,
    taken,
)

from firmware_protocols.movella_dot.samples import acc_counts, gyr_counts
from firmware_protocols.protocol import Wanted
from pipelines.capture.arm.arm import Orders, arm
from pipelines.capture.fetch.fetch import fetch
from pipelines.process.from_journal.decode_journal import received
from pipelines.radio.trouble import RadioError
from pipelines.radio.virtual.firmwares import FIRMWARES
from pipelines.radio.virtual.metawear.firmware import MetaMotionR
from pipelines.radio.virtual.time import loop_clock_ns
from pipelines.store.journal.reader import read_journal

RAN_S = 20.0
DEFAULT = Orders()
APART_S = {"capture2go": 2e-3, "movella_dot": 0.05, "metawear": 0.05}


def of(kind):
    make, rig = KINDS[kind]
    return make(150), rig


@pytest.mark.parametrize("kind", KINDS)
def test_a_run_without_a_laptop_is_bit_equal_to_what_the_pods_measured(tmp_path, kind):
    make, rig = KINDS[kind]
    pods = make(120)

    async def work(air):
        place, _ = place_at(tmp_path, air, rig)
        armed = await arm(place, Orders())
        await asyncio.sleep(RAN_S)
        home, words = place_at(tmp_path, air, rig)
        path = await fetch(home, {})
        return armed, path, words

    armed, path, words = on_air(pods, work)
    assert [pod.about.battery_pct for pod in armed.pods] == [90] * 3
    assert all(pod.about.log_s is None or pod.about.log_s > 600 for pod in armed.pods)
    journal = read_journal(path)
    assert journal.closed
    assert not list((tmp_path / "fetching" / "ana").iterdir())
    raw = received(journal)
    late_s = []
    for pod in pods:
        one = raw.pods[pod.placement]
        step = round(pod.rate_hz / one.rate_hz)
        at = measured(pod, one.samples)
        np.testing.assert_array_equal(np.diff(at), step)
        assert len(at) > (RAN_S - 1) * pod.rate_hz / step
        late_s.append(np.median(one.time_s - pod.true_time_s[at]))
    assert np.ptp(late_s) < APART_S[kind]
    assert abs((datetime.fromisoformat(raw.started_utc) - STARTED).total_seconds()) < 60
    assert any(line.startswith("pelvis: fetching ") for line in words)


def measured(pod, samples):
    """Return which samples of a pod these are; some send what they mean, not their counts."""
    if pod.protocol == "movesense_gsp":  # decoded in its finest steps
        samples = samples.copy()
        samples["acc_lsb"] //= 8
        samples["gyr_lsb"] //= 16
    if pod.protocol != "movella_dot":
        return taken(pod, samples)
    acc = acc_counts((pod.counts[:, :3] * pod.scale.acc_mps2).astype(np.float32))
    gyr = gyr_counts(np.degrees(pod.counts[:, 3:] * pod.scale.gyr_radps).astype(np.float32))
    known = {row.tobytes(): k for k, row in enumerate(np.concatenate([acc, gyr], axis=1))}
    both = np.concatenate([samples["acc_lsb"], samples["gyr_lsb"]], axis=1).astype(acc.dtype)
    return np.array([known[row.tobytes()] for row in both])


def refused(tmp_path, pods, rig, prepare, orders=DEFAULT, after=None):
    """Return why pods are not armed once `prepare(air, place)` is done, and what `after` gives."""

    async def work(air):
        place, _ = place_at(tmp_path, air, rig)
        await prepare(air, place)
        with pytest.raises((ValueError, OSError)) as refusal:
            await arm(place, orders)
        return str(refusal.value), await after(air) if after else None

    return on_air(pods, work)


async def nothing(*_):
    """Change nothing."""


def test_pods_that_keep_no_log_are_refused(tmp_path):
    words, _ = refused(tmp_path, noisy_pods(60), {}, nothing)
    assert words.startswith("no pod was armed. pelvis (ORP-PEL): its firmware keeps no log")


def test_a_pod_that_is_away_is_refused_and_none_is_armed(tmp_path):
    async def without_one(air, _):
        left.append(asyncio.ensure_future(air.leave["IMU_aa0003"](60.0)))
        await asyncio.sleep(0.1)

    async def doing(air):
        return [firmware._state for firmware in air.firmware.values()]

    left = []
    pods, rig = of("capture2go")
    words, states = refused(tmp_path, pods, rig, without_one, after=doing)
    assert words.startswith("shank_right: no such pod nearby; switch it on and bring it closer")
    assert {int(state) for state in states} == {1}


def test_a_memory_that_is_full_is_refused_and_says_what_to_do(tmp_path):
    async def full(air, _):
        air.firmware["IMU_aa0002"].memory.recordings["old"] = bytearray(32_000_000)

    pods, rig = of("capture2go")
    words, _ = refused(tmp_path, pods, rig, full, Orders(keep_old=True))
    assert words == (
        "no pod was armed. shank left (IMU_aa0002): its memory has no room, and a run is longer; "
        "fetch its logs with --erase, or arm with --erase-old"
    )


def test_a_log_that_was_not_fetched_is_never_lost_without_the_runners_word(tmp_path):
    """A MetaWear holds one log alone; arming anew would cost it."""
    pods, rig = of("metawear")

    async def work(air):
        place, words = place_at(tmp_path, air, rig)
        for pod in await found(air, "MetaWear2"):
            begin = pod.protocol.log.begin(Wanted(rate_hz=100), "old")
            await talked(air, pod, begin, clock_ns=loop_clock_ns)
            await asyncio.sleep(5)
            await talked(air, pod, pod.protocol.log.end(), clock_ns=loop_clock_ns)
        memory = air.firmware["MetaWear2"].memory
        before = len(memory.entries)
        with pytest.raises(ValueError, match=r"shank left .* still holds a log .* --erase-old"):
            await arm(place, Orders())
        with pytest.raises(ValueError, match="has room for one alone"):
            await arm(place, Orders(keep_old=True))
        kept = len(memory.entries)
        await arm(place, Orders(erase_old=True))
        return before, kept, words

    before, kept, words = on_air(pods, work)
    assert before == kept > 1000
    assert words == ["shank left: log was erased from MetaWear2"]


def test_armed_pods_are_not_armed_again_before_they_are_fetched(tmp_path):
    pods, rig = of("capture2go")

    async def work(air):
        place, _ = place_at(tmp_path, air, rig)
        await arm(place, Orders())
        await asyncio.sleep(20)
        with pytest.raises(ValueError, match=r"pelvis .* it records on board already; midstance"):
            await arm(place, Orders())
        await arm(place, Orders(keep_old=True))
        await asyncio.sleep(20)
        return await fetch(place, {}), [list(f.memory.recordings) for f in air.firmware.values()]

    path, names = on_air(pods, work)
    assert [len(one) for one in names] == [2, 2, 2]
    raw = received(read_journal(path))
    assert all(15 < pod.time_s[-1] - pod.time_s[0] < 45 for pod in raw.pods.values())
    assert len(list((tmp_path / "fetching" / "ana").iterdir())) == 1, "the first waits"


def test_a_log_that_was_fetched_stands_in_nobodys_way(tmp_path):
    pods, rig = of("capture2go")

    async def work(air):
        place, _ = place_at(tmp_path, air, rig)
        first = await arm(place, Orders())
        await asyncio.sleep(20)
        await fetch(place, {})
        return first, await arm(place, Orders())

    first, second = on_air(pods, work)
    assert [[one.name for one in pod.stored] for pod in second.pods] == [[first.session]] * 3
    assert f"keeps {first.session}" in second.pods[0].words


def test_where_one_pod_does_not_begin_the_others_are_ended_again(tmp_path):
    pods, rig = of("capture2go")

    async def breaks(air, _):
        def refuse(_):
            raise ValueError("its firmware is broken")

        air.firmware["IMU_aa0003"]._start_recording = refuse

    async def left(air):
        return [(int(f._state), list(f.memory.recordings)) for f in air.firmware.values()]

    words, states = refused(tmp_path, pods, rig, breaks, after=left)
    assert words.startswith("no pod was armed. shank right (IMU_aa0003): ")
    assert states == [(1, [])] * 3
    assert not list((tmp_path / "fetching" / "ana").iterdir())


def test_a_pod_too_small_for_a_run_says_so(tmp_path, monkeypatch):
    monkeypatch.setitem(FIRMWARES, "metawear", MetaMotionR)
    pods, rig = of("metawear")
    words, _ = refused(tmp_path, pods, rig, nothing)
    assert "pelvis (MetaWear1): its memory has room for 0 min, and a run is longer" in words


def test_a_movesense_without_flash_is_refused_with_the_reason(tmp_path):
    async def of_another_model(air, _):
        air.firmware["Movesense 250230001"].product = "Movesense HR2"

    rig = rig_of("movesense_gsp", "Movesense 25023000")
    words, _ = refused(tmp_path, movesense_pods(60), rig, of_another_model)
    assert "Movesense HR2 has no flash memory: it holds the last 2.6 minutes" in words


def test_a_movesense_with_flash_is_placed_by_what_it_said_as_it_was_armed_and_ended(tmp_path):
    pods = movesense_pods(120)

    async def work(air):
        place, _ = place_at(tmp_path, air, rig_of("movesense_gsp", "Movesense 25023000"))
        await arm(place, Orders())
        await asyncio.sleep(RAN_S)
        return await fetch(place, {})

    raw = received(read_journal(on_air(pods, work)))
    for pod in pods:
        at = measured(pod, raw.pods[pod.placement].samples)
        np.testing.assert_array_equal(np.diff(at), 1)
        assert len(at) > (RAN_S - 3) * pod.rate_hz


def test_an_armed_pod_that_is_away_at_fetching_is_waited_for(tmp_path):
    pods, rig = of("capture2go")

    async def work(air):
        place, _ = place_at(tmp_path, air, rig)
        await arm(place, Orders())
        await asyncio.sleep(20)
        away = asyncio.ensure_future(air.leave["IMU_aa0002"](60.0))
        await asyncio.sleep(0.1)
        with pytest.raises(
            OSError, match=r"shank left \(IMU_aa0002\) recorded this run and cannot"
        ):
            await fetch(place, {})
        await away
        return await fetch(place, {})

    raw = received(read_journal(on_air(pods, work)))
    assert len(raw.pods) == 3


def test_a_pod_that_started_anew_on_the_run_gives_what_it_had(tmp_path):
    pods, rig = of("capture2go")

    async def work(air):
        place, _ = place_at(tmp_path, air, rig)
        await arm(place, Orders())
        await asyncio.sleep(20)
        await air.reboot["IMU_aa0002"]()
        await asyncio.sleep(20)
        return await fetch(place, {})

    raw = received(read_journal(on_air(pods, work)))
    spans = {place: pod.time_s[-1] - pod.time_s[0] for place, pod in raw.pods.items()}
    assert 19 < spans["shank_left"] < 30 < 39 < spans["pelvis"]


def test_no_radio_no_pods(tmp_path):
    async def work(air):
        place, _ = place_at(tmp_path, air, rig_of("capture2go", "IMU_zz000"))
        with pytest.raises(RadioError, match="no such pod nearby"):
            await arm(place, Orders())

    on_air(capture2go_pods(60), work)
