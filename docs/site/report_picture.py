"""Draw docs/pictures/report.png: over each leg at mid-stance, as a browser shows it in a report.

Type ``python docs/site/report_picture.py midstance-demo/report.html`` after ``midstance demo``.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from playwright.sync_api import sync_playwright

from pipelines.report.pdf import browser_of
from pipelines.report.words.page import PAGE

PICTURE: Final = Path(__file__).resolve().parents[1] / "pictures" / "report.png"


def main(report: Path) -> None:
    """Write the picture of a report."""
    with sync_playwright() as playwright:
        browser = browser_of(playwright)
        page = browser.new_page(viewport={"width": 840, "height": 900}, color_scheme="light")
        page.goto(report.resolve().as_uri(), wait_until="networkidle")
        heading = page.get_by_role("heading", name=PAGE["over_the_leg"]["title"])
        page.locator("section").filter(has=heading).screenshot(path=PICTURE)
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
