"""The phone page records pods over Chromium's own Bluetooth, and its file is a session."""

import asyncio
import os
import shutil
import signal
import sys
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("bumble")
from as_a_user.phone_page import CAPTURE2GO, phone, served
from pods.long_run import positions
from pods.recorded_pods import recorded, rig_of
from pods.virtual_pods import capture2go_pods, noisy_pods

from pipelines.capture.interrupted.brought_home import bring_home
from pipelines.process.from_journal.decode_journal import received
from pipelines.store.journal.reader import read_journal

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(sys.platform != "linux", reason="the look-alike of BlueZ is for Linux"),
    pytest.mark.skipif(shutil.which("dbus-daemon") is None, reason="dbus-daemon is not installed"),
]
if sys.platform == "linux":
    from bluez.lookalike import bluez
NAMES = ("ORP-PEL", "ORP-LSH", "ORP-RSH")


@asynccontextmanager
async def on_air(pods, folder):
    """Yield the radio with these pods and what opens the page there, always as the same user."""
    with served() as url:
        async with bluez(pods) as air:
            yield air, partial(phone, url, folder / "profile", bus_address=air.bus_address)


async def wear_all(opened, *, begun=False, names=NAMES):
    """Choose all three pods, after a beginning, and wait until they record."""
    if not begun:
        await opened.begin("ana")
    await opened.page.wait_for_selector("#during:not([hidden])")
    for name in names:
        await opened.choose(name)
    await opened.until("recording", times=3)


def whole(journal, pods, least_s):
    """Assert that all samples from the first to the last are there once, bit for bit."""
    raw = received(journal).pods
    for pod in pods:
        at = positions(pod, raw[pod.placement].samples)
        np.testing.assert_array_equal(np.diff(at), 1)
        assert len(at) > least_s * pod.rate_hz


def test_a_run_is_recorded_whole_though_a_link_is_lost(tmp_path):
    pods = noisy_pods(180, 1)

    async def main():
        async with on_air(pods, tmp_path) as (air, page), page() as opened:
            await wear_all(opened)
            await asyncio.sleep(3)
            await opened.page.click("#mark")
            air.virtual.kill_link["ORP-LSH"]()
            await opened.until("lost")
            await opened.until("fetched")
            await opened.until(" 0 missing", times=3)
            await opened.stop()
            return await opened.save(tmp_path), opened.trouble

    path, trouble = asyncio.run(main())
    assert trouble == []
    journal = read_journal(path)
    assert journal.closed
    assert journal.damaged_bytes == 0
    assert path.name == f"ana.{journal.header.session}.journal"
    whole(journal, pods, 5)
    session = received(journal)
    assert [mark["kind"] for mark in session.marks] == ["marker"]
    assert any("shank left" in note and "fetched from the pod" in note for note in session.notes)
    assert all(pod.battery_pct == 90 for pod in session.pods.values())


def test_pods_that_share_a_clock_give_the_session_that_the_recorder_makes(tmp_path):
    pods, rig = capture2go_pods(60, 6), rig_of("capture2go", "IMU_aa000")

    async def main():
        async with on_air(pods, tmp_path) as (air, page), page() as opened:
            await wear_all(opened, names=CAPTURE2GO)
            await asyncio.sleep(1)
            air.virtual.kill_link["IMU_aa0002"]()
            await opened.until("lost")
            await opened.until("recording", times=3)
            await asyncio.sleep(1)
            await opened.page.click("#mark")
            await opened.stop()
            said = await opened.page.text_content("#pods")
            return await opened.save(tmp_path), said, opened.trouble

    path, said, trouble = asyncio.run(main())
    assert trouble == []
    journal = read_journal(bring_home(path, tmp_path / "store"))
    assert (journal.closed, journal.damaged_bytes) == (True, 0)
    by_page = received(journal)
    desk, _ = recorded(tmp_path / "desk", pods, rig, seconds=20)
    by_recorder = received(read_journal(desk))
    assert by_page.pods.keys() == by_recorder.pods.keys()
    for pod in pods:
        one, other = (session.pods[pod.placement] for session in (by_page, by_recorder))
        assert_same_run(pod, one, other)
        gaps = np.diff(one.samples["index"]) - 1
        # Two pieces at most: on the air as the link broke, and before the browser listens again.
        assert np.count_nonzero(gaps) <= (2 if pod.name == "IMU_aa0002" else 0)
        assert gaps.sum() == 0 or f"{gaps.sum()} lost for good" in said
    late_s = [lateness_s(pod, by_page) for pod in pods]
    assert np.ptp(late_s) < 2e-3
    assert [mark["kind"] for mark in by_page.marks] == ["marker"]


