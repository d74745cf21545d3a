from dataclasses import replace
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from pipelines.capture.one_pod.health import PodHealth
from pipelines.capture.terminal import live_table, table

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


def shown(render):
    console = Console(file=StringIO(), width=200, force_terminal=False)
    render(console)
    return console.file.getvalue()


def test_the_table_says_everything_in_words_and_units():
    text = shown(lambda console: console.print(table(PODS)))
    for words in ("pelvis (ORP-PEL)", "200.0 Hz", "10 (1.0 %)", "87 %", "172 steps/min"):
        assert words in text
    assert "shank left (ORP-LSH)" in text
    assert "the link was lost; bring the pod closer" in text
    assert "None" not in text


def test_the_live_table_shows_the_last_state():
    def render(console):
        with live_table(console) as show:
            show(PODS[:1])
            show(PODS)

    assert "ORP-LSH" in shown(render)


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
    printed = shown(lambda c: c.print(table([replace(PODS[1], name=text, note=text)])))
    assert printed.count("[/red]") == 2 * text.count("[/red]")
    assert printed.count("[bold]") == 2 * text.count("[bold]")
    assert all(sign.isprintable() for line in printed.split("\n") for sign in line)
    assert len(printed.splitlines()) == 5, "one row"


@given(st.text(st.characters(exclude_categories=()), max_size=30), st.text(max_size=30))
def test_any_name_and_note_make_a_table_without_escape_sequences(name, note):
    printed = shown(lambda c: c.print(table([replace(PODS[0], name=name, note=note)])))
    assert not set(printed) & {chr(k) for k in (*range(10), *range(11, 32), *range(127, 160))}
    for sign in "[]":
        assert printed.count(sign) == (name + note).count(sign)
