"""The page: what it says, in which order, and that it needs nothing but itself."""

import re
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

import pipelines.report.page as page_module
from pipelines.glossary import IN_PASSING, WORDS
from pipelines.report.compared import compare
from pipelines.report.page import render as render_compared
from pipelines.report.sections import AUDIENCES, sections_for
from pipelines.report.verdict.findings import findings

GOLDEN = Path(__file__).with_name("golden_report.txt")
FORBIDDEN = ("injury risk", "diagnos", "too high", "too low", "abnormal", "dangerous")
BLOCKS = {"p", "li", "tr", "h1", "h2", "h3", "dt", "dd", "div", "caption", "figcaption", "summary"}


def render(data):
    return render_compared(compare(data))


class PlainText(HTMLParser):
    """The page as somebody reads it aloud: one line per block, without pictures and styles."""

    def __init__(self):
        super().__init__()
        self.silent, self.lines = 0, [""]

    def handle_starttag(self, tag, attrs):
        self.silent += tag in ("style", "svg")
        if tag in BLOCKS:
            self.lines.append("")
        elif tag in ("td", "th"):
            self.lines[-1] += " | "

    def handle_endtag(self, tag):
        self.silent -= tag in ("style", "svg")

    def handle_data(self, data):
        if not self.silent:
            self.lines[-1] += data


def plain_text(html):
    parser = PlainText()
    parser.feed(html)
    lines = (re.sub(r"\s+", " ", line).strip(" |") for line in parser.lines)
    return "\n".join(line for line in lines if line) + "\n"


@pytest.fixture(scope="module")
def page(compensating_page):
    return compensating_page


def test_reads_as_it_always_read(page):
    """Delete the golden file and run again to accept a deliberate change; read the difference."""
    text = plain_text(page)
    if not GOLDEN.exists():
        GOLDEN.write_text(text, encoding="utf-8")
        pytest.fail(f"{GOLDEN.name} was missing and has been written; read it and run again")
    assert text == GOLDEN.read_text(encoding="utf-8")


def test_the_grade_comes_before_findings_and_findings_before_numbers(page, compensating):
    assert page.index('aria-label="Grade A"') < page.index('<h2 id="found"')
    assert headings(page) == [
        "found", "over", "readings", "today", "sides", "stance", "events", "runs", "time", "weeks",
        "dose", "other", "quality", "can", "work", "reservations", "limits", "terms",
    ]  # fmt: skip
    assert headings(render_compared(compare(compensating), "runner")) == [
        "found", "over", "numbers", "run", "weeks", "can", "work", "reservations", "more",
    ]  # fmt: skip


def headings(page):
    return re.findall(r'<h2 id="(\w+)"', page)


def test_no_section_of_an_audience_comes_twice():
    for audience in AUDIENCES:
        names = [section.name for section in sections_for(audience)]
        assert len(names) == len({*names})


def test_one_sentence_comes_before_everything(page):
    said = unescape(page[page.index('<p class="headline">') :].partition("</p>")[0])
    assert said.endswith("firm, at your usual pace.")
    assert page.index('<p class="headline">') < page.index('<dl class="facts">')
    assert page.count("Left leg: the pelvis") == 1


def test_is_one_file_that_asks_nothing_of_anybody(page):
    assert "default-src 'none'; style-src 'unsafe-inline'; img-src data:" in unescape(page)
    assert "<script" not in page
    assert set(re.findall(r'(?:href|src)="([^"]*)"', page)) == {"data:,"}
    assert not re.search(r"url\(|@import|https?://(?!www\.w3\.org/2000/svg)", page)


@pytest.mark.parametrize("case", ["compensating", "usual", "building", "first", "grade D"])
@pytest.mark.parametrize("audience", AUDIENCES)
def test_never_claims_what_no_pod_can_know(report_data, case, audience):
    shift = {"pelvic_tilt_midstance_deg": (3.6, 0), "pelvic_drop_deg": (-9, 9)}
    data = {
        "compensating": lambda: report_data(shift=shift),
        "usual": lambda: report_data(seed=3),
        "building": lambda: report_data(past=3),
        "first": lambda: report_data(past=0, minutes=1, curves=None, pods={}),
        "grade D": lambda: report_data(grade="D", reasons=("pelvis: 40 % missing",)),
    }[case]()
    html = render_compared(compare(data), audience)
    text = plain_text(html).lower()
    assert not [word for word in FORBIDDEN if word in text]


def test_declared_metrics_keep_the_wording_rules_too():
    from imu.metrics import METRICS

    for m in METRICS.values():
        text = f"{m.label} {m.doc}".lower()
        assert not [word for word in FORBIDDEN if word in text], m.name


def test_shows_three_findings_and_names_the_rest(report_data):
    shift = {
        name: (8 * report_data().metrics[name].typical_error, 0.0)
        for name in (
            "pelvic_tilt_midstance_deg",
            "pelvic_drop_deg",
            "pelvic_rotation_over_leg_deg",
            "shank_lean_deg",
        )
    } | {"peak_tibial_resultant_mps2": (60.0, 0.0)}
    data = report_data(shift=shift)
    html = render(data)
    assert len(findings(compare(data))) == 5
    assert html.count("<li style") == 3
    assert "Also outside your usual range" in html


def test_first_run_says_baseline_and_shows_no_verdict_or_empty_chart(report_data):
    data = report_data(past=0, curves=None)
    text = plain_text(render(data))
    assert findings(compare(data)) == ()
    assert "Building your baseline (0/5)." in text
    assert "Run after run" not in text
    assert "usual range in this run" not in text


