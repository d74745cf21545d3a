"""The gallery: what each case does to the virtual runner, and the pages that come of it."""

import json
import re
from contextlib import redirect_stdout
from dataclasses import replace
from datetime import UTC, datetime
from io import StringIO

import numpy as np
import pytest
from as_a_user.in_browser import DESK, PHONE, chromium, opened, sticks_out

from imu.simulation import another_day
from pipelines import cli
from pipelines.demo import cases, scenario
from pipelines.demo.cases import CASES, NOTHING, SIX, STRENGTH, Past
from pipelines.demo.gallery import plans, share
from pipelines.demo.index_page import rendered, write_index
from pipelines.demo.scenario import Plan, lived
from pipelines.demo.shown import OverWeeks, Shown
from pipelines.process.session import process_raw
from pipelines.store.files import session_files
from pipelines.store.stated.context_file import change_context, read_context

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
BY_NAME = {case.name: case for case in CASES}
YEAR = BY_NAME["year"].past
SHORT_S = 30.0


def today(name, *, run_s=80.0):
    """Return today's run of a case, a short one; what its pods say is not yet computed."""
    return lived(Plan(NOW, "today", 200, run_s, 2.8, BY_NAME[name].today)).simulation


def test_each_case_has_a_name_of_its_own_that_can_be_a_file():
    assert len(BY_NAME) == len(CASES)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", name) for name in BY_NAME)


@pytest.mark.parametrize("name", BY_NAME)
def test_each_run_of_each_case_can_be_run(name):
    case = BY_NAME[name]
    for plan in (*plans(case.past, NOW), Plan(NOW, "today", 200, 60.0, 2.8, case.today)):
        assert lived(plan).simulation.duration_s > plan.run_s


def test_a_usual_day_is_the_runner_on_another_day():
    assert today("usual").runner == another_day(scenario.USUAL, seed=200)


def test_what_is_done_to_the_left_leg_is_not_done_to_the_right():
    usual, changed = today("usual").runner, today("compensating").runner
    assert changed.right == usual.right
    assert changed.left.pelvic_drop_deg == pytest.approx(usual.left.pelvic_drop_deg + 3.5)
    assert changed.left.pelvic_rotation_deg == pytest.approx(usual.left.pelvic_rotation_deg - 4)


def test_a_tired_runner_begins_as_usual_and_ends_as_the_case_says():
    usual, tired = (today(name).truth.metrics["pelvic_drop_deg"] for name in ("usual", "tired"))
    more = tired - usual
    assert np.abs(more[:40]).max() < 0.01
    assert more[-4:].mean() == pytest.approx(4.5, abs=0.3)


def test_new_shoes_are_harder_by_a_quarter_and_stated():
    usual, harder = today("usual").runner, today("new-shoes").runner
    for side in ("left", "right"):
        ratio = harder.loading(side).impact_mps2 / usual.loading(side).impact_mps2
        assert ratio == pytest.approx(1.25)
    assert BY_NAME["new-shoes"].today.shoes


def test_the_belt_slips_in_the_middle_of_the_run():
    slipped = today("slipped-belt")
    assert slipped.pods["pelvis"].slip_deg == 8.0
    assert slipped.pods["pelvis"].slip_s == 30.0 + 80.0 / 2
    assert today("usual").pods["pelvis"].slip_s is None


def test_six_runs_lie_before_the_strength_work_and_six_after_it_with_today():
    changes = [run.change for run in STRENGTH.runs]
    assert changes == 6 * [NOTHING] + 5 * [BY_NAME["strength"].today]
    before, after = STRENGTH.runs[5], STRENGTH.runs[6]
    assert before.days_ago - after.days_ago >= 42


def test_the_year_has_a_hundred_runs_with_today_and_drifts_at_its_end():
    days = [run.days_ago for run in YEAR.runs]
    assert len(days) == 99
    assert days == sorted(set(days), reverse=True)
    assert 350 < days[0] < 366
    more = [run.change.left["pelvic_drop_deg"] for run in YEAR.runs]
    assert not any(more[:70])
    assert more[-1] == pytest.approx(4.0, abs=0.3)
    assert {run.change.shoes for run in YEAR.runs} == {"blue pair", "red pair"}


def test_every_case_that_shows_on_one_day_can_be_the_demo_s_today():
    names = [case.name for case in cases.OF_A_DAY]
    assert names == ["usual", "compensating", "tired", "faster", "slipped-belt"]
    assert scenario.this_day("faster", NOW).simulation.script[-2].speed_mps == 3.6
    with pytest.raises(ValueError, match="'year' is not one of usual, compensating"):
        cases.of_a_day("year")


