"""What may go wrong with the page is one sentence, and costs nothing that can be kept."""

import asyncio

import pytest
from as_a_user.phone_page import phone, served

from pipelines.store.journal.reader import read_journal

pytestmark = pytest.mark.browser
NOBODY = "unix:path=/nonexistent"
"""A bus without a Bluetooth system: the page has Bluetooth, and no pod is near."""


def in_page(tmp_path, work):
    async def main():
        with served() as url:
            async with phone(url, tmp_path / "profile", bus_address=NOBODY) as opened:
                return await work(opened, url)

    return asyncio.run(main())


async def marked(opened, times):
    """Mark so many moments: each is a record of the journal."""
    for _ in range(times):
        await opened.page.click("#mark")


def marks_in(path):
    journal = read_journal(path)
    assert journal.damaged_bytes == 0
    return [event["number"] for event in journal.events if event["kind"] == "marker"]


def test_what_was_ended_is_not_gone_on_with_and_another_tab_does_not_record(tmp_path):
    async def work(opened, url):
        await opened.begin("ana")
        other = await opened.browser.new_page()
        await other.goto(url)
        await other.wait_for_selector("text=Go on recording")
        await other.fill("#athlete", "ana")
        await other.click("#begin")
        await other.wait_for_selector("text=Another tab of this page is recording")
        await other.click("text=Go on recording")
        await other.wait_for_selector("text=Another tab of this page is recording")
        await marked(opened, 3)
        await opened.stop()
        offered = await opened.page.locator("text=Go on recording").count()
        await other.reload()
        await other.wait_for_selector("text=Remove")
        again = await other.locator("text=Go on recording").count()
        await other.fill("#athlete", "ana")
        await other.click("#begin")
        await other.wait_for_selector("#during:not([hidden])")
        return offered, again, await opened.save(tmp_path), opened.trouble

    offered, again, path, trouble = in_page(tmp_path, work)
    assert (offered, again, trouble) == (0, 0, [])
    assert marks_in(path) == [1, 2, 3]


FILL = """async () => {
  const { OpenFile } = await import("./storage.js");
  window.words = [];
  window.file = new OpenFile("ana.2026-11-22-full.journal", (said) => window.words.push(said));
  await window.file.open();
  window.sent = 0;
  window.send = () => window.file.append(new Uint8Array(65536).fill(window.sent++ % 251));
}"""
ENDED = """async () => {
  await window.file.close();
  const { read } = await import("./storage.js");
  const all = new Uint8Array(await (await read(window.file.name)).arrayBuffer());
  const right = all.every((byte, at) => byte === Math.floor(at / 65536) % 251);
  const { unwrittenBytes } = window.file;
  return {bytes: all.length, sent: window.sent * 65536, right, unwritten: unwrittenBytes};
}"""


def test_a_browser_that_refuses_room_loses_nothing_once_there_is_some(tmp_path):
    async def work(opened, url):
        page, origin = opened.page, url.removesuffix("/index.html")
        cdp = await opened.browser.new_cdp_session(page)
        await page.evaluate(FILL)
        await cdp.send("Storage.overrideQuotaForOrigin", {"origin": origin, "quotaSize": 3_000_000})
        refused = ""
        async with asyncio.timeout(30):
            while not refused:
                await page.evaluate("for (let k = 0; k < 16; k++) window.send()")
                await asyncio.sleep(0.1)
                refused = await page.evaluate("window.words[0] ?? ''")
        await page.evaluate("window.send()")
        await cdp.send("Storage.overrideQuotaForOrigin", {"origin": origin})
        await asyncio.sleep(1.2)
        await page.evaluate("window.send()")
        return refused, await page.evaluate(ENDED)

    refused, ended = in_page(tmp_path, work)
    assert refused.startswith("The browser takes no more: free some room on this phone.")
    assert ended == {**ended, "bytes": ended["sent"], "right": True, "unwritten": 0}
    assert ended["bytes"] > 3_000_000


def test_a_page_that_was_hidden_says_for_how_long_and_notes_it(tmp_path):
    hide = """hidden => {
      Object.defineProperty(document, "hidden", {get: () => hidden, configurable: true});
      document.dispatchEvent(new Event("visibilitychange"));
    }"""

    async def work(opened, _):
        await opened.begin("ana")
        await opened.page.evaluate(hide, True)
        await asyncio.sleep(1.2)
        await opened.page.evaluate(hide, False)
        await opened.until("This page was hidden for 1 s", of="#said")
        await opened.stop()
        return await opened.save(tmp_path)

    kinds = [event["kind"] for event in read_journal(in_page(tmp_path, work)).events]
    assert kinds == ["page hidden", "page shown"]


def test_a_storage_that_was_cleared_is_said_at_once(tmp_path):
    async def work(opened, url):
        await opened.begin("ana")
        cdp = await opened.browser.new_cdp_session(opened.page)
        origin = url.removesuffix("/index.html")
        await cdp.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "all"})
        await opened.until("What this page keeps was cleared", of="#said")

    in_page(tmp_path, work)
