"""The page on paper: how many pages, how full, and nothing cut apart."""

import io
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
from pypdf import PdfReader

from imu.quality.faults import moved_by
from pipelines.report import pdf, write_report
from pipelines.report.compared import compare
from pipelines.report.verdict.findings import findings
from pipelines.store.stated.context import RunContext

A4_PT = (595.0, 842.0)
SLIP = "pelvis: the pod slipped, by about 8°, at minute 6.0; the stances after it are flagged"
PATTERN = {
    "pelvic_tilt_after_midstance_deg": (3.6, 0.0),
    "pelvic_rotation_over_leg_deg": (-4.2, 0.0),
    "shank_internal_rotation_deg": (4.8, 0.0),
    "shank_internal_rotation_rate_radps": (1.9, 0.0),
}
MUCH = {
    "shift": {
        **PATTERN,
        "pelvic_drop_deg": (6.0, 0.0),
        "pelvic_tilt_midstance_deg": (7.2, 0.0),
        "shank_lean_deg": (0.0, 7.2),
    },
    "notes": ("A past run was left out, because of what was stated: the belt had slipped.",) * 8,
    "caution": "3 of 6 past runs were measured otherwise; run midstance process on each of them.",
    "context": RunContext(
        surface="road", shoes="blue pair", plan_phase="build", pain={"knee": 3.0}, tags=("long",)
    ),
}
CASES = {
    "much to say": MUCH,
    "usual": {},
    "compensating": {"shift": PATTERN},
    "faster than any past run": {"speed_mps": 4.2},
    "slipped pod": {"reasons": (SLIP,), "grade": "B"},
    "no past runs": {"past": 0},
}


def without_what_slipped(data):
    """Return the run without today's medians that a slipped pod moves, as the store keeps it."""
    medians = {name: values.copy() for name, values in data.history.medians.items()}
    for name, metric in data.metrics.items():
        medians[name][-1, moved_by(metric, data.faults)] = np.nan
    return replace(data, history=replace(data.history, medians=medians))


@pytest.fixture(scope="module")
def printed(make_report_data, render_page):
    """Return a function from a case and an audience to the run and its pages."""
    made = {}

    def of(case, audience):
        if (case, audience) not in made:
            data = without_what_slipped(make_report_data(**CASES[case]))
            try:
                # In a thread: where another test's loop still runs in this one, none can begin.
                with ThreadPoolExecutor(1) as alone:
                    file = alone.submit(pdf.as_pdf, render_page(data, audience)).result()
            except ValueError as error:
                if str(error) not in (pdf.MISSING, pdf.NO_BROWSER):
                    raise
                pytest.skip(str(error))
            made[case, audience] = data, PdfReader(io.BytesIO(file)).pages
        return made[case, audience]

    return of


def lowest_pt(page):
    """Return how high above its lower edge the last words of a page stand."""
    heights = []

    def visit(text, matrix, of_text, *_):
        if text.strip():
            heights.append(of_text[5] * matrix[3] + matrix[5])

    page.extract_text(visitor_text=visit)
    assert all(0 < height < A4_PT[1] for height in heights)
    return min(heights)


def words(page):
    return " ".join(page.extract_text().split())


@pytest.mark.browser
@pytest.mark.parametrize("case", CASES)
def test_the_short_page_is_two_of_a4_and_the_first_is_full(printed, case):
    _, pages = printed(case, "runner")
    assert len(pages) == 2
    for page in pages:
        assert (float(page.mediabox.width), float(page.mediabox.height)) == pytest.approx(
            A4_PT, abs=1
        )
    assert lowest_pt(pages[0]) < A4_PT[1] / 4
    assert "network" in words(pages[1])  # the end of the page is there


@pytest.mark.browser
@pytest.mark.parametrize("audience", ["runner", "coach"])
def test_cards_and_drawings_are_on_one_page_whole(printed, audience):
    data, pages = printed("compensating", audience)
    texts = [words(page) for page in pages]
    shown = findings(compare(data))
    assert len(shown) == 3
    for finding in shown:
        card = [text for text in texts if finding.text[:40] in text]
        assert len(card) == 1
        assert card[0].count("Not known:") == 3
        assert card[0].count("Measured: ") >= 3
    (over,) = [text for text in texts if "At mid-stance the" in text]
    assert over.count("At mid-stance the") == over.count("After it the") == 2
    assert over.count("from behind") == over.count("from above") == 2


@pytest.mark.browser
def test_the_first_page_of_the_full_report_is_not_half_empty(printed):
    _, pages = printed("compensating", "coach")
    assert lowest_pt(pages[0]) < A4_PT[1] / 3


def test_without_the_extra_a_sentence_says_what_to_do_and_nothing_is_written(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "playwright.sync_api", None)
    with pytest.raises(ValueError, match=r'pip install "midstance\[pdf\]"'):
        write_report(tmp_path, "ana", "2026-11-22-a1b2", tmp_path / "page.pdf")
    assert [*tmp_path.iterdir()] == []


def test_without_a_browser_a_sentence_says_what_to_do(monkeypatch):
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

    class NoBrowser:
        def launch(self, **how):
            raise api.Error("Executable doesn't exist")

    monkeypatch.setattr(pdf, "which", lambda name: None)
    with pytest.raises(ValueError, match="playwright install chromium"):
        pdf.browser_of(type("Playwright", (), {"chromium": NoBrowser()}))
