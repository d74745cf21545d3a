"""Draw the pictures of README, as a browser shows what they are of: `docs/pictures`.

Type ``python docs/site/readme_pictures.py report midstance-demo/report.html`` after ``midstance
demo``, and ``… roster http://127.0.0.1:8321/`` while ``midstance serve`` serves a store of several
runners there.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from playwright.sync_api import Page, sync_playwright

from pipelines.report.pdf import browser_of
from pipelines.report.words.page import PAGE

PICTURES: Final = Path(__file__).resolve().parents[1] / "pictures"


def over_the_legs(page: Page, path: Path) -> None:
    """Draw the section of a report that shows pelvis and shank over each leg at mid-stance."""
    heading = page.get_by_role("heading", name=PAGE["over_the_leg"]["title"])
    page.locator("section").filter(has=heading).screenshot(path=path)


def all_runners(page: Page, path: Path) -> None:
    """Draw the upper part of the page of all runners, once every one has been looked at."""
    page.get_by_text("still being looked at").wait_for(state="detached", timeout=300_000)
    page.screenshot(path=path)


Draw = Callable[[Page, Path], None]
DRAWN: Final[dict[str, tuple[Draw, int, int]]] = {
    "report": (over_the_legs, 840, 900),
    "roster": (all_runners, 1248, 1040),
}
"""How each is drawn, and how wide and high the window is, px."""


def main(what: str, where: str) -> None:
    """Draw one of the pictures from a file or an address."""
    draw, width_px, height_px = DRAWN[what]
    address = where if "://" in where else Path(where).resolve().as_uri()
    with sync_playwright() as playwright:
        browser = browser_of(playwright)
        size = {"width": width_px, "height": height_px}
        page = browser.new_page(viewport=size, color_scheme="light")
        page.goto(address, wait_until="networkidle")
        draw(page, PICTURES / f"{what}.png")
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
