"""Draw docs/pictures/roster.png: the upper part of the page of all runners, as a browser shows it.

Type ``python docs/site/roster_picture.py http://127.0.0.1:8321/`` while ``midstance serve``
serves a store of several runners there.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from playwright.sync_api import sync_playwright

from pipelines.report.pdf import browser_of

PICTURE: Final = Path(__file__).resolve().parents[1] / "pictures" / "roster.png"
SHOWN_PX: Final = {"width": 1248, "height": 1040}


def main(url: str) -> None:
    """Write the picture of the roster at an address, once every runner has been looked at."""
    with sync_playwright() as playwright:
        browser = browser_of(playwright)
        page = browser.new_page(viewport=SHOWN_PX, color_scheme="light")
        page.goto(url, wait_until="networkidle")
        page.get_by_text("still being looked at").wait_for(state="detached", timeout=300_000)
        page.screenshot(path=PICTURE)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1])
