"""Which of the past runs say what is usual, and what is said of those that do not."""

import pytest
from runs.stored_days import save

from imu.metrics import METRICS
from pipelines.report import write_report
from pipelines.report.data import collect
from pipelines.store.files import session_files
from pipelines.store.left_out import LeftOutWarning
from pipelines.store.stated.context import RunContext
from pipelines.store.stated.context_file import change_context


def test_an_excluded_run_says_nothing_about_what_is_usual(stored):
    out = session_files(stored.root, "ana", "2026-10-02-run")
    change_context(out, {"excluded": "belt slipped"})
    data = collect(stored.root, "ana", stored.today.session)
    names = [data.history.sessions[i] for i in data.past]
    assert names == [f"2026-10-0{day}-run" for day in (1, 3, 4, 5, 6)]
    assert data.notes == (
        "1 past run was left out of your usual range, because of what was stated: "
        "2026-10-02-run (belt slipped).",
    )
    change_context(out, {}, clear=["excluded"])
    data = collect(stored.root, "ana", stored.today.session)
    assert (len(data.past), data.notes) == (6, ())


def test_a_run_of_grade_d_says_nothing_about_what_is_usual(tmp_path):
    for day in range(9):
        save(tmp_path, day, seed=day, grade="D" if day in (1, 8) else "C")
    today = save(tmp_path, 9, seed=70)
    data = collect(tmp_path, "ana", today.session)
    days = [data.history.sessions[i][8:10] for i in data.past]
    assert days == ["01", "03", "04", "05", "06", "07", "08"]
    assert data.notes == (
        "2 past runs were left out of your usual range, because of grade D: 2026-10-02-run, "
        "2026-10-09-run.",
    )


def test_excluded_runs_and_grade_d_do_not_move_a_verdict(tmp_path):
    """The same verdict as if those runs had never been, whatever is in them."""
    wild = {m.name: 40.0 for m in METRICS.values()}
    for root, extra in ((tmp_path / "with", True), (tmp_path / "without", False)):
        for day in range(6):
            save(root, 2 * day, seed=day)
        if extra:
            save(root, 11, seed=50, shift=wild, word="poor", grade="D")
            change_context(save(root, 3, seed=51, shift=wild, word="slip"), {"excluded": "slip"})
        save(root, 14, seed=70, shift={"pelvic_tilt_midstance_deg": 8.0})
    found = [
        write_report(tmp_path / x, "ana", "2026-10-15-run", tmp_path / f"{x}.html")
        for x in ("with", "without")
    ]
    assert found[0].findings == found[1].findings
    assert len(found[0].findings) == 1


def test_many_excluded_runs_are_counted_and_some_named(tmp_path):
    for day in range(8):
        change_context(save(tmp_path, day, seed=day), {"excluded": "fever"})
    (note,) = collect(tmp_path, "ana", save(tmp_path, 9).session).notes
    assert note.startswith("8 past runs were left out of your usual range, because of what was ")
    assert note.endswith("2026-10-05-run (fever) and 3 more.")


@pytest.mark.parametrize(
    ("grade", "context", "note"),
    [
        ("B", {"excluded": "fever"}, "This run is excluded (fever): later runs are not compared"),
        ("D", {"shoes": "old"}, "Because of its grade D, later runs are not compared with this"),
    ],
)
def test_todays_run_is_told_when_it_will_not_count(tmp_path, grade, context, note):
    today = save(tmp_path, 0, grade=grade)
    change_context(today, context)
    write_report(tmp_path, "ana", today.session, tmp_path / "r.html")
    assert note in (tmp_path / "r.html").read_text(encoding="utf-8")
    assert not len(collect(tmp_path, "ana", save(tmp_path, 2).session).past)


def test_a_past_context_that_cannot_be_read_keeps_its_run_out_and_is_named(stored):
    files = session_files(stored.root, "ana", "2026-10-02-run")
    files.context.write_text("excludid = 'fever'")
    with pytest.warns(LeftOutWarning, match="has no use for excludid"):
        data = collect(stored.root, "ana", stored.today.session)
    assert len(data.past) == 5
    said = "2026-10-02-run.context.toml: has no use for excludid (did you mean excluded?); use "
    assert said in data.notes[0]
    assert "2026-10-02-run (its context cannot be read)" in data.notes[1]


def test_todays_context_that_cannot_be_read_does_not_hide_the_run(stored):
    stored.today.context.write_text("pain = 'knee'")
    with pytest.warns(LeftOutWarning, match="pain is 'knee'"):
        data = collect(stored.root, "ana", stored.today.session)
    assert len(data.past) == 6
    assert data.context == RunContext()
    assert "This run is excluded (its context cannot be read)" in data.notes[1]
