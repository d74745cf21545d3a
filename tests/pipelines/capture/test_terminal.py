from dataclasses import replace
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from pipelines.capture.live.view import View
from pipelines.capture.one_pod.health import PodHealth
from pipelines.capture.terminal import SLIM, WAITING, WIDE, live_screen, whole

PODS = [
    PodHealth(
        "pelvis",
        "ORP-PEL",
        "recording",
        rate_hz=199.96,
        received=990,
        lost=10,
        battery_pct=87,
        clipped_pct=0.04,
        age_s=0.06,
        cadence_spm=171.6,
    ),
    PodHealth("shank_left", "ORP-LSH", "lost", note="the link was lost; bring the pod closer"),
]


MEDIANS = {
    **View().medians,
    "cadence_spm": (171.4, 171.6),
    "contact_time_s": (0.231, 0.2254),
    "pelvic_drop_deg": (6.24, float("nan")),
}


def shown(render, *, width=200):
    console = Console(file=StringIO(), width=width, force_terminal=False)
    render(console)
    return console.file.getvalue()


def of_pods(pods):
    return lambda console: console.print(whole(pods, None, width=WIDE))


def test_the_table_says_everything_in_words_and_units():
    text = shown(of_pods(PODS))
    for words in ("pelvis (ORP-PEL)", "200.0 Hz", "10 (1.0 %)", "87 %", "172 steps/min"):
        assert words in text
    assert "shank left (ORP-LSH)" in text
    assert "the link was lost; bring the pod closer" in text
    assert "None" not in text


def test_the_live_table_shows_the_last_state():
    def render(console):
        with live_screen(console) as screen:
            screen.health(PODS[:1])
            screen.last_minute(View(MEDIANS, (84, 83)))
            screen.health(PODS)

    text = shown(render)
    assert "ORP-LSH" in text
    assert "6.2°" in text


def test_the_last_minute_is_shown_in_the_units_of_the_report_and_what_is_not_known_is_a_dash():
    text = shown(lambda c: c.print(whole(PODS, View(MEDIANS, (84, 83)), width=WIDE)))
    rows = {line[:33].strip(): line[33:].split() for line in text.splitlines()}
    assert rows["Cadence"] == ["171", "steps/min", "172", "steps/min"]
    assert rows["Contact time"] == ["231", "ms", "225", "ms"]
    assert rows["Pelvic drop"] == ["6.2°", "–"]
    assert rows["Pelvis turned over the stance leg"] == ["–", "–"]
    assert WAITING not in text
    assert WAITING in shown(lambda c: c.print(whole(PODS, View(), width=WIDE)))


def test_only_what_has_changed_is_drawn_again():
    drawn = []

    class Counting(Console):
        def print(self, *things, **more):
            drawn.append(things)
            super().print(*things, **more)

    with live_screen(Counting(file=StringIO(), width=120, force_terminal=True)) as screen:
        screen.last_minute(View(MEDIANS, (84, 83)))
        before = len(drawn)
        screen.last_minute(View({**MEDIANS, "contact_time_s": (0.2311, 0.2252)}, (85, 83)))
        assert len(drawn) == before
        screen.last_minute(View({**MEDIANS, "contact_time_s": (0.2321, 0.2252)}, (85, 83)))
        assert len(drawn) > before
        before = len(drawn)
        screen.last_minute(None)
        assert len(drawn) > before


LONG = [
    PodHealth(
        "shank_right",
        "ORP-RSH",
        "connecting",
        rate_hz=199.96,
        received=712_000,
        lost=8_010,
        fetched=700,
        battery_pct=100,
        clipped_pct=12.5,
        age_s=12.3,
        cadence_spm=171.6,
        note="no samples since 07:31:12 (12 s): the link was lost; bring the pod closer",
    )
]


@pytest.mark.parametrize("width", [80, 100, WIDE, 120])
def test_a_terminal_of_eighty_columns_cuts_nothing_short(width):
    view = View(MEDIANS, (84, 83))
    text = shown(lambda c: c.print(whole(LONG, view, width=width)), width=width)
    assert max(map(len, text.splitlines())) <= width
    assert "…" not in text
    (row,) = [line for line in text.splitlines() if line.startswith("shank right (ORP-RSH) ")]
    for words in ("connecting", "200.0 Hz", "8010 (1.1 %)", "100 %", "12.3 s ago"):
        assert words in row
    assert "12.5 %" in text, "clipping is said in any width"
    assert "700 samples came late" in " ".join(text.split())


@pytest.mark.parametrize("width", [46, 60, SLIM - 1, SLIM])
def test_half_a_screen_still_says_which_pod_it_is_and_whether_it_sends(width):
    view = View(MEDIANS, (84, 83))
    text = shown(lambda c: c.print(whole(LONG, view, width=width)), width=width)
    assert max(map(len, text.splitlines())) <= width
    (row,) = [line for line in text.splitlines() if "connecting" in line]
    assert row.startswith("shank")
    for words in ("200.0 Hz", "8010 (1.1 %)"):
        assert words in row
    assert "(ORP-RSH)" in text
    assert "171 steps/min" in " ".join(text.split())


HOSTILE = [
    "ORP[/red]",
    "[bold]x",
    "a\x1b[31mb\x1b]0;title\x07",
    "\x9b31m",
    "\u202eabc",
    "a\nb",
    "\ud800",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_what_a_pod_calls_itself_is_shown_and_never_obeyed(text):
    printed = shown(of_pods([replace(PODS[1], name=text, note=text)]))
    assert printed.count("[/red]") == 2 * text.count("[/red]")
    assert printed.count("[bold]") == 2 * text.count("[bold]")
    assert all(sign.isprintable() for line in printed.split("\n") for sign in line)
    assert len(printed.splitlines()) == 4, "one row, and a line for the note"


@given(st.text(st.characters(exclude_categories=()), max_size=30), st.text(max_size=30))
def test_any_name_and_note_make_a_table_without_escape_sequences(name, note):
    printed = shown(of_pods([replace(PODS[0], name=name, note=note)]))
    assert not set(printed) & {chr(k) for k in (*range(10), *range(11, 32), *range(127, 160))}
    for sign in "[]":
        assert printed.count(sign) == (name + note).count(sign)
