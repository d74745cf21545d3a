"""Pods that reboot at any moment: whatever reached the host is in the session, at its time."""

import asyncio
from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("bumble")

from firmware_protocols.orp_v1.gatt import Channel
from imu.simulation import Run, Runner, Stand, realistic, simulate
from pipelines.demo.live import virtual_pods
from pipelines.process.from_journal.decode_journal import received
from pipelines.process.from_journal.journal import process_journal
from pipelines.radio.virtual.pod import booted
from pipelines.store.files import session_files
from pipelines.store.journal.reader import read_journal
from pipelines.store.tables.raw_file import read_raw, read_raw_header, write_raw
from pipelines.store.tables.stance_file import read_stances
from pipelines.store.upkeep.verify import verify

SECONDS = 120.0
REBOOTS = 20
RATE_HZ = 200.0
FRAMES = (Channel.STREAM, Channel.BULK)
ANSWERS = (Channel.INFO, Channel.CONTROL)


def reboot(name, down_s, then=None, *, unheard=False):
    """Return a fault: that pod reboots, with its link lost before or not; back as `then`."""

    async def do(air):
        if unheard:
            air.kill_link[name]()
            await asyncio.sleep(0.1)
        await air.reboot[name](down_s, then)

    return do


def finer(pod, at_s):
    """Return `pod` after a reboot, counting in half the unit and up to half the range."""
    half = replace(
        pod.scale, acc_mps2=pod.scale.acc_mps2 / 2, acc_range_mps2=pod.scale.acc_range_mps2 / 2
    )
    return replace(booted(pod, at_s), scale=half)


@pytest.fixture
def rebooting(tmp_path, seed, noisy_pods, recorded):
    """Record a run with reboots at 20 random moments, some of them to another range."""

    def record(*, other_range):
        rng = np.random.default_rng(seed)
        pods, faults = noisy_pods(SECONDS + 5, seed), []
        for at_s in np.sort(rng.uniform(5.0, SECONDS - 2, REBOOTS)).tolist():
            pod = pods[int(rng.integers(len(pods)))]
            then = finer(pod, at_s) if other_range and rng.random() < 0.3 else None
            down_s, unheard = float(rng.uniform(0.05, 1.0)), rng.random() < 0.3
            faults.append((at_s, reboot(pod.name, down_s, then, unheard=unheard)))
        path = recorded(tmp_path, pods, seconds=SECONDS, faults=faults)
        return pods, read_journal(path)

    return record


@pytest.fixture
def check(tmp_path, positions):
    """Return a check that every sample in a journal is in the session, as and when measured."""

    def check(journal, pods):
        session = received(journal)
        files = session_files(tmp_path, "ana", journal.header.session)
        write_raw(files, session, replace=True)
        session, about = read_raw(files.raw), read_raw_header(files.raw)["pods"]
        by_name = {pod.name: pod for pod in pods}
        for number, worn in journal.header.pods.items():
            pod, raw = by_name[worn.name], session.pods[worn.placement]
            frames = [p.payload for p in journal.packets[number] if p.channel in FRAMES]
            true = np.unique(np.concatenate(positions(pod, frames)))
            assert len(raw.samples) == len(true)
            assert_values(pod, true, raw)
            assert_times(pod, true, raw, journal.header.started_ns * 1e-9)
            assert_ledger(true, raw, about[worn.placement])
        assert not [problem for file in verify(files.raw) for problem in file.problems]
        return session

    return check


def assert_values(pod, true, raw):
    acc = raw.samples["acc_lsb"] * raw.scale.acc_mps2
    unit = np.concatenate([np.full(e["samples_count"], e["scale"]["acc_mps2"]) for e in raw.epochs])
    np.testing.assert_allclose(acc, pod.samples["acc_lsb"][true] * unit[:, None], rtol=1e-6)
    np.testing.assert_array_equal(raw.samples["gyr_lsb"], pod.samples["gyr_lsb"][true])


def assert_times(pod, true, raw, started_s):
    late_s = raw.time_s + started_s - pod.true_time_s[true]
    at = 0
    for epoch in raw.epochs:
        part = late_s[at : at + epoch["samples_count"]]
        assert np.abs(part).max() < 3 * epoch["sync_s"] + 0.002
        at += epoch["samples_count"]