def test_words_of_the_field_are_explained_and_no_value_is_not_called_nan(report_data):
    from imu.metrics import METRICS

    html = render(report_data(metrics=METRICS))
    text = plain_text(html)
    assert "No value without a few seconds of quiet standing" in text
    assert "NaN" not in text
    assert "`" not in text
    for word, meaning in WORDS.items():
        assert f"{word}\n{meaning}" in text
    for word in ("specific force", "obliquity", "leg-signed", "initial contact", "ITBS", "MDC"):
        assert text.count(IN_PASSING[word]) == 1
    terms = text[text.index("Measures\n") :]
    for word in ("specific force", "obliquity", "leg-signed", "ITBS", "MDC"):
        first = terms.lower().index(word.lower())
        assert IN_PASSING[word] in terms[first : first + len(word) + 80]


def test_remarks_are_explained_beside_the_grade(page, report_data):
    text = plain_text(page)
    assert (
        "4 of 2040 stances with a remark: something there is missing or in doubt. What is missing "
        "is left out, the rest counts. Most often: the end of a stretch of running (3); gap in the "
        "data of the pelvis pod (1)." in text
    )
    html = render(report_data(remarks=0, remarked={}))
    assert "with a remark" not in plain_text(html)


def test_nothing_measured_is_a_page_that_says_so(report_data):
    def nothing(values, side):
        for column in values.values():
            column[:] = np.nan

    data = report_data(change=nothing, curves=None)
    text = plain_text(render(data))
    assert findings(compare(data)) == ()
    assert "Nothing could be compared today." in text
    poor = report_data(change=nothing, curves=None, grade="D", reasons=("no running was found",))
    text = plain_text(render(poor))
    assert "Nothing is compared: no running was found in this recording." in text
    assert "No running was found" in text


def test_session_without_a_stance_is_a_page_too(report_data):
    nothing = np.zeros(0)
    data = report_data()
    empty = replace(
        data,
        side=np.zeros(0, "U5"),
        time_s=nothing,
        values=dict.fromkeys(data.values, nothing),
        curves=None,
        remarks=0,
    )
    html = render(empty)
    assert "0 left, 0 right" in html


def test_what_pods_and_people_wrote_is_text_in_the_page_and_nothing_else(report_data):
    """Escape sequences, overrides of direction and broken characters are spelled."""
    hostile = "<img src=x onerror=alert(1)>\"'{{ 7*7 }}\x1b[2J\x00\u202e\ud800"
    data = report_data(
        athlete=hostile, reasons=(hostile,), notes=(hostile,), caution=hostile, session=hostile
    )
    html = render(data)
    html.encode()
    assert "<img" not in html
    assert "7*7" in html
    assert not set(html) & {"\x1b", "\x00", "\u202e"}
    assert html.count(r"\x1b[2J\x00\u202e\ud800") >= 3


def test_names_cannot_become_markup(report_data):
    html = render(report_data(athlete="<b>&ana", reasons=("<script>x</script>",)))
    assert "<script>x" not in html
    assert "&lt;b&gt;&amp;ana" in html


@pytest.mark.parametrize(("past", "minutes"), [(6, 12), (20, 47), (20, 200)])
def test_stays_small(report_data, compensating, past, minutes):
    html = render(report_data(past=past, minutes=minutes))
    assert len(html.encode()) < 250_000


def test_every_figure_has_a_caption_and_its_numbers_as_a_table(page):
    figures = re.findall(r"<figure>.*?</figure>", page, re.S)
    assert len(figures) == 9 + 5 + 9
    for figure in figures:
        assert "<figcaption><b>" in figure
        assert re.search(r'<svg[^>]*role="img"[^>]*aria-label="[^"]{10,}"', figure)
        assert len(re.findall(r'<th scope="row">', figure)) >= 5


def test_left_and_right_have_one_colour_everywhere(page):
    used = set(re.findall(r"#[0-9a-f]{6}", " ".join(re.findall(r"<svg.*?</svg>", page, re.S))))
    declared = dict(re.findall(r"--(left|right): (#[0-9a-f]{6})", page))
    assert set(declared.values()) <= used
    greys = used - set(declared.values())
    assert all(_saturation(colour) < 0.35 for colour in greys)


def _saturation(colour):
    channels = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    return 1 - min(channels) / max(channels)


@pytest.mark.parametrize("name", ["left", "right", "ink", "muted"])
def test_text_stands_out_from_the_paper(page, name):
    colour = re.search(rf"--{name}: (#[0-9a-f]{{6}})", page)[1]
    channels = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    assert 1.05 / (linear @ [0.2126, 0.7152, 0.0722] + 0.05) >= 4.5  # WCAG AA


def test_reasons_call_the_pods_as_the_tables_do(report_data):
    page = render(replace(report_data(), reasons=("shank left: 50 % of the samples missing",)))
    assert "Left shank: 50 % of the samples missing" in page


def test_the_words_of_the_page_stand_in_one_folder():
    """A template has places for words and none of its own."""
    for template in (Path(page_module.__file__).parent / "templates").rglob("*.j2"):
        bare = re.sub(r"{%.*?%}|{{.*?}}|<style>.*?</style>", "", template.read_text(), flags=re.S)
        text = re.sub(r"<[^>]*>", " ", bare)
        found = {*re.findall(r"[A-Za-z]{3,}", text)} - {"midstance"}
        assert not found, (template.name, found)
        said = re.findall(r'aria-label="([^"]*)"', bare)
        assert not [words for words in said if words.strip()]
