"""From a store on disk to a page on disk."""

import json
from dataclasses import replace

import numpy as np
import pytest
from runs.stored_days import save

from imu.edition import EDITION
from imu.metrics import METRICS
from pipelines.cli.reports.report import facts_of
from pipelines.report import write_report
from pipelines.report.charts.over_stance import stance_figures
from pipelines.report.compared import compare
from pipelines.report.data import collect
from pipelines.report.parts.over_the_run import drifts
from pipelines.report.parts.weeks import weeks
from pipelines.store.files import session_files
from pipelines.store.left_out import LeftOutWarning
from pipelines.store.stated.athlete import Athlete, athlete_path, keep_reference, save_athlete
from pipelines.store.stated.context_file import change_context


def test_names_what_changed_and_writes_the_page(stored, tmp_path):
    out = tmp_path / "reports" / "today.html"
    report = write_report(stored.root, "ana", stored.today.session, out)
    assert [(f.metric, f.side, f.direction) for f in report.findings] == [
        ("pelvic_tilt_midstance_deg", "left", "higher")
    ]
    assert report.path == out
    page = out.read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert report.findings[0].title in page
    assert report.conditions == "comparable"
    assert report.pattern == ""
    assert len(report.comparisons) == 3 * sum(m.primary for m in METRICS.values())
    assert "1 of 200 stances with a remark" in page


def test_past_runs_are_those_before_and_in_order(stored):
    data = collect(stored.root, "ana", stored.today.session)
    names = [data.history.sessions[i] for i in data.past]
    assert names == [f"2026-10-0{day}-run" for day in range(1, 7)]
    assert data.history.sessions[-1] == stored.today.session
    assert data.grade == "B"
    assert data.running_s == pytest.approx(72.0)
    assert data.pods["pelvis"]["coverage_pct"] == 99.0


def test_what_is_of_a_session_alone_comes_from_the_headers(stored):
    alone = {name for name, metric in METRICS.items() if metric.session_only}
    data = collect(stored.root, "ana", stored.today.session)
    assert not alone & {*data.values}
    for name in alone:
        assert np.isfinite(data.history.medians[name]).all()


def test_curves_of_another_version_make_no_band(tmp_path):
    """Their zero may be another one; medians whose meaning changed have another name."""
    for day in range(6):
        save(tmp_path, day, seed=day, edition=EDITION - 1)
    today = save(tmp_path, 7, seed=70)
    data = collect(tmp_path, "ana", today.session)
    assert [np.isnan(figure_band(figure)) for figure in stance_figures(data)] == [True]
    edition = np.full(len(data.history), EDITION)
    alike = replace(data, history=replace(data.history, edition=edition))
    assert [np.isnan(figure_band(figure)) for figure in stance_figures(alike)] == [False]


def figure_band(figure):
    """Return the low end of the usual range at contact, left; NaN where there is none."""
    usual = figure.rows[0][2]
    return float("nan") if usual == "–" else float(usual.split(" to ")[0].replace("−", "-"))


def test_second_run_of_a_day_comes_after_the_first(tmp_path):
    save(tmp_path, 0, word="zz-morning")
    evening = save(tmp_path, 0.4, word="aa-evening")
    data = collect(tmp_path, "ana", evening.session)
    assert data.history.sessions == ("2026-10-01-zz-morning", "2026-10-01-aa-evening")


def test_only_recent_runs_make_the_bands_of_the_curves(stored):
    data = collect(stored.root, "ana", stored.today.session, curves_of=4)
    assert len(data.past) == 6
    assert [*data.past_curves] == [f"2026-10-0{day}-run" for day in range(3, 7)]


