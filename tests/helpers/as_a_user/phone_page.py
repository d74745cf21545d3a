"""The phone page in a real Chromium, whose Bluetooth is a look-alike of BlueZ with virtual pods."""

import asyncio
import os
import shutil
import threading
from contextlib import asynccontextmanager, contextmanager

import pytest

from as_a_user.in_browser import FLAGS, NAMES, PHONE
from pipelines.phone.files import server

CHOOSE_S = 20.0
ORP = {"ORP-PEL": "pelvis", "ORP-LSH": "shank_left", "ORP-RSH": "shank_right"}
CAPTURE2GO = {"IMU_aa0001": "pelvis", "IMU_aa0002": "shank_left", "IMU_aa0003": "shank_right"}
BUTTONS = ORP | CAPTURE2GO


@contextmanager
def served():
    """Serve the page on this computer's own address; yield where it is."""
    with server() as running:
        thread = threading.Thread(target=running.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{running.server_address[1]}/index.html"
        finally:
            running.shutdown()
            thread.join()


@asynccontextmanager
async def phone(url, profile, *, bus_address=None):
    """Open the page in a browser of its own `profile`, without Bluetooth where no bus is given."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.skip("no Chromium is installed")
    api = pytest.importorskip("playwright.async_api", reason="playwright is not installed")
    width, height = PHONE
    flags = [*FLAGS, "--enable-features=WebBluetooth"] if bus_address else FLAGS
    bus = {"DBUS_SYSTEM_BUS_ADDRESS": bus_address} if bus_address else {}
    async with api.async_playwright() as playwright:
        browser = await playwright.chromium.launch_persistent_context(
            str(profile),
            executable_path=found,
            env={**os.environ, **bus},
            args=flags,
            viewport={"width": width, "height": height},
            accept_downloads=True,
        )
        try:
            yield await _Phone.of(browser, url)
        finally:
            try:
                await browser.close()
            except api.Error as error:  # a test may have killed it, and then it is closed already
                if "has been closed" not in str(error):
                    raise


class _Phone:
    """The page, what it complained of, and the browser's chooser of devices."""

    def __init__(self, browser, page, chooser):
        self.browser, self.page, self._chooser = browser, page, chooser
        self.trouble = []
        self._prompts, self._answered = asyncio.Queue(), set()
        page.on("pageerror", lambda error: self.trouble.append(str(error)))
        page.on("console", self._complained)
        chooser.on("DeviceAccess.deviceRequestPrompted", self._prompts.put_nowait)

    @classmethod
    async def of(cls, browser, url):
        page = browser.pages[0]
        chooser = await browser.new_cdp_session(page)
        opened = cls(browser, page, chooser)
        await page.goto(url)
        await chooser.send("DeviceAccess.enable")
        return opened

    def _complained(self, message):
        if message.type == "error":
            self.trouble.append(message.text)

    async def choose(self, name):
        """Tap the button of a pod's place, and the pod in the chooser once it is listed."""
        await self.page.click(f"[data-placement={BUTTONS[name]}]")
        async with asyncio.timeout(CHOOSE_S):
            while True:
                prompt = await self._prompts.get()
                listed = [one["id"] for one in prompt["devices"] if one["name"] == name]
                if listed and prompt["id"] not in self._answered:
                    break
        self._answered.add(prompt["id"])
        answer = {"id": prompt["id"], "deviceId": listed[0]}
        await self._chooser.send("DeviceAccess.selectPrompt", answer)

    async def begin(self, athlete):
        await self.page.fill("#athlete", athlete)
        await self.page.click("#begin")
        await self.page.wait_for_selector("#during:not([hidden])")

    async def until(self, words, *, of="#pods", times=1, seconds=30.0):
        """Wait until the page has these words so many times."""
        async with asyncio.timeout(seconds):
            while (await self.page.inner_text(of)).count(words) < times:
                await asyncio.sleep(0.1)

    async def stop(self):
        await self.page.click("#stop")
        await self.page.wait_for_selector("#kept li", timeout=60_000)

    async def save(self, folder):
        """Save the only file that is kept; return where it is."""
        async with self.page.expect_download() as started:
            await self.page.click("text=Save")
        download = await started.value
        path = folder / download.suggested_filename
        await download.save_as(path)
        return path
