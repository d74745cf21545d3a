"""The command as a whole, on a small part of the grid."""

import json
import re
import sys
import time
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from as_a_user.many_processes import python, workers_of
from typer.testing import CliRunner

from imu.segmentation import DETECTORS
from pipelines.cli import app


def validated(tmp_path, data, *words):
    page = tmp_path / "docs" / "validity.md"
    words = ("validate", "--quick", "--data", str(data), "--out", str(page), *words)
    result = CliRunner().invoke(app, words, catch_exceptions=False)
    assert result.exit_code == 0
    return page, result


@pytest.fixture(scope="module")
def quick(tmp_path_factory, shared_data):
    page, result = validated(tmp_path_factory.mktemp("validate"), shared_data, "--json")
    refuse = pytest.fail
    return page, json.loads(result.stdout, parse_constant=refuse), page.read_text(encoding="utf-8")


def test_every_figure_has_an_honest_verdict(quick):
    _, result, _ = quick
    assert len(result["figures"]) > 30
    for figure in result["figures"]:
        value, low, high = (figure[name] for name in ("value", "low", "high"))
        if value is None:
            assert figure["verdict"] == "not measured"
        else:
            inside = (low is None or value >= low) and (high is None or value <= high)
            assert figure["verdict"] == ("pass" if inside else "falls short")


def test_the_page_says_what_the_figures_say(quick):
    _, result, text = quick
    short = [one for one in result["figures"] if one["verdict"] == "falls short"]
    head = text.split("## What must be reached")[0]
    reached = sum(one["verdict"] == "pass" for one in result["figures"])
    assert f"**{reached} of {len(result['figures'])} figures reach what they must**" in head
    for figure in short:
        assert f"- {figure['on']}: {figure['name']} (" in head
    assert text.count("**falls short**") == len(short)
    for table in result["tables"]:
        assert f"### {table['title']}" in text
        assert all(len(row) == len(table["columns"]) for row in table["rows"])
    assert not re.search(r"\bnan\b|\binf\b|/work|/tmp", text)


def test_all_that_must_be_reached_is_measured(quick):
    _, result, _ = quick
    on = {figure["on"] for figure in result["figures"] if figure["verdict"] != "not measured"}
    assert on == {
        "Bach running",
        "Bach walking",
        "Alcantara, pelvis only",
        "virtual runner, clean, 200 Hz",
        "virtual runner, all faults together",
        "virtual runner, orientation",
        "virtual runner, walking",
        "virtual runner, no running",
        "virtual runner, a shank pod that stamps late",
        "virtual radio, clocks of three pods (±60 ppm; 2, 5, 15 % of events missed)",
        "virtual runner, odd running",
        "virtual runner, drawn at random",
        "virtual people, realism",
        "virtual runner, sensitivity",
        "virtual runner, independence",
        "Adept 2020, ankle pod alone",
        "Adept 2020, with a still pod at the pelvis",
        "imuf 2025, shin walking",
        "second generator",
        "virtual runner, no running, every set of pods",
        "virtual runner, random with all faults",
        "virtual runner, random with all faults, 6-8 m/s",
        "virtual runner, random with all faults, accelerometers of the shanks alone",
        "virtual runner, axis of the shank 10° wrong",
        "virtual people, pelvis alone",
        "virtual people, metrics",
        "virtual people, speed",
        "virtual runners of any form, speed",
        "Dorschky, speed",
        "made-up athletes, one value a session",
    }


def test_every_detector_is_in_the_comparison(quick):
    _, result, _ = quick
    tables = [t for t in result["tables"] if t["title"].startswith("Detectors")]
    named = [row[0] for table in tables for row in table["rows"]]
    assert sorted(named) == sorted([*DETECTORS, *DETECTORS])


def test_drawings_lie_beside_the_page_and_are_small(quick):
    page, _, text = quick
    drawn = re.findall(r"!\[.*\]\((validity/\w+\.svg)\)", text)
    assert sorted(drawn) == [
        f"validity/{name}.svg" for name in ("detectors", "excursions", "force", "people", "speeds")
    ]
    for name in drawn:
        drawing = page.parent / name
        assert ET.parse(drawing).getroot().tag.endswith("svg")
        assert drawing.stat().st_size < 60_000


def test_without_recordings_only_the_virtual_runner_is_scored(tmp_path):
    page, result = validated(tmp_path, tmp_path)
    text = page.read_text(encoding="utf-8")
    assert "There were no recordings with force plates" in text
    assert "| Bach running" not in text
    assert "virtual runner, clean, 200 Hz" in result.stdout
    assert "midstance_shank" in result.stdout
    assert f"figures fall short; {page} says which" in result.stdout


def test_the_baseline_alone_needs_no_recordings_and_writes_no_page(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    words = ("validate", "--baseline", "--quick")
    result = CliRunner().invoke(app, words, catch_exceptions=False)
    assert result.exit_code == 0
    for column in ("case", "must reach", "ours", "as watches do"):
        assert column in result.stdout
    assert "no change, 51 runs: any named over weeks" in result.stdout
    assert re.search(r"^\d+ of \d+ figures fall short \(seed 1\)$", result.stdout, re.MULTILINE)
    assert not list(tmp_path.iterdir())
    again = CliRunner().invoke(app, (*words, "--json"), catch_exceptions=False)
    figures = json.loads(again.stdout, parse_constant=pytest.fail)["figures"]
    assert {one["on"] for one in figures} == {"made-up athletes, one value a session"}


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "say where the recordings are with --data"),
        (("--baseline", "--data", "somewhere"), "--baseline needs no recordings"),
    ],
)
def test_what_is_to_be_scored_must_be_clear(words, sentence):
    result = CliRunner().invoke(app, ("validate", *words))
    assert isinstance(result.exception, ValueError)
    assert sentence in str(result.exception)


@pytest.mark.skipif(sys.platform != "linux", reason="what a process has started is asked of Linux")
def test_the_processes_of_a_killed_validation_end_with_it(tmp_path):
    words = ("validate", "--baseline", "--quick", "--signals", "2")
    asked = python("-m", "pipelines.cli", *words, quiet=True)
    try:
        workers = until(lambda: workers_of(asked.pid))
    finally:
        asked.kill()
        asked.wait()
    assert until(lambda: not any(Path(f"/proc/{worker}").exists() for worker in workers))


def until(holds, most_s=60.0):
    """Wait until something holds, and return it."""
    end_s = time.monotonic() + most_s
    while not (found := holds()) and time.monotonic() < end_s:
        time.sleep(0.05)
    return found


@pytest.mark.parametrize("name", ["", "page"])
def test_a_page_that_could_not_be_written_in_the_end_is_refused_at_once(tmp_path, name):
    words = ("validate", "--quick", "--data", str(tmp_path), "--out", str(tmp_path / name))
    result = CliRunner().invoke(app, words)
    assert isinstance(result.exception, ValueError)
    assert "is no page; name a file with its ending" in str(result.exception)
    assert not list(tmp_path.iterdir())
