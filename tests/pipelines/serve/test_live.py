"""What is being recorded, as a page shows it: the file of the live view, and the stream."""

import asyncio
import json
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from as_a_user.in_browser import PHONE, chromium, complaints, sticks_out
from services.served import client, client_of_many

pytest.importorskip("bumble")
from pods.watched_live import watched

from imu.simulation import Run, Stand, Walk, realistic, simulate, someone
from pipelines.capture.live.view import DRAWN, View
from pipelines.capture.one_pod.health import PodHealth
from pipelines.capture.page.for_page import MOST_WAITING, ForPage
from pipelines.capture.page.state import Seen, in_words
from pipelines.capture.terminal import minute_rows
from pipelines.demo.live import virtual_pods
from pipelines.process.from_journal.journal import process_journal
from pipelines.report.parts import over_the_leg
from pipelines.serve.pages.live import changes
from pipelines.serve.recording_now import STALE_S, live_files, recordings
from pipelines.store.files import live_path
from pipelines.store.tables.stance_file import read_stances

ROOT = Path(__file__).resolve().parents[3]
SESSION = "2026-11-22-a1b2"
MOST_OFF_DEG = 0.5
HTML = "<script>alert(1)</script> & <b>"


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    """A virtual run of 26 s: its store, its last view but one, and the file as it was then."""
    store = tmp_path_factory.mktemp("live")
    script = (Stand(8.0), Walk(3.0), Run(16.0, speed_mps=3.0))
    runner = simulate(someone(44), script, seed=44, pods=realistic(44), rate_hz=200.0)
    kept, path = [], live_path(store, "ana")

    class Kept(ForPage):
        def last_minute(self, view):
            super().last_minute(view)
            self._waiting[-1].result()
            kept.append((view, path.read_text(encoding="utf-8")))

    pages = []

    def page(executor):
        pages.append(Kept(executor, path, "ana", SESSION))
        return pages[0]

    journal, _, said = watched(store, virtual_pods(runner), seconds=26.0, page=page)
    assert not any("live numbers ended" in words for words in said)
    return store, journal, kept[-2], pages[0]


@pytest.fixture
def state(recorded):
    """The file as it was near the end of the run."""
    return json.loads(recorded[2][1])


def put(root, state, athlete="ana"):
    path = live_path(root, athlete)
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(".new")
    new.write_text(json.dumps(state), encoding="utf-8")
    new.replace(path)
    return path


def test_the_file_says_what_the_terminal_says(recorded, state):
    view = recorded[2][0]
    assert state["minute"] == [list(row) for row in minute_rows(view)]
    assert [pod["state"] for pod in state["pods"]] == ["recording"] * 3
    assert [side for side, _ in state["drawings"]] == ["left", "right"]


def test_what_is_drawn_is_what_the_stored_stances_say(recorded):
    store, journal, (view, _), _ = recorded
    frame = read_stances(process_journal(journal, store).stances_path).frame
    assert DRAWN == over_the_leg.DRAWN
    for name, both in view.drawn.items():
        for side, value in zip(("left", "right"), both, strict=True):
            afterwards = frame.loc[frame["side"] == side, name].median()
            assert value == pytest.approx(afterwards, abs=MOST_OFF_DEG), (name, side)


def test_the_file_is_gone_once_the_recording_has_ended(recorded, tmp_path):
    path = live_path(tmp_path, "ana")
    path.parent.mkdir(parents=True)
    with ThreadPoolExecutor(1) as executor:
        page = ForPage(executor, path, "ana", SESSION)
        page.said("marker 1 at 07:00:01")
        page.health([PodHealth("pelvis", "ORP", "recording")])
        page.close()
    assert list(path.parent.iterdir()) == []
    page.health([])  # the process of the live view is gone: nobody is disturbed
    page.close()


def test_a_page_that_is_not_written_holds_nobody_up_and_piles_nothing_up(tmp_path):
    """The process hangs, and the folder cannot be written either."""
    with ThreadPoolExecutor(1) as executor:
        hangs = executor.submit(time.sleep, 0.3)
        page = ForPage(executor, tmp_path / "no folder" / "live.json", "ana", SESSION)
        for _ in range(50):
            page.health([])
        assert not hangs.done()
        assert len(page._waiting) == MOST_WAITING


def test_nothing_is_drawn_that_is_not_known():
    empty = in_words(Seen("ana", SESSION, [], View(), []))
    assert empty["drawings"] == []
    assert empty["waiting"].startswith("Stand still")
    assert in_words(Seen("ana", SESSION, [], None, []))["minute"] == []


