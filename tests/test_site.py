"""The documentation is built without a warning, leads where it says, and asks for nothing."""

import logging
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlsplit

import pytest
from as_a_user.in_browser import DESK, PHONE, chromium, opened

pytest.importorskip("mkdocs")

from imu.metrics import METRICS

ROOT = Path(__file__).resolve().parents[1]
LOADS = {("script", "src"), ("link", "href"), ("img", "src"), ("iframe", "src"), ("source", "src")}


class Page(HTMLParser):
    """The links of a page, what it loads, and what can be led to in it."""

    def __init__(self, path):
        super().__init__()
        self.links, self.loads, self.ids = [], [], set()
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.ids.add(given.get("id"))
        for name, value in given.items():
            if (tag, name) in LOADS:
                self.loads.append(value)
        if tag == "a" and given.get("href"):
            self.links.append(given["href"])


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Build the site as ``mkdocs build --strict`` does; a warning of MkDocs is a failure."""
    from mkdocs.commands.build import build
    from mkdocs.config import load_config

    said = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: said.append(record.getMessage())
    logging.getLogger("mkdocs").addHandler(handler)
    folder = tmp_path_factory.mktemp("site")
    try:
        build(load_config(str(ROOT / "mkdocs.yml"), site_dir=str(folder), strict=True))
    finally:
        logging.getLogger("mkdocs").removeHandler(handler)
    assert said == []
    return folder


@pytest.fixture(scope="module")
def pages(site):
    return {path: Page(path) for path in sorted(site.rglob("*.html"))}


def outside(url):
    return bool(urlsplit(url).scheme or url.startswith("//"))


def test_no_page_loads_anything_from_elsewhere(site, pages):
    assert len(pages) > 40
    loaded = {(path.name, url) for path, page in pages.items() for url in page.loads}
    assert len(loaded) > 100
    assert {(name, url) for name, url in loaded if outside(url)} == set()
    styles = [path.read_text(encoding="utf-8") for path in site.rglob("*.css")]
    assert not [text for text in styles if re.search(r"(@import|url\(['\"]?)\s*(https?:)?//", text)]


def test_every_link_inside_leads_to_a_page_and_to_its_part(pages):
    broken = []
    for path, page in pages.items():
        if path.name == "404.html":
            continue  # its links are those of the root, wherever it is shown
        for link in [*page.links, *page.loads]:
            target, part = urldefrag(link)
            if outside(link):
                continue
            to = (path.parent / unquote(target)).resolve() if target else path
            if not to.exists() or (part and unquote(part) not in pages[to].ids):
                broken.append((path.name, link))
    assert broken == []


def test_the_tables_are_those_of_the_registry(site):
    dictionary = (site / "reference/data_dictionary.html").read_text(encoding="utf-8")
    assert [name for name in METRICS if f'id="{name}"' not in dictionary] == []
    for column in ("context_plan_phase", "gait", "stance_pct", "watch_speed_mps", "time_us"):
        assert f"<code>{column.replace('_', '_<wbr>')}</code>" in dictionary


@pytest.mark.browser
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desktop", "phone"])
def test_in_a_browser_pages_fit_and_ask_for_nothing_but_files(site, size):
    with chromium() as browser:
        for name in ("index", "tutorials/runner", "reference/data_dictionary", "validity"):
            page, said = opened(browser, site / f"{name}.html", size)
            assert [line for line in said if not line.startswith(("file:", "blob:"))] == []
            assert page.evaluate("document.documentElement.scrollWidth") <= size[0]


@pytest.mark.browser
def test_the_search_finds_a_word_without_a_server(site):
    with chromium() as browser:
        page, _ = opened(browser, site / "index.html", DESK)
        page.get_by_role("textbox", name="Search").fill("pelvic_drop_deg")
        found = page.locator(".md-search-result__item a").first
        found.wait_for(timeout=20_000)
        assert "data_dictionary.html" in found.get_attribute("href")
