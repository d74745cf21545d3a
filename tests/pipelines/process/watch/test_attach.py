"""A watch file joins a session by time, its clock checked by what both measured."""

import json
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from runs.store_files import ALL, kinds_of
from runs.virtual_days import SESSION
from typer.testing import CliRunner
from watches.watch_of_run import PACES, START_S, watch

from pipelines.cli import app
from pipelines.process.session import process_raw
from pipelines.process.watch.attach import attach
from pipelines.process.watch.watch_clock import Series, clock_offset
from pipelines.store.stated.context import RunContext
from pipelines.store.stated.context_file import change_context, read_context
from pipelines.store.tables.stance_file import read_stances
from pipelines.store.tables.watch_table import read_watch_table
from pipelines.store.upkeep.verify import verify


@pytest.mark.parametrize("ahead_s", [0, 47, -65])
def test_each_stance_has_what_the_watch_had_then_whatever_its_clock(files, tmp_path, ahead_s):
    done = attach(files, watch(tmp_path, ahead_s=ahead_s))
    assert done.offset_s == pytest.approx(ahead_s, abs=2)
    table, about = read_watch_table(files)
    stances = read_stances(files.stances).frame
    assert len(table) == len(stances)
    assert table["initial_contact_s"].tolist() == stances["initial_contact_s"].tolist()
    contact_s = stances["initial_contact_s"].to_numpy()
    for low, high, speed in ((25, 65, 2.6), (75, 115, 3.3), (125, 165, 2.8)):
        part = table[(contact_s > low) & (contact_s < high)]
        assert len(part) > 80
        assert (part["watch_speed_mps"] - speed).abs().max() < 1e-6
        assert (part["watch_heart_rate_bpm"] == 130 + round(5 * speed)).all()
    assert about["source"]["name"] == "run.fit"
    clock = "agree within 3 s" if abs(ahead_s) < 3 else "ahead of" if ahead_s > 0 else "behind"
    assert clock in done.words[0]
    assert "the pods measured" in done.words[1]
    known = read_context(files)
    assert known.watch_file == "run.fit"
    assert known.watch_speed_mps == pytest.approx(2.8, abs=0.01)
    assert (known.speed_mps, known.watch_grade_pct) == (None, None)


def test_what_a_person_stated_stays(files, tmp_path):
    change_context(files, {"speed_mps": 3, "shoes": "old", "watch_grade_pct": 9})
    attach(files, watch(tmp_path))
    known = read_context(files)
    assert (known.speed_mps, known.shoes) == (3.0, "old")
    assert known.watch_grade_pct is None, "of an older file"


def test_an_even_pace_cannot_check_a_clock_and_says_so(files, tmp_path):
    even = ((sum(seconds for seconds, _ in PACES), 2.9),)
    done = attach(files, watch(tmp_path, paces=even, around=2.9))
    assert done.offset_s is None
    assert (
        done.words[0] == "the clocks were not checked: the speed changed too little, or not alike"
    )


def unchanged(files):
    return kinds_of(files) == ALL


@pytest.mark.parametrize("day", [-1, 1, 365])
def test_a_file_of_another_day_is_refused(files, tmp_path, day):
    with pytest.raises(ValueError, match="name the file of this run") as caught:
        attach(files, watch(tmp_path, day=day))
    day_of_watch = datetime.fromtimestamp(START_S + 86_400 * day - 20, UTC)
    assert f"is of {day_of_watch:%Y-%m-%d %H:%M} to" in str(caught.value)
    assert f"{SESSION} of 2026-11-22 08:30 to" in str(caught.value)
    assert unchanged(files)


def test_a_file_that_ends_as_the_run_begins_is_refused(files, tmp_path):
    with pytest.raises(ValueError, match="name the file of this run"):
        attach(files, watch(tmp_path, paces=()))
    assert unchanged(files)


def test_a_file_of_a_part_of_the_run_says_so(files, tmp_path):
    done = attach(files, watch(tmp_path, paces=PACES[:3]))
    whole = len(read_stances(files.stances).frame)
    assert done.stances < 0.9 * whole
    said = f"the watch saw {done.stances} of {whole} stances: its medians are of a part of the run"
    assert said in done.words


def test_a_damaged_file_or_context_changes_nothing(files, tmp_path):
    path = watch(tmp_path)
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(ValueError, match="is damaged or cut"):
        attach(files, path)
    assert unchanged(files)
    files.people.mkdir(parents=True, exist_ok=True)
    files.context.write_text("shoe = 'old'")
    with pytest.raises(ValueError, match="has no use for shoe"):
        attach(files, watch(tmp_path))
    assert not files.watch.exists()


def test_a_table_of_stances_that_were_found_anew_is_noted(files, tmp_path):
    attach(files, watch(tmp_path))
    found = {one.path: one for one in verify(files.watch.parent)}[files.watch]
    assert (found.problems, found.notes) == ((), ())
    assert found.rows > 300
    process_raw(files.raw, functional_s=(0.0, 12.0))
    found = {one.path: one for one in verify(files.watch)}[files.watch]
    assert found.notes == ("of stances that were computed anew since; attach the file again",)
    data = bytearray(files.watch.read_bytes())
    data[60] ^= 1
    files.watch.write_bytes(data)
    assert "is damaged" in verify(files.watch)[0].problems[0]


def test_the_command_says_what_it_did(files, tmp_path):
    path = watch(tmp_path, ahead_s=47)
    words = ["attach", "ana", "last", str(path), "--store", str(tmp_path)]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.output
    first, medians, clock, speeds, *_ = done.stdout.splitlines()
    assert first.startswith(f"ana {SESSION}: ")
    assert medians == "  2.80 m/s, 144 beats/min (medians)"
    assert "s ahead of the pods, by the speed of both" in clock
    assert "the pods measured" in speeds
    found = json.loads(CliRunner().invoke(app, [*words, "--json"]).stdout)
    assert found["offset_s"] == pytest.approx(47, abs=2)
    from pipelines import store

    (row,) = store.open(tmp_path).sessions("ana").to_dict("records")
    assert row["context_watch_speed_mps"] == pytest.approx(2.8, abs=0.01)
    assert RunContext().watch_file == ""


# --- the clock alone --------------------------------------------------------------------------


def paces(rng, seconds):
    """A pace that changes now and then."""
    return np.repeat(rng.uniform(2.4, 4.0, seconds // 40 + 1), 40)[:seconds]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(-110, 110))
def test_the_offset_of_two_that_ran_together_is_found(seed, ahead_s):
    rng = np.random.default_rng(seed)
    true = paces(rng, 900)
    time_s = 1e9 + np.arange(900.0)
    pods = Series(time_s, true + rng.normal(0, 0.1, 900))
    other = Series(time_s + ahead_s, true + rng.normal(0, 0.15, 900))
    assert clock_offset(pods, other) == pytest.approx(ahead_s, abs=1)


def test_two_that_did_not_run_together_have_no_offset():
    found = 0
    for seed in range(50):
        rng = np.random.default_rng(seed)
        time_s = 1e9 + np.arange(900.0)
        one, other = (Series(time_s, paces(rng, 900) + rng.normal(0, 0.1, 900)) for _ in "ab")
        found += bool(np.isfinite(clock_offset(one, other)))
    assert found <= 2


def test_what_is_not_known_has_no_offset():
    nothing = Series(np.zeros(0), np.zeros(0))
    still = Series(1e9 + np.arange(500.0), np.full(500, 3.0))
    assert np.isnan(clock_offset(nothing, still))
    assert np.isnan(clock_offset(still, nothing))
    assert np.isnan(clock_offset(still, still))