def test_the_page_shows_it_and_words_of_others_are_text(state, tmp_path):
    state["said"] = [["07:00:01", HTML]]
    state["pods"][0] |= {"name": HTML, "remarks": "the link was lost"}
    put(tmp_path, state)
    with client(tmp_path) as browser:
        page = browser.get("/live").text
    assert "Contact time" in page
    assert page.count("<svg") == 2
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt; &amp; &lt;b&gt;") == 2
    assert "<script>" not in page
    assert "the link was lost" in page


@pytest.mark.parametrize(
    "drawn",
    [
        "<svg><script>alert(1)</script></svg>",
        '<svg onload="alert(1)"></svg>',
        '<svg><line style="x"/></svg>',
        '<svg><a href="https://evil.example"><text>x</text></a></svg>',
        "<form></form>",
    ],
)
def test_a_drawing_that_is_not_ours_is_not_let_in(state, tmp_path, drawn):
    put(tmp_path, state | {"drawings": [["left", drawn]]})
    assert recordings(live_files(tmp_path)) == []


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", "[" * 20_000, '{"athlete": "ben"}'])
def test_a_file_that_is_broken_or_another_ones_is_left_out(tmp_path, text):
    live_path(tmp_path, "ana").parent.mkdir(parents=True)
    live_path(tmp_path, "ana").write_text(text, encoding="utf-8")
    assert recordings(live_files(tmp_path)) == []
    with client(tmp_path) as browser:
        assert "Nothing is being recorded" in browser.get("/live").text


def test_what_a_killed_recorder_left_is_not_shown(state, tmp_path):
    path = put(tmp_path, state)
    long_ago = time.time() - STALE_S - 1
    os.utime(path, (long_ago, long_ago))
    assert recordings(live_files(tmp_path)) == []


def test_the_stream_tells_of_changes_alone_and_ends_with_the_server(state, tmp_path):
    ends = []
    with client(tmp_path) as browser:
        of = browser.app.app.app.state.served
        of.ending = lambda: bool(ends)

        async def heard():
            told = changes([of])
            nothing = await anext(told)
            put(tmp_path, state)
            begun = await anext(told)
            put(tmp_path, state | {"said": [["07:00:09", "marker 1"]]})
            marked = await anext(told)
            assert of.listeners == 1
            ends.append(True)
            assert [one async for one in told] == []
            return nothing, begun, marked

        nothing, begun, marked = asyncio.run(heard())
        assert of.listeners == 0
    assert "Nothing is being recorded" in nothing
    assert "Contact time" in begun
    assert "marker 1" not in begun
    assert "marker 1" in marked


def test_recordings_into_several_stores_are_told_together_each_with_its_store(state, tmp_path):
    roots = [tmp_path / "club", tmp_path / "home"]
    for root in roots:
        root.mkdir()
        put(root, state)
    with client_of_many(roots) as browser:
        page, alone = browser.get("/live").text, browser.get("/s/home/live").text
        of = list(browser.app.app.routes[-1].app.app.state.all_stores.stores.values())
        told = changes(of)

        async def heard():
            both = await anext(told)
            live_path(roots[0], "ana").unlink()
            one = await anext(told)
            await told.aclose()
            return both, one

        both, one = (json.loads(text.removeprefix("data: ")) for text in asyncio.run(heard()))
        assert [store.listeners for store in of] == [0, 0]
    links = [f'<a href="/s/{name}/athletes/ana">' for name in ("club", "home")]
    for text, there in ((page, links), (both, links), (one, links[1:]), (alone, links[1:])):
        assert [link for link in links if link in text] == there
    assert f"home, {SESSION}" in one
    assert f">{SESSION}<" in alone


@pytest.mark.browser
def test_a_browser_shows_a_recording_as_it_comes(state, tmp_path):
    words = [sys.executable, "-m", "pipelines.cli", "serve", str(tmp_path), "--port", "0"]
    with chromium() as browser:
        process = subprocess.Popen(words, cwd=ROOT, stderr=subprocess.PIPE, text=True)
        try:
            address = process.stderr.readline().partition("  ")[0].rstrip("/")
            size = {"width": PHONE[0], "height": PHONE[1]}
            page = browser.new_context(viewport=size, color_scheme="dark").new_page()
            trouble = []
            page.on("console", lambda message: trouble.append(message.text))
            page.on("pageerror", lambda error: trouble.append(str(error)))
            page.goto(f"{address}/live")
            page.wait_for_selector("text=Nothing is being recorded")
            put(tmp_path, state)
            page.wait_for_selector("text=Contact time")
            put(tmp_path, state | {"said": [["07:00:09", "marker 1 at 07:00:09"]]})
            page.wait_for_selector("text=marker 1 at 07:00:09")
            assert page.locator("svg").count() == 2
            assert (trouble, sticks_out(page), complaints(page)) == ([], [], [])
            live_path(tmp_path, "ana").unlink()
            page.wait_for_selector("text=Nothing is being recorded")
        finally:
            process.terminate()
            process.communicate(timeout=30)
