"""The pages as a browser shows them, from the command on: desk and phone, mouse and keyboard."""

import json
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
from as_a_user.in_browser import DESK, PHONE, chromium, complaints, sticks_out

from pipelines.serve.roster.kept_rows import made_row
from pipelines.store.files import live_path

pytestmark = pytest.mark.browser
ROOT = Path(__file__).resolve().parents[3]
WAIT_MS = 60_000
RUN = "2026-04-09-run"
RECORDED = {
    "athlete": "ana",
    "session": "2026-11-22-a1b2",
    "minute": [["Contact time", "250 ms", "252 ms"]],
    "waiting": "",
    "pods": [],
    "drawings": [],
    "said": [],
}


@contextmanager
def serving(*stores):
    """Run the command on a free port; return its address."""
    words = [sys.executable, "-m", "pipelines.cli", "serve", *map(str, stores), "--port", "0"]
    process = subprocess.Popen(words, cwd=ROOT, stderr=subprocess.PIPE, text=True)
    try:
        yield process.stderr.readline().partition("  ")[0].rstrip("/")
    finally:
        process.terminate()
        process.communicate(timeout=30)


@pytest.fixture(scope="module")
def address(made_pair, tmp_path_factory):
    store = shutil.copytree(made_pair, tmp_path_factory.mktemp("served") / "store")
    with serving(store) as at:
        yield at


@pytest.fixture(scope="module")
def browser():
    with chromium() as started:
        yield started


@pytest.fixture
def page(request, browser, address):
    size, scheme = getattr(request, "param", (PHONE, "dark"))
    with watched_page(browser, address, size, scheme) as opened:
        yield opened


@contextmanager
def watched_page(browser, address, size, scheme):
    """Open a page that hears all that the browser complains of or asks others for."""
    width, height = size
    view = {"width": width, "height": height}
    context = browser.new_context(viewport=view, color_scheme=scheme, base_url=address)
    opened = context.new_page()
    opened.set_default_timeout(WAIT_MS)
    opened.trouble = []
    opened.on("console", lambda message: opened.trouble.append(message.text))
    opened.on("pageerror", lambda error: opened.trouble.append(str(error)))
    foreign = opened.trouble.append
    opened.on("request", lambda r: None if r.url.startswith((address, "data:")) else foreign(r.url))
    yield opened
    context.close()


def fits(page):
    """Assert that a page asks for nothing foreign, fits, and can be used by everybody."""
    assert page.trouble == []
    assert sticks_out(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    assert complaints(page) == []


@pytest.mark.parametrize(
    "page", [(DESK, "light"), (PHONE, "dark")], ids=["desk", "phone"], indirect=True
)
def test_from_all_runners_to_one_and_to_a_run_in_two_clicks(page):
    page.goto("/")
    page.wait_for_selector("text=No baseline yet")
    page.wait_for_selector(".changed")
    row = page.locator(".changed tr", has_text="ana")
    assert "the pelvis drops more" in row.inner_text()
    assert "left leg" in row.inner_text()
    assert "firm" in row.inner_text()
    fits(page)
    row.get_by_role("link", name="ana").click()
    page.wait_for_selector("svg.chart")
    fits(page)
    page.locator(".week a").first.click()
    page.wait_for_url(f"**/{RUN}")
    fits(page)
    page.locator("iframe").scroll_into_view_if_needed()
    inside = page.frame_locator("iframe")
    assert "the pelvis drops more" in inside.locator(".headline").inner_text()
    assert page.trouble == []


def test_a_note_is_stored_and_shown(page):
    page.goto(f"/athletes/ana/runs/{RUN}")
    page.get_by_label("Shoes").fill("blue & new")
    page.get_by_role("button", name="Store").click()
    page.wait_for_load_state()
    assert page.get_by_label("Shoes").input_value() == "blue & new"
    page.goto("/athletes/ana")
    assert "shoes: blue & new" in page.locator(".week").first.inner_text()
    assert page.trouble == []


def test_two_groups_are_compared_by_ticking(page):
    page.goto("/athletes/ana")
    for summary in page.locator("summary", has_text="Earlier").all():
        summary.click()
    for group, runs in (("A", slice(0, 4)), ("B", slice(6, 12))):
        for box in page.get_by_role("checkbox", name=f"in group {group}").all()[runs]:
            box.check()
    page.get_by_role("button", name="Compare the ticked runs").click()
    page.wait_for_selector("text=Two groups of runs")
    assert "contralateral pelvic drop" in page.locator("main").inner_text().lower()
    fits(page)


def test_all_of_it_goes_by_keyboard(page):
    page.goto("/")
    page.wait_for_selector(".changed")
    first = page.locator(".changed a").first
    page.keyboard.press("Tab")
    while not first.evaluate("e => e === document.activeElement"):  # past links to other pages
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/athletes/ana")
    page.keyboard.press("Tab")
    seen = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert seen == "solid"


def test_the_page_prints_without_what_is_typed(page):
    page.goto(f"/athletes/ana/runs/{RUN}")
    page.emulate_media(media="print")
    assert not page.locator("form").first.is_visible()
    assert page.locator("h1").is_visible()
    assert page.get_by_text("The report prints from its own page").is_visible()
    assert page.locator("#note .paper").inner_text()
    for section in page.locator("section:visible").all():
        said = section.inner_text().split("\n")
        assert len([line for line in said if line.strip()]) > 1, "a heading stands alone on paper"
    page.emulate_media(media="screen")
    assert not page.locator("#note .paper").is_visible()


def test_no_page_of_another_site_reads_or_writes_here(page, browser, address):
    context = browser.new_context()
    other = context.new_page()
    other.goto("data:text/html,<title>another</title>")
    answer = other.evaluate(
        "url => fetch(url, {method: 'POST', body: 'notes=x'}).then(r => r.text(), e => 'refused')",
        f"{address}/athletes/ana/runs/{RUN}/note",
    )
    assert answer == "refused"
    context.close()
    page.goto(f"/athletes/ana/runs/{RUN}")
    assert page.get_by_label("Notes").input_value() == ""


def test_two_stores_stand_on_one_page_and_one_that_goes_says_so(stores, browser, tmp_path):
    for root, athlete in zip((*stores, stores[0]), ("ana", "ana", "ben"), strict=True):
        made_row(root, athlete)
    with serving(*stores) as at, watched_page(browser, at, DESK, "light") as page:
        page.goto("/")
        assert page.locator("th", has_text="ana").all_inner_texts() == [
            "ana\nclub/store",
            "ana\nhome/store",
        ]
        fits(page)
        page.set_viewport_size(dict(zip(("width", "height"), PHONE, strict=True)))
        fits(page)
        page.get_by_role("link", name="home/store").click()
        page.get_by_role("link", name="Live").click()
        page.wait_for_url("**/s/home-store/live")
        live_path(stores[1], "ana").parent.mkdir(parents=True)
        live_path(stores[1], "ana").write_text(json.dumps(RECORDED))
        page.wait_for_selector("text=Contact time")
        page.get_by_role("link", name="ana").focus()
        stores[1].rename(tmp_path / "away")
        page.get_by_role("link", name="All runners").click()
        page.wait_for_selector("text=home/store: There is no store in store")
        assert page.locator("th", has_text="ana").count() == 1
        assert page.trouble == []