@pytest.fixture(scope="module")
def gallery(tmp_path_factory):
    """Two cases that share a past of short runs, through the command; with what it printed."""
    past = Past(SIX.runs, run_s=SHORT_S)
    short = tuple(replace(BY_NAME[name], past=past) for name in ("usual", "new-shoes"))
    folder = tmp_path_factory.mktemp("gallery") / "of"
    printed = StringIO()
    with pytest.MonkeyPatch.context() as patched, redirect_stdout(printed):
        patched.setattr(cases, "CASES", short)
        words = ["midstance", "demo", "--gallery", "--json", "--folder", str(folder)]
        patched.setattr("sys.argv", words)
        cli.main()
    return folder, json.loads(printed.getvalue())


def test_the_command_writes_a_report_for_each_case_and_an_index(gallery):
    folder, said = gallery
    assert sorted(path.name for path in folder.iterdir()) == [
        "index.html",
        "new-shoes.html",
        "stores",
        "usual.html",
    ]
    assert said["index"] == str(folder / "index.html")
    index = (folder / "index.html").read_text(encoding="utf-8")
    assert re.findall(r'href="([^"]+\.html)"', index) == ["usual.html", "new-shoes.html"]
    for one in said["shown"]:
        assert one["headline"] in index
        assert one["headline"] in (folder / one["page"]).read_text(encoding="utf-8")
        assert one["next_step"] in index
        assert one["case"]["done"] in index


def test_shoes_are_stated_of_every_run(gallery):
    folder, _ = gallery
    usual, new = (context_lines(folder / "stores" / name) for name in ("usual", "new-shoes"))
    assert usual == ['shoes = "blue pair"'] * 7
    assert new == ['shoes = "blue pair"'] * 6 + ['shoes = "new pair"']
    assert "new pair" in (folder / "new-shoes.html").read_text(encoding="utf-8")


def context_lines(store):
    return [path.read_text(encoding="utf-8").splitlines()[1] for path in named(store, "context")]


def named(store, kind):
    return sorted(store.glob(f"*/*ana/*.{kind}.*"))


def test_a_past_is_simulated_once_and_each_store_has_a_day_of_its_own(gallery):
    folder, _ = gallery
    ours, theirs = (named(folder / "stores" / name, "raw") for name in ("usual", "new-shoes"))
    same = [a.samefile(b) for a, b in zip(ours, theirs, strict=True)]
    assert same == 6 * [True] + [False]
    assert ours[-1].read_bytes() != theirs[-1].read_bytes()


def test_a_change_in_one_store_leaves_the_others_as_they_are(gallery, tmp_path):
    folder, _ = gallery
    share(folder / "stores" / "usual", tmp_path)
    files = session_files(tmp_path, "ana", named(tmp_path, "raw")[0].name.partition(".")[0])
    change_context(files, {"shoes": "red pair"})
    process_raw(files.raw, functional_s=(2.0, 12.0))
    before = session_files(folder / "stores" / "usual", "ana", files.session)
    assert files.raw.samefile(before.raw)
    assert not files.stances.samefile(before.stances)
    assert read_context(before).shoes == "blue pair"


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    """The index of every case, with the longest words it may meet."""
    long = "Left leg: the pelvis turns less over the leg and drops more: firm, at your usual pace."
    weeks = OverWeeks("compare ana --from 2026-09-10..2026-09-27 --with b..c", (long, long))
    shown = [
        Shown(case, f"{case.name}.html", f"stores/{case.name}", long, "A", 6, weeks)
        for case in CASES
    ]
    shown.append(replace(shown[0], headline="x" * 90, over_weeks=OverWeeks("trend ana", ())))
    return write_index(tmp_path_factory.mktemp("index") / "index.html", shown)


def test_what_a_report_says_is_text_in_the_index():
    page = rendered([Shown(BY_NAME["usual"], "a.html", "stores/a", "<b>&", "A", 6)])
    assert "&lt;b&gt;&amp;" in page
    assert "<script" not in page


@pytest.fixture(scope="module")
def browser():
    with chromium() as started:
        yield started


@pytest.mark.browser
@pytest.mark.parametrize("size", [PHONE, DESK, (320, 640), (768, 1024)])
def test_the_index_asks_for_nothing_and_fits(browser, index, size):
    page, trouble = opened(browser, index, size)
    assert trouble == []
    assert sticks_out(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    page.close()


@pytest.mark.browser
def test_the_index_is_a_list_of_headed_cases_with_a_link_each(browser, index):
    page, _ = opened(browser, index, DESK)
    assert page.get_by_role("heading", level=1).count() == 1
    headings = page.get_by_role("heading", level=2).all_inner_texts()
    assert headings[: len(CASES)] == [case.title for case in CASES]
    links = [page.get_by_role("listitem").filter(has=page.locator("h2")).nth(k) for k in range(8)]
    for case, item in zip(CASES, links, strict=True):
        assert item.get_by_role("link").get_attribute("href") == f"{case.name}.html"
    names = page.get_by_role("link").all_inner_texts()
    assert all(case.title in name for case, name in zip(CASES, names, strict=False))
    page.close()
