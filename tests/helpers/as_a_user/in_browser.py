"""Open a page in headless Chromium, and hear all that it complains of or asks for."""

import shutil
from contextlib import contextmanager
from pathlib import Path

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE, DESK = (390, 844), (1280, 900)


@contextmanager
def chromium():
    """Start the browser, or skip the test with a sentence where there is none."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.skip("no Chromium is installed; the page is checked as text only")
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


def opened(browser, path, size):
    """Open the page; returns it with all that the browser complained of or asked for."""
    width, height = size
    page = browser.new_page(viewport={"width": width, "height": height})
    trouble = []
    page.on("console", lambda message: trouble.append(message.text))
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.on("request", lambda request: trouble.append(request.url))
    page.goto(path.as_uri(), wait_until="networkidle")
    trouble.remove(path.as_uri())
    return page, [line for line in trouble if not line.startswith("data:")]


def complaints(page):
    """Return what axe, the checker of accessibility, has to say against a page."""
    import axe_playwright_python

    source = Path(axe_playwright_python.__file__).with_name("axe.min.js")
    page.evaluate(source.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {iframes: false})")["violations"]
    return [(one["id"], node["html"][:120]) for one in found for node in one["nodes"]]


def sticks_out(page):
    """Return the beginnings of all elements that reach over the right edge of the window.

    A table in a region that scrolls by itself, of class ``wide``, may.
    """
    return page.evaluate(
        """() => [...document.querySelectorAll('main *, header *')]
             .filter(e => e.getBoundingClientRect().right > innerWidth + 0.5)
             .filter(e => !e.closest('thead, .wide')).map(e => e.outerHTML.slice(0, 80))"""
    )
