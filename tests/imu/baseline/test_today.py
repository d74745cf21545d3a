"""Today in records: words, caveats, refusals, invariances."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imu.baseline.conditions import UNKNOWN, Conditions
from imu.baseline.expected import in_errors
from imu.baseline.today import today

METRICS = {
    "pelvic_tilt_deg": in_errors(0.9, "pelvic tilt", belt=True),
    "pelvic_drop_deg": in_errors(0.65, "pelvic drop"),
    "pelvic_rotation_deg": in_errors(0.9, "pelvic rotation"),
}
PATTERN = {"pelvic_tilt_deg": 1.0, "pelvic_rotation_deg": -1.0}


def under(k, **said):
    none = np.zeros(k, dtype=np.int64)
    plain = Conditions(np.arange(k) * 3.0, np.full(k, 2.8), np.zeros(k), none, none.copy())
    for name, last in said.items():
        getattr(plain, name)[-1] = last
    return plain


def quiet(k=10, *, seed=0, **changed):
    rng = np.random.default_rng(seed)
    medians = {
        name: 5 + 0.5 * e.typical_error * rng.normal(size=(k, 2)) for name, e in METRICS.items()
    }
    for name, step in changed.items():
        medians[name][-1] += np.asarray(step) * METRICS[name].typical_error
    return medians


def pick(told, metric, side):
    return next(c for c in told.comparisons if (c.metric, c.side) == (metric, side))


def test_change_is_found_with_its_leg_and_interval():
    told = today(quiet(pelvic_rotation_deg=(9, 0)), under(10), METRICS, PATTERN)
    found = {f.family: f for f in told.findings}
    one = found["pelvic rotation"]
    assert one.side == "left"
    mine = pick(told, "pelvic_rotation_deg", "left")
    assert mine.state == "outside"
    assert mine.difference == pytest.approx(mine.today - mine.usual)
    assert mine.difference_low < mine.difference < mine.difference_high
    assert mine.high - mine.low == pytest.approx(mine.difference_high - mine.difference_low)
    assert pick(told, "pelvic_rotation_deg", "right").state == "inside"


def test_pattern_names_the_leg():
    for leg, step in (("left", (7, 0)), ("right", (0, 7))):
        moved = quiet(pelvic_tilt_deg=step, pelvic_rotation_deg=[-s for s in step])
        told = today(moved, under(10), METRICS, PATTERN)
        assert {f.side for f in told.findings if f.family == "pattern"} == {leg}


def test_faster_than_any_past_run_is_said_and_nothing_judged():
    told = today(quiet(pelvic_rotation_deg=(30, 0)), under(10, speed_mps=3.6), METRICS)
    assert told.conditions == "faster than any past run"
    assert not told.findings
    mine = pick(told, "pelvic_rotation_deg", "left")
    assert mine.words == "not comparable: faster than any past run"
    assert np.isnan([mine.usual, mine.low, mine.difference, mine.p_value]).all()


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"shoes": 1}, "No past run was in today's shoes: the usual range is wider"),
        ({"shoes": UNKNOWN}, "shoes of today's run were not said"),
        ({"surface": 1}, "No past run was on today's surface: the usual range is wider"),
        ({"speed_mps": np.nan}, "pace is not known"),
        ({"grade_pct": np.nan}, "hills are not known"),
    ],
)
def test_what_widens_the_range_is_said(said, words):
    plain = today(quiet(), under(10), METRICS)
    told = today(quiet(), under(10, **said), METRICS)
    assert not (*plain.seldom, *plain.caveats)
    (sentence,) = (*told.seldom, *told.caveats)
    assert words in sentence
    assert bool(told.seldom) == ("past run" in words)
    wide, narrow = (pick(t, "pelvic_drop_deg", "left") for t in (told, plain))
    assert wide.high - wide.low >= narrow.high - narrow.low


def test_first_runs_are_counted():
    for k in range(1, 6):
        told = today(quiet(k), under(k), METRICS, PATTERN)
        assert {c.words for c in told.comparisons} == {f"building baseline ({k - 1}/5)"}
        assert not told.findings


def test_what_a_fault_takes_out_is_not_measured():
    medians = quiet(pelvic_tilt_deg=(9, 0))
    medians["pelvic_tilt_deg"][-1] = np.nan
    told = today(medians, under(10), METRICS, PATTERN)
    assert pick(told, "pelvic_tilt_deg", "left").words == "not measured today"
    assert pick(told, "pattern", "left - right").state == "not measured"
    assert not told.findings


def test_metric_that_was_never_measured_is_not_measured():
    medians = quiet()
    del medians["pelvic_drop_deg"]
    told = today(medians, under(10), METRICS)
    assert pick(told, "pelvic_drop_deg", "left").state == "not measured"


def test_run_that_must_not_count_does_not():
    medians = quiet(12)
    medians["pelvic_drop_deg"][4] = 400.0
    usable = np.ones(12, bool)
    usable[4] = False
    told = today(medians, under(12), METRICS, usable=usable)
    assert pick(told, "pelvic_drop_deg", "left").usual == pytest.approx(5.0, abs=0.5)


def test_adopted_change_is_the_new_usual():
    medians = quiet(30)
    medians["pelvic_rotation_deg"][15:, 0] += 9
    plain = today(medians, under(30), METRICS)
    assert "pelvic rotation" in {f.family for f in plain.findings}
    adopted = np.arange(30) >= 16
    told = today(medians, under(30), METRICS, reference=adopted)
    assert not told.findings


def test_run_before_that_cannot_be_compared_does_not_confirm():
    """The witness is the last comparable run, not simply the last one."""
    medians = quiet(14)
    medians["pelvic_rotation_deg"][[-3, -1], 0] += 4.2 * 0.9
    way = under(14)
    way.speed_mps[-2] = 4.5
    told = today(medians, way, METRICS)
    assert [f.level for f in told.findings if f.family == "pelvic rotation"] == ["firm"]


def test_runs_that_left_the_usual_range_bear_witness():
    """They are no part of what is usual, but the run before today is still the run before.

    Tilt that moves on both legs alike can be named by two runs in a row alone.
    """
    medians = quiet(30)
    medians["pelvic_tilt_deg"][20:] += 9 * 0.9
    told = today(medians, under(30), METRICS)
    assert [f.level for f in told.findings if f.family == "pelvic tilt"] == ["firm"]


def test_belt_is_said_where_it_may_be_the_cause():
    told = today(quiet(pelvic_tilt_deg=(9, 9)), under(10), METRICS, PATTERN)
    assert not told.findings
    for side in ("left", "right"):
        assert "as a belt that sits otherwise does" in pick(told, "pelvic_tilt_deg", side).words
    other = today(quiet(pelvic_tilt_deg=(9, 0)), under(10), METRICS, PATTERN)
    assert not any("belt" in c.words for c in other.comparisons)


def test_shoes_that_were_not_said_may_be_the_cause():
    tibial = {"peak_tibial_mps2": in_errors(5.3, "impact", shoes=1.5)}
    medians = {"peak_tibial_mps2": 80 + 2.5 * np.random.default_rng(0).normal(size=(10, 2))}
    medians["peak_tibial_mps2"][-1] += 50
    unsaid = today(medians, under(10, shoes=UNKNOWN), tibial)
    assert not unsaid.findings
    for side in ("left", "right"):
        assert "as other shoes do" in pick(unsaid, "peak_tibial_mps2", side).words
    assert today(medians, under(10), tibial).findings
    medians["peak_tibial_mps2"][-1, 1] -= 50
    assert today(medians, under(10, shoes=UNKNOWN), tibial).findings


def test_bad_input_is_refused_in_a_sentence():
    with pytest.raises(ValueError, match="no session to compare"):
        today({}, under(0), METRICS)
    with pytest.raises(ValueError, match="one row per session"):
        today(quiet(9), under(10), METRICS)
    with pytest.raises(ValueError, match="above 0"):
        in_errors(0.0, "nothing")


def test_runner_who_never_said_anything_is_still_compared():
    k = 10
    unknown, none = np.full(k, np.nan), np.full(k, UNKNOWN)
    way = Conditions(np.arange(k) * 3.0, unknown, unknown, none, none)
    told = today(quiet(pelvic_rotation_deg=(12, 0)), way, METRICS, PATTERN)
    assert told.conditions == "comparable"
    assert len(told.caveats) == 4
    assert "pelvic rotation" in {f.family for f in told.findings}


def test_an_index_of_pace_is_said_widens_the_range_and_teaches_nothing_where_there_are_speeds():
    measured, error = under(12), np.zeros(12)
    error[-1] = 0.2
    by_index = replace(measured, pace_error_mps=error)
    of_today = [today(quiet(12), way, METRICS) for way in (measured, by_index)]
    assert [any("index from step time" in c for c in told.caveats) for told in of_today] == [
        False,
        True,
    ]
    narrow, wide = (pick(told, "pelvic_drop_deg", "left") for told in of_today)
    assert wide.high - wide.low > 1.02 * (narrow.high - narrow.low)
    before = replace(measured, pace_error_mps=np.repeat([0.2, 0.0], [3, 9]))
    assert (
        pick(today(quiet(12), before, METRICS), "pelvic_drop_deg", "left").sessions
        == narrow.sessions - 3
    )
    faster = replace(under(12, speed_mps=3.1), pace_error_mps=error)
    assert today(quiet(12), faster, METRICS).conditions == "comparable", "within the index's error"
    faster = replace(under(12, speed_mps=3.6), pace_error_mps=error)
    assert today(quiet(12), faster, METRICS).conditions == "faster than any past run"


def test_median_hidden_by_clipping_is_not_measured():
    medians = quiet()
    medians["pelvic_drop_deg"][-1, 0] = np.inf
    told = today(medians, under(10), METRICS)
    assert pick(told, "pelvic_drop_deg", "left").state == "not measured"
    assert pick(told, "pelvic_drop_deg", "left - right").state == "not measured"
    assert pick(told, "pelvic_drop_deg", "right").state == "inside"


def test_session_without_a_day_is_refused():
    with pytest.raises(ValueError, match="has no day"):
        under(10, day=np.nan).at(slice(0, 10))


class TestInvariance:
    @settings(max_examples=20, deadline=None)
    @given(st.integers(0, 2**32 - 1), st.floats(1e-3, 1e3))
    def test_other_units_give_the_same_verdicts(self, seed, factor):
        medians = quiet(12, seed=seed, pelvic_rotation_deg=(3, 0))
        scaled = {
            name: replace(
                e,
                **{
                    f: getattr(e, f) * factor
                    for f in ("typical_error", "pace_bend", "grade", "shoes", "surface")
                },
                pace=(e.pace[0] * factor, e.pace[1] * factor),
            )
            for name, e in METRICS.items()
        }
        plain = today(medians, under(12), METRICS, PATTERN)
        other = today({n: v * factor for n, v in medians.items()}, under(12), scaled, PATTERN)
        assert [f.family for f in plain.findings] == [f.family for f in other.findings]
        for a, b in zip(plain.comparisons, other.comparisons, strict=True):
            assert (a.state, a.words) == (b.state, b.words)
            assert a.p_value == pytest.approx(b.p_value, rel=1e-5, abs=1e-12)

    @settings(max_examples=20, deadline=None)
    @given(st.integers(0, 2**32 - 1))
    def test_mirrored_runner_swaps_the_legs(self, seed):
        medians = quiet(12, seed=seed, pelvic_rotation_deg=(5, 0))
        plain = today(medians, under(12), METRICS, PATTERN)
        mirrored = today({n: v[:, ::-1] for n, v in medians.items()}, under(12), METRICS, PATTERN)
        other = {"left": "right", "right": "left"}
        assert [(f.family, other[f.side], f.level) for f in plain.findings] == [
            (f.family, f.side, f.level) for f in mirrored.findings
        ]


def test_a_first_run_of_which_nothing_was_measured_is_no_error():
    nothing = {name: np.full((1, 2), np.nan) for name in METRICS}
    told = today(nothing, under(1), METRICS, PATTERN)
    assert {c.state for c in told.comparisons} == {"not measured"}
    assert told.findings == ()
