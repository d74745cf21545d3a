"""Turn the page into a PDF, by a browser that prints it without network and without scripts."""

from __future__ import annotations

from shutil import which
from typing import TYPE_CHECKING, Final

from pipelines.errors import not_installed

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserType, Playwright

NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "chrome")
CHANNELS: Final = ("chrome", "msedge")
BY_HAND: Final = "or open the HTML page in a browser and print it"
MISSING: Final = f"{not_installed('A PDF needs playwright, which', 'pdf')}, {BY_HAND}"
NO_BROWSER: Final = (
    "A PDF is printed by Chromium, Chrome or Edge, and none was found; run playwright install "
    f"chromium, {BY_HAND}"
)


def need_pdf() -> None:
    """Raise ValueError, with what to do, where playwright is not installed."""
    try:
        import playwright.sync_api  # noqa: F401
    except ModuleNotFoundError:
        raise ValueError(MISSING) from None


def as_pdf(html: str) -> bytes:
    """Return the page as PDF. Raises ValueError, with what to do, where that cannot be done."""
    need_pdf()
    from playwright.sync_api import Error, sync_playwright

    try:
        with sync_playwright() as playwright:
            browser = browser_of(playwright)
            page = browser.new_page(java_script_enabled=False, offline=True)
            page.set_content(html)
            return page.pdf(prefer_css_page_size=True, print_background=True, tagged=True)
    except Error as error:
        reason = str(error).strip().splitlines()[0]
        raise ValueError(f"The browser printed no PDF ({reason}); {BY_HAND}") from None


def browser_of(playwright: Playwright) -> Browser:
    """Start a browser of this machine, or the one that playwright brought."""
    from playwright.sync_api import Error

    kind: BrowserType = playwright.chromium
    if (found := next(filter(None, map(which, NAMES)), None)) is not None:
        return kind.launch(executable_path=found)
    for channel in (*CHANNELS, None):
        try:
            return kind.launch(channel=channel)
        except Error:  # that one is not installed
            continue
    raise ValueError(NO_BROWSER)
