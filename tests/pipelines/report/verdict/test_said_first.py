"""What stands at the top: what changed today, over the run and over weeks, and what to do."""

from dataclasses import replace

import numpy as np
import pytest

from imu.baseline.conditions import UNKNOWN
from imu.session.drift import SPEED
from pipelines.report.compared import compare
from pipelines.report.parts.conditions import conditions
from pipelines.report.verdict.findings import detail, headline
from pipelines.report.verdict.limits import not_compared
from pipelines.report.verdict.next_step import next_step
from pipelines.report.verdict.over_time import over_run, over_weeks
from pipelines.report.words.changes import NEXT
from pipelines.store.stated.context import RunContext

DROP, ROTATION = "pelvic_drop_deg", "pelvic_rotation_over_leg_deg"
PEAK = "peak_tibial_resultant_mps2"


def tiring(values, side):
    """The pelvis drops more and more over both legs, its middle as ever."""
    values[DROP] += np.linspace(-3.0, 3.0, len(side))


def with_usual_drift(data, sd=0.1):
    """Return the run with past runs as long that drift by hardly anything."""
    known, rng = data.history, np.random.default_rng(5)
    count = len(known)
    drift = {name: sd * rng.normal(size=(count, 2)) for name in data.metrics}
    drift[SPEED] = np.zeros((count, 2))
    running_s = np.full(count, data.running_s)
    return replace(data, history=replace(known, drift=drift, running_s=running_s))


def lasting(data, by, since, *, gradual=False):
    """Return the run with the left leg changed from the run number `since` on."""
    medians = {name: values.copy() for name, values in data.history.medians.items()}
    after = len(medians[ROTATION]) - since
    medians[ROTATION][since:, 0] += np.linspace(0.0, by, after) if gradual else by
    return replace(data, history=replace(data.history, medians=medians))


def test_a_drift_that_is_not_usual_is_said_first_with_its_interval_and_what_to_do(
    make_report_data, render_page
):
    data = with_usual_drift(make_report_data(seed=3, change=tiring))
    of = compare(data)
    said = over_run(of)
    assert said.startswith("Over the run, its last third against its first: both legs: the pelvis ")
    assert "drops more" in said
    assert "95 % interval" in said
    assert "usually" in said
    assert "Seen once" in said
    assert headline(of).endswith("but it changed on the way.")
    assert next_step(of) == NEXT["over run"]
    for audience in ("runner", "coach"):
        page = render_page(data, audience)
        assert page.index(said[:40]) < page.index("<dl")
        assert "Nothing stands out" not in page


def test_a_drift_as_usual_is_not_said_first(make_report_data):
    of = compare(with_usual_drift(make_report_data(seed=3), sd=1.5))
    assert over_run(of) == ""
    assert headline(of).startswith("Nothing stands out")


@pytest.mark.parametrize("gradual", [False, True])
def test_what_changed_over_weeks_is_said_first_since_when_and_how_sure(
    make_report_data, render_page, gradual
):
    data = lasting(make_report_data(past=30, seed=3), -6.0, 16, gradual=gradual)
    of = compare(data)
    said = over_weeks(of)
    assert said.startswith("Over the last weeks: left leg: the pelvis turns less over the leg; ")
    assert ("little by little" in said) == gradual
    assert "2026" in said
    assert "at most one" in said
    assert "midstance trend ana" in said
    page = render_page(data, "runner")
    assert page.index("Over the last weeks") < page.index("<dl")
    assert "Nothing stands out" not in page


def test_nothing_over_weeks_says_nothing(make_report_data):
    assert over_weeks(compare(make_report_data(past=24))) == ""
    assert over_weeks(compare(make_report_data(past=2))) == ""


def with_conditions(data, **said):
    under = data.history.conditions
    known = {name: np.full(len(under), value) for name, value in said.items()}
    return replace(data, history=replace(data.history, conditions=replace(under, **known)))


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({}, "If the shoes and surface were new today"),
        ({"shoes": 0}, "If the surface was new today"),
        ({"surface": 0}, "If the shoes were new today"),
    ],
)
def test_harder_impacts_of_both_legs_alone_name_shoes_and_ground_as_another_cause(
    make_report_data, said, words
):
    of = compare(with_conditions(make_report_data(shift={PEAK: (40.0, 40.0)}), **said))
    named = "Both legs: the shin is hit harder" if "shoes" in said else "Nothing stands out"
    assert headline(of).startswith(named)
    assert next_step(of).startswith(words)
    why = "which it is cannot be told" if "shoes" in said else "on both legs alike, as other shoes"
    assert any(why in one for one in detail(of))


@pytest.mark.parametrize(
    ("shift", "said"),
    [
        ({PEAK: (40.0, 40.0)}, {"shoes": 0, "surface": 0}),
        ({PEAK: (40.0, 0.0)}, {"shoes": UNKNOWN}),
        ({PEAK: (40.0, 40.0), DROP: (8.0, 8.0)}, {"shoes": UNKNOWN}),
    ],
)
def test_shoes_are_not_blamed_where_they_are_known_or_do_not_explain_it(
    make_report_data, shift, said
):
    of = compare(with_conditions(make_report_data(shift=shift), **said))
    assert headline(of) != "Nothing stands out in 18 comparisons with your past runs."
    assert not any("which it is cannot be told" in one for one in detail(of))


def test_a_new_pair_of_shoes_is_said_first_of_what_was_found(make_report_data, render_page):
    data = make_report_data()
    shoes = np.zeros(len(data.history.conditions), dtype=np.int64)
    shoes[-1] = 1
    under = replace(data.history.conditions, shoes=shoes)
    data = replace(data, history=replace(data.history, conditions=under))
    of = compare(data)
    assert detail(of)[0].startswith("No past run was in today's shoes: the usual range is wider")
    assert not any("past run was in" in one for one in not_compared(of))
    page = render_page(data, "runner")
    first_section = page[page.index('id="found"') :].split("</section>")[0]
    assert "No past run was in" in first_section


def test_how_pods_sat_comes_after_what_bears_on_the_ranges(make_report_data):
    said = not_compared(compare(make_report_data(mounting=("Compared with the last run.",))))
    at = said.index("Compared with the last run.")
    assert any("shoes" in one for one in said[:at])


def test_each_stated_condition_is_named():
    known = RunContext(surface="road", shoes="blue pair", treadmill=True, pain={"left_knee": 3})
    assert conditions(known) == [
        ("Shoes", "blue pair"),
        ("Surface", "road"),
        ("Pain (0 to 10)", "left knee 3"),
        ("Treadmill", "yes"),
    ]
    assert conditions(RunContext()) == []