def test_pods_are_held_against_the_last_past_run(tmp_path):
    for day, height_m in enumerate((0.10, 0.22, 0.22)):
        last = save(tmp_path, day, seed=day, pods={"shank_left": {"height_m": height_m}})
    notes = collect(tmp_path, "ana", last.session).mounting
    assert not any("pod sat some" in note for note in notes)
    today = save(tmp_path, 3, seed=3, pods={"shank_left": {"height_m": 0.10}})
    notes = collect(tmp_path, "ana", today.session).mounting
    assert sum("left shank pod sat some 12 cm lower" in note for note in notes) == 1


def test_damaged_past_run_is_left_out_and_noted(stored):
    path = session_files(stored.root, "ana", "2026-10-02-run").stances
    data = bytearray(path.read_bytes())
    data[len(data) // 4] ^= 0xFF
    path.write_bytes(data)
    data = collect(stored.root, "ana", stored.today.session)
    assert len(data.past) == 5
    assert "2026-10-02-run was left out" in data.notes[0]


def test_runs_measured_alike_need_no_caution(stored):
    assert collect(stored.root, "ana", stored.today.session).caution == ""


def test_past_runs_measured_otherwise_stay_and_the_report_says_how_to_make_them_alike(tmp_path):
    kept = [save(tmp_path, day, seed=day, edition=EDITION - (day < 2)) for day in range(6)]
    for files in kept:
        files.raw.parent.mkdir(parents=True, exist_ok=True)
        files.raw.touch()
    today = save(tmp_path, 7, seed=70, shift={"pelvic_tilt_midstance_deg": 8.0})
    report = write_report(tmp_path, "ana", today.session, tmp_path / "r.html")
    assert [finding.metric for finding in report.findings] == ["pelvic_tilt_midstance_deg"]
    assert report.caution == (
        "2 of 6 past runs were computed by another version of the algorithms than this run: part "
        "of a difference may come from that. To compute all of them with the same version, run "
        "midstance process on the folder raw/athlete=ana of the store."
    )
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    said = (report.headline, report.caution, report.findings[0].title)
    assert [page.index(words) for words in said] == sorted(page.index(words) for words in said)
    kept[0].raw.unlink()
    said = collect(tmp_path, "ana", today.session).caution
    assert "To compute again the 1 that still has a raw file, run" in said
    kept[1].raw.unlink()
    said = collect(tmp_path, "ana", today.session).caution
    assert said.endswith("Their raw files are missing, so they cannot be computed again.")


def test_report_is_replaced_by_a_newer_one(stored, tmp_path):
    out = tmp_path / "r.html"
    out.write_text("old")
    write_report(stored.root, "ana", stored.today.session, out)
    assert "old" not in out.read_text(encoding="utf-8")[:10]
    assert not list(tmp_path.glob(".*"))


def test_session_that_is_not_there_is_one_sentence(stored, tmp_path):
    with pytest.raises((OSError, ValueError)) as caught:
        write_report(stored.root, "ana", "2026-10-08-nope", tmp_path / "r.html")
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "r.html").exists()


def test_what_was_stated_stands_in_the_head_of_the_page(stored, tmp_path):
    stated = {
        "surface": "road",
        "shoes": "<b>blue</b>",
        "speed_mps": 3.1,
        "grade_pct": -2,
        "pain": {"left_knee": 3},
        "tags": ["healthy"],
    }
    change_context(stored.today, stated)
    write_report(stored.root, "ana", stored.today.session, tmp_path / "r.html")
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    for name, words in (
        ("Shoes", "&lt;b&gt;blue&lt;/b&gt;"),
        ("Surface", "road"),
        ("Stated pace", "3.1\N{NO-BREAK SPACE}m/s"),
        ("Slope", "−2\N{NO-BREAK SPACE}%"),
        ("Pain (0 to 10)", "left knee 3"),
        ("Tags", "healthy"),
    ):
        assert f"<dt>{name}</dt><dd>{words}</dd>" in page
    other = write_report(stored.root, "ana", stored.later.session, tmp_path / "o.html")
    assert "<dt>Shoes</dt>" not in other.path.read_text(encoding="utf-8")


def page_of(root, files):
    return write_report(root, "ana", files.session, root / "r.html").path.read_text("utf-8")