def assert_same_run(pod, one, other):
    """Two records of a virtual pod have the same samples, wherever both have any, and know it."""
    at, also = positions(pod, one.samples), positions(pod, other.samples)
    assert len(at) > 2 * pod.rate_hz
    np.testing.assert_array_equal(np.diff(at), np.diff(one.samples["index"]))
    _, here, there = np.intersect1d(at, also, return_indices=True)
    assert len(here) > pod.rate_hz
    for field in ("acc_lsb", "gyr_lsb"):
        np.testing.assert_array_equal(one.samples[field][here], other.samples[field][there])
    assert (one.scale, one.rate_hz, one.protocol) == (other.scale, other.rate_hz, other.protocol)
    assert {**one.device, "address": ""} == {**other.device, "address": ""}
    assert (one.battery_pct, len(one.epochs)) == (other.battery_pct, len(other.epochs))
    off_s = one.time_s - pod.true_time_s[at]
    assert np.ptp(off_s) < 1e-3


def lateness_s(pod, session):
    one = session.pods[pod.placement]
    return np.median(one.time_s - pod.true_time_s[positions(pod, one.samples)])


def test_what_a_killed_browser_wrote_is_gone_on_with(tmp_path):
    pods = noisy_pods(180, 2)

    async def main():
        async with on_air(pods, tmp_path) as (air, page):
            async with page() as opened:
                await wear_all(opened)
                await asyncio.sleep(4)
                _kill(tmp_path / "profile")
            # The system ends the links of a client that has gone.
            for name in NAMES:
                air.virtual.kill_link[name]()
            async with page() as opened:
                await opened.page.click("text=Go on recording")
                await wear_all(opened, begun=True)
                await opened.until("fetched", times=3)
                await opened.until(" 0 missing", times=3)
                await opened.stop()
                return await opened.save(tmp_path)

    journal = read_journal(asyncio.run(main()))
    assert journal.closed
    assert len(journal.header.pods) == 3
    assert [event["kind"] for event in journal.events].count("resumed") == 1
    whole(journal, pods, 7)


@pytest.mark.long
@pytest.mark.faults
def test_ten_minutes_with_two_lost_links_and_a_killed_browser(tmp_path):
    pods = noisy_pods(800, 3)

    async def main():
        async with on_air(pods, tmp_path) as (air, page):
            async with page() as opened:
                await wear_all(opened)
                for name in ("ORP-PEL", "ORP-RSH"):
                    await asyncio.sleep(120)
                    air.virtual.kill_link[name]()
                await asyncio.sleep(120)
                _kill(tmp_path / "profile")
            for name in NAMES:
                air.virtual.kill_link[name]()
            async with page() as opened:
                await opened.page.click("text=Go on recording")
                await wear_all(opened, begun=True)
                await asyncio.sleep(240)
                await opened.stop()
                return await opened.save(tmp_path)

    whole(read_journal(asyncio.run(main())), pods, 600)


def _kill(profile):
    """``kill -9`` every process of the browser of a profile."""
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            said = (process / "cmdline").read_bytes()
            if f"--user-data-dir={profile}".encode() in said:
                os.kill(int(process.name), signal.SIGKILL)


def test_a_browser_without_bluetooth_is_told_what_to_use(tmp_path):
    async def main():
        with served() as url:
            async with phone(url, tmp_path / "profile") as opened:
                page = opened.page
                return await page.inner_text("#cannot"), await page.is_disabled("#begin")

    words, disabled = asyncio.run(main())
    assert words.startswith("This browser has no Bluetooth for pages. Use Chrome")
    assert disabled
