"""The benchmark measures what it says and says what falls short; how fast it is, is no test."""

import pytest

from pipelines.bench import measure, timing
from pipelines.bench.figures import Bench, Figure
from pipelines.bench.measure import bench
from pipelines.bench.page import page, written


@pytest.fixture(scope="module")
def found():
    told = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(measure, "ROUNDS", 1)
        patch.setattr(timing, "alone", lambda *_, **__: timing.Alone(1.0, 200.0))
        return bench(0.03, say=told.append), told


def test_every_stage_is_timed_beside_the_filter(found):
    result, told = found
    names = [one.name for one in result.asked]
    assert "all metrics, without `fast`" in names
    assert "raw file to stance file, without" in names
    assert all(one.value > 0 for one in result.stages)
    assert len(told) == 3


def test_memory_that_grows_along_a_line_is_not_off_it(found):
    off = next(one for one in found[0].asked if one.unit == "%")
    assert off.value == 0
    assert off.verdict == "reached"


def test_the_page_has_a_row_for_every_figure(found):
    text = page(found[0])
    for title, figures in found[0].tables().items():
        assert f"## {title}" in text
        for figure in figures:
            assert "| " + " | ".join(written(figure)) + " |" in text


def test_what_falls_short_is_counted():
    asked = (Figure("a", 2.0, "s", 1.0), Figure("b", 2.0, "s", 1.0, at_least=True))
    told = Bench(1.0, (), asked, (), (), ())
    assert [one.verdict for one in asked] == ["short", "reached"]
    assert told.short == 1
    assert Figure("c", 1.0, "s").verdict == ""


def test_a_process_of_its_own_tells_its_time_and_memory():
    small, large = timing.alone("pass"), timing.alone("x = bytearray(200_000_000)")
    assert small.cpu_s > 0
    if small.most_mb:
        assert 190 < large.most_mb - small.most_mb < 210


def test_a_process_that_fails_is_said_in_a_sentence():
    with pytest.raises(OSError, match=r"that was to be timed failed: ValueError: no good"):
        timing.alone("raise ValueError('no good')")


def test_a_run_too_short_to_time_is_refused():
    with pytest.raises(ValueError, match="two minutes or more"):
        bench(0.001)