def assert_ledger(true, raw, about):
    """Each gap has its bounds and, within a sampling, just so many samples; else by its time."""
    gap = np.flatnonzero(np.diff(true) > 1)
    begins = np.cumsum([epoch["samples_count"] for epoch in raw.epochs])[:-1] - 1
    within = gap[~np.isin(gap, begins)]
    gaps = about["gaps"]
    assert set(gap) <= set(np.flatnonzero(np.diff(raw.samples["index"]) > 1)) | set(begins)
    lost = np.diff(raw.samples["index"]) - 1
    np.testing.assert_array_equal(lost[within], np.diff(true)[within] - 1)
    assert about["lost_count"] == lost.sum() == sum(gaps["lost_count"])
    for row, one, other in zip(begins, raw.epochs[:-1], raw.epochs[1:], strict=True):
        between = raw.time_s[row + 1] - raw.time_s[row]
        assert abs(lost[row] - max(0, between * RATE_HZ - 1)) <= 0.501
        unsure_s = 3 * (one["sync_s"] + other["sync_s"]) + 0.002
        assert abs(lost[row] - (true[row + 1] - true[row] - 1)) <= 1 + unsure_s * RATE_HZ


@pytest.mark.campaign(short=1, long=30)
def test_every_sample_before_and_after_a_reboot_is_in_the_session(rebooting, check):
    pods, journal = rebooting(other_range=True)
    session = check(journal, pods)
    assert sum(len(pod.epochs) for pod in session.pods.values()) > 0.6 * REBOOTS
    for pod in session.pods.values():
        assert len(pod.epochs) == 1 or "it restarted" in pod.notes[0]


@pytest.mark.campaign(short=1, long=12)
def test_reboots_are_found_though_answers_and_frames_are_lost(rebooting, check, seed):
    rng = np.random.default_rng(seed)
    pods, journal = rebooting(other_range=False)
    check(replace(journal, packets=thinned(journal.packets, rng)), pods)


def test_the_stances_before_and_after_a_reboot_are_found_and_the_reboot_is_said(tmp_path, recorded):
    script = (Stand(8.0), Run(40.0, speed_mps=3.0), Stand(2.0))
    simulation = simulate(Runner(), script, seed=5, pods=realistic(5), rate_hz=RATE_HZ)
    faults = {"uninterrupted": [], "rebooted": [(28.0, reboot("ORP-LSH", 0.3))]}
    done = {}
    for name, some in faults.items():
        pods = virtual_pods(simulation)
        path = recorded(tmp_path / name, pods, seconds=55.0, faults=some)
        done[name] = process_journal(path, tmp_path / name)
    frame = read_stances(done["rebooted"].stances_path).frame
    left = frame.loc[frame["side"] == "left", "initial_contact_s"]
    gaps = read_raw_header(done["rebooted"].raw_path)["pods"]["shank_left"]["gaps"]
    assert (left < gaps["start_s"][0]).sum() > 20
    assert (left > gaps["stop_s"][0]).sum() > 20
    lost_s = gaps["stop_s"][0] - gaps["start_s"][0]
    assert 0 < lost_s < 5.0
    assert done["rebooted"].stances > done["uninterrupted"].stances * (1 - (lost_s + 4) / 40)
    assert done["rebooted"].lost["shank_left"] == round(lost_s * RATE_HZ) - 1
    said = f"shank left: it restarted after {gaps['start_s'][0]:.1f} s; the samples"
    assert any(reason.startswith(said) for reason in done["rebooted"].reasons)
    assert not any("restarted" in reason for reason in done["uninterrupted"].reasons)


def thinned(packets, rng):
    """Return what is left of what pods said: half of the answers, and frames with gaps in them."""

    def left(said):
        gap = rng.uniform(0, len(said), 4).astype(int)
        for k, packet in enumerate(said):
            if packet.channel in ANSWERS:
                if rng.random() < 0.5:
                    yield packet
            elif not ((gap <= k) & (k < gap + 30)).any():
                yield packet

    return {number: list(left(said)) for number, said in packets.items()}