def test_a_report_is_in_the_runners_own_zone(stored):
    assert "<dd>07:00 to 07:01, UTC</dd>" in page_of(stored.root, stored.today)
    save_athlete(stored.root, "ana", Athlete(timezone="America/Los_Angeles"))
    page = page_of(stored.root, stored.today)
    assert "<dd>00:00 to 00:01, America/Los_Angeles (UTC-7)</dd>" in page
    change_context(stored.today, {"timezone": "Pacific/Honolulu"})
    page = page_of(stored.root, stored.today)
    assert "<h1>Run of 7 October 2026</h1>" in page
    assert "<dd>21:00 to 21:01, Pacific/Honolulu (UTC-10)</dd>" in page


def test_runs_in_three_zones_are_each_shown_in_their_own(tmp_path):
    zones = ("Asia/Tokyo", "Europe/Berlin", "America/New_York")
    days = [save(tmp_path, day, timezone=zone) for day, zone in enumerate((*zones, "UTC"))]
    data = collect(tmp_path, "ana", days[-1].session)
    past = [f"{at:%d %H:%M}" for at in data.history.started[:-1]]
    assert past == ["01 16:00", "02 09:00", "03 03:00"]


def test_a_run_across_midnight_and_the_hour_change_is_as_long_as_it_was(tmp_path):
    # In Berlin the clock goes back an hour at 01:00 UTC on 25 October 2026.
    files = save(tmp_path, 23 + 14.5 / 24, duration_s=4 * 3600.0, timezone="Europe/Berlin")
    page = page_of(tmp_path, files)
    assert "<h1>Run of 24 October 2026</h1>" in page
    assert "23:30 (UTC+2) to 02:30 on 25 October (UTC+1), Europe/Berlin" in page


def test_a_zone_that_is_wrong_in_the_athletes_file_is_named(stored):
    athlete_path(stored.root, "ana").write_text('timezone = "Berlin"')
    with pytest.warns(LeftOutWarning, match="timezone is 'Berlin'"):
        data = collect(stored.root, "ana", stored.today.session)
    assert "timezone is 'Berlin'; give a name from the IANA list" in data.notes[0]
    assert len(data.past) == 6


def test_the_runs_that_the_runner_chose_are_what_is_usual(tmp_path):
    """A change that she adopts as her usual is none any more; by rule it stays named."""
    for day in range(20):
        lasting = {"pelvic_tilt_midstance_deg": 8.0} if day >= 12 else {}
        save(tmp_path, day, seed=day, shift=lasting)
    today = save(tmp_path, 20, seed=70, shift={"pelvic_tilt_midstance_deg": 8.0})

    def found():
        report = write_report(tmp_path, "ana", today.session, tmp_path / "r.html")
        return [finding.metric for finding in report.findings]

    assert "pelvic_tilt_midstance_deg" in found()
    keep_reference(tmp_path, "ana", "2026-10-13..2026-10-20")
    assert "pelvic_tilt_midstance_deg" not in found()
    keep_reference(tmp_path, "ana", "2026-10-13..2026-10-14")
    assert any("chosen by rule" in note for note in collect(tmp_path, "ana", today.session).notes)


def test_the_report_as_numbers_has_the_drift_and_the_weeks_of_the_page(stored, tmp_path):
    report = write_report(stored.root, "ana", stored.today.session, tmp_path / "r.html")
    of = compare(collect(stored.root, "ana", stored.today.session))
    assert [one.words for one in report.drift] == [one.words for one in drifts(of).legs]
    assert report.weeks is not None
    assert [one.words for one in report.weeks.told] == [
        one.words for one in weeks(of.data).said.told
    ]
    facts = json.loads(json.dumps(facts_of(report)), parse_constant=pytest.fail)
    assert {"over_run", "over_weeks", "next_step"} < {*facts}
    assert len(facts["weeks"]["told"]) == len(report.weeks.told)
