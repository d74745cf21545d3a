from io import StringIO

from rich.console import Console

from pipelines.capture.health import PodHealth
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
