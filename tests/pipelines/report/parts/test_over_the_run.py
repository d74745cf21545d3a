"""Today's drift in words: against the usual one, at one pace, and where that cannot be."""

from dataclasses import replace

import numpy as np
import pytest

from imu.session.drift import SPEED
from pipelines.report.compared import compare
from pipelines.report.parts.over_the_run import BELT, NO_PACE, beside, drifts

DROP, TILT = "pelvic_drop_deg", "pelvic_tilt_midstance_deg"
RUNS = 8


@pytest.fixture
def drifting(make_report_data):
    """Return a function that makes today's run: it drifts by `by` more than runs of ten usually do.

    The pace changes by `pace_mps` from the first to the last third, and did by `past_mps` before.
    """

    def made(by=0.0, *, metric=DROP, pace_mps=0.0, past_mps=0.0, past_runs=RUNS, known_pace=True):
        data = make_report_data(past=past_runs, minutes=24)
        along = np.linspace(0, 1, len(data.side))
        rng = np.random.default_rng(3)
        values = dict(data.values)
        values[metric] = values[metric] + 1.5 * by * along * (data.side == "left")
        values[SPEED] = 3.0 + 1.5 * pace_mps * along if known_pace else np.full(len(along), np.nan)
        k = len(data.history)
        drift = {n: 0.2 * rng.normal(size=(k, 2)) for n, m in data.metrics.items() if m.primary}
        drift[SPEED] = np.full((k, 2), past_mps)
        lasts = np.full(k, 1400.0)
        history = replace(data.history, drift=drift, running_s=lasts)
        return compare(replace(data, values=values, history=history, running_s=1400.0))

    return made


def one(of, metric=DROP, side="left"):
    return next(leg for leg in of.legs if (leg.metric, leg.side) == (metric, side))


def test_a_leg_that_tires_otherwise_than_usual_is_named_with_its_numbers(drifting):
    found = drifts(drifting(3.0))
    leg = one(found)
    assert leg.named
    assert leg.low < 3.0 < leg.high + 0.5
    assert leg.words.startswith("left contralateral pelvic drop +")
    assert "(95 % interval +" in leg.words
    assert leg.words.endswith(": outside")
    assert "usual for you −" in leg.words
    assert found.summary == f"Over the run: {leg.words}."
    assert not one(found, side="right").named


def test_a_run_that_drifts_as_usual_is_said_to(drifting):
    found = drifts(drifting())
    assert found.summary == "Over the run you drifted as you usually do."
    assert found.notes == ()


def test_few_runs_give_the_change_with_its_interval_alone(drifting):
    found = drifts(drifting(3.0, past_runs=3))
    assert "usual for you" not in one(found).words
    assert "(95 % interval +" in one(found).words
    assert found.summary == "How this run drifted is not held against how your runs usually do."
    assert found.notes == (
        "3 past runs about as long as this one tell how you usually drift; 5 are needed.",
    )


def test_a_poor_recording_is_not_held_against_the_usual(drifting):
    of = drifting(3.0)
    found = drifts(compare(replace(of.data, grade="D")))
    assert found.notes[0] == "Its recording is of grade D."
    assert not any(np.isfinite(leg.usual_low) or leg.named for leg in found.legs)


def test_without_a_speed_it_says_that_pace_was_not_taken_off(drifting):
    found = drifts(drifting(3.0, known_pace=False))
    assert NO_PACE in found.notes
    assert one(found).named


def test_a_run_that_speeds_up_as_none_did_is_not_held_against_them(drifting):
    found = drifts(drifting(3.0, pace_mps=0.6))
    assert found.notes[0].startswith("You ended this run 0.6 m/s faster than you began it")
    assert not any(leg.named for leg in found.legs)
    assert drifts(drifting(3.0, pace_mps=0.6, past_mps=0.6)).notes == ()


def test_tilt_is_not_named_as_a_belt_creeps(drifting):
    leg = one(drifts(drifting(4.0, metric=TILT)), TILT)
    assert leg.change > leg.usual_high
    assert not leg.named
    assert leg.words.endswith(BELT)


def test_beside_the_chart_stand_change_interval_and_usual(drifting):
    of = drifting(3.0)
    words = beside(drifts(of).of(DROP), of.data.metrics[DROP])
    assert words.startswith("last less first third: left +")
    assert words.count("; usual ") == 2
