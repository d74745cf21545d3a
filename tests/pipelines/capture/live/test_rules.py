"""Rules from stated cues, with what is usual where a line was set against that."""

import numpy as np
import pytest
from runs.made_run import left_first, made_run

from imu.metrics import METRICS
from pipelines.capture.live.follow import Rule
from pipelines.capture.live.rules import rules_of
from pipelines.store.files import cues_path, session_files
from pipelines.store.stated.context_file import change_context
from pipelines.store.tables.stance_file import write_stances

DROP = "pelvic_drop_deg"


def keep_run(root, session, left_deg, right_deg):
    side = left_first(120)
    metrics = {name: np.full(120, np.nan) for name in METRICS}
    metrics[DROP] = np.where(side == "left", left_deg, right_deg)
    files = session_files(root, "ana", session)
    about = {"started_utc": f"{session[:10]}T07:00:00+00:00", "duration_s": 60.0}
    write_stances(files, made_run(side, metrics), about)
    return files


@pytest.fixture
def state(tmp_path):
    def stated(text):
        path = cues_path(tmp_path, "ana")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        said = []
        return rules_of(tmp_path, "ana", path, said.append), said

    return stated


ABSOLUTE = f'[[cue]]\nmetric = "{DROP}"\nabove = 5\nhysteresis = 0.4\nleast_s = 7\n'
USUAL = f'[[cue]]\nmetric = "{DROP}"\nbelow_usual = 1.5\nhysteresis = 0.4\nbell = true\n'


def test_a_line_for_both_sides_is_one_rule_for_each(state):
    rules, said = state(ABSOLUTE)
    assert said == []
    assert rules == [Rule(DROP, side, 5.0, True, 0.4, 7.0) for side in ("left", "right")]


def test_a_line_against_what_is_usual_is_set_by_the_runs_that_count(state, tmp_path):
    for number, left_deg in enumerate([4.0, 4.4, 5.0], start=1):
        keep_run(tmp_path, f"2026-11-0{number}-a1b2", left_deg, np.nan)
    excluded = keep_run(tmp_path, "2026-11-04-a1b2", 30.0, 2.0)
    change_context(excluded, {"excluded": "a virtual runner"})
    rules, said = state(USUAL)
    (rule,) = rules
    assert (rule.side, rule.above, rule.bell) == ("left", False, True)
    assert rule.usual == pytest.approx(4.4, abs=1e-6)
    assert rule.line == pytest.approx(2.9, abs=1e-6)
    assert said == [
        "no cue for right contralateral pelvic drop: fewer than 3 past runs say what is usual"
    ]


def test_without_past_runs_such_a_cue_is_said_to_be_left_out(state):
    rules, said = state(USUAL + ABSOLUTE)
    assert [rule.usual for rule in rules] == [None, None]
    assert len(said) == 2
