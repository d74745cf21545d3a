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
from long_run import positions
from phone_page import phone, served
from virtual_pods import noisy_pods

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


async def wear_all(opened, *, begun=False):
    """Choose all three pods, after a beginning, and wait until they record."""
    if not begun:
        await opened.begin("ana")
    await opened.page.wait_for_selector("#during:not([hidden])")
    for name in NAMES:
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
