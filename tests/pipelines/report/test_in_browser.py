"""The page as a browser shows it: on a phone, on a desk, on paper."""

from dataclasses import replace
from itertools import pairwise

import pytest
from as_a_user.in_browser import DESK, PHONE, chromium, opened, sticks_out

pytestmark = pytest.mark.browser
SHIFT = {"pelvic_drop_deg": (5.0, 0.0)}


@pytest.fixture(scope="module")
def browser():
    with chromium() as started:
        yield started


@pytest.fixture(scope="module", params=["compensating", "short page", "first run", "long words"])
def page_file(request, tmp_path_factory, make_report_data, render_page):
    if request.param == "compensating":
        html = request.getfixturevalue("compensating_page")
    elif request.param == "short page":
        html = render_page(make_report_data(shift=SHIFT), "runner")
    elif request.param == "first run":
        html = render_page(make_report_data(past=0, minutes=1, curves=None, started=None))
    else:
        data = make_report_data(past=2, minutes=2)
        long = "Contralateral-pelvic-obliquity-excursion " * 2 + "in the first part of stance"
        metrics = {n: replace(m, label=f"{m.label} {long}") for n, m in data.metrics.items()}
        html = render_page(replace(data, metrics=metrics, athlete="a" * 64, reasons=("x" * 90,)))
    path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_text(html, encoding="utf-8")
    return path


@pytest.mark.parametrize("size", [PHONE, DESK, (320, 640), (768, 1024)])
def test_nothing_is_asked_nothing_complained_of_and_nothing_sticks_out(browser, page_file, size):
    page, trouble = opened(browser, page_file, size)
    assert trouble == []
    assert sticks_out(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    page.close()


@pytest.mark.parametrize("size", [PHONE, DESK])
def test_text_in_charts_can_be_read_and_does_not_collide(browser, page_file, size):
    page, _ = opened(browser, page_file, size)
    texts = page.evaluate(
        """() => [...document.querySelectorAll('svg')].map(svg => {
             const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
             return [...svg.querySelectorAll('text')].map(t => {
               const b = t.getBoundingClientRect();
               return {words: t.textContent, px: scale * parseFloat(getComputedStyle(t).fontSize),
                       x: [b.left, b.right], y: [b.top, b.bottom]};
             });
           })"""
    )
    for chart in texts:
        assert min(text["px"] for text in chart) >= 11
        assert [pair for pair in pairs(chart) if overlap(*pair)] == []
    smallest = page.evaluate(
        """() => Math.min(...[...document.querySelectorAll('body *')]
             .filter(e => e.childNodes.length && !e.closest('svg'))
             .map(e => parseFloat(getComputedStyle(e).fontSize)))"""
    )
    assert smallest >= 12
    page.close()


def pairs(chart):
    return [(a, b) for i, a in enumerate(chart) for b in chart[i + 1 :]]


def overlap(a, b):
    """Letters touch; boxes of lines above each other may share a little of their leading."""
    across = min(a["x"][1], b["x"][1]) - max(a["x"][0], b["x"][0])
    down = min(a["y"][1], b["y"][1]) - max(a["y"][0], b["y"][0])
    return across > 0.5 and down > 4


def test_numbers_behind_a_figure_open_and_fit_on_a_phone(browser, page_file):
    page, _ = opened(browser, page_file, PHONE)
    for summary in page.query_selector_all("summary"):
        summary.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    page.close()


def test_tables_keep_their_meaning_for_a_screen_reader_on_a_phone(browser, page_file):
    page, _ = opened(browser, page_file, PHONE)
    if not page.query_selector("#today"):
        pytest.skip("the short page has the numbers in a plain table")
    snapshot = page.locator("section[aria-labelledby=today]").aria_snapshot()
    assert "table" in snapshot
    assert snapshot.count('rowheader "Left"') == snapshot.count('rowheader "Right"') == 9
    page.close()


def test_headings_go_down_one_step_at_a_time(browser, page_file):
    page, _ = opened(browser, page_file, DESK)
    levels = page.evaluate(
        "[...document.querySelectorAll('h1,h2,h3')].map(h => parseInt(h.tagName[1]))"
    )
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    page.close()


def test_prints_to_a_few_pages_of_a4(browser, page_file):
    page, _ = opened(browser, page_file, DESK)
    pdf = page.pdf(prefer_css_page_size=True)
    assert pdf.startswith(b"%PDF")
    assert 1 <= pdf.count(b"/Type /Page\n") <= 14
    assert b"595" in pdf  # points: the width of A4
    page.close()
