"""The mid-stance question: answers that follow from the parts, and runners of known answer."""

from dataclasses import replace

import numpy as np
import pytest

import imu
from imu import simulation
from imu.metrics.table import StanceTable
from imu.segmentation.stances import Stances
from imu.session.midstance_view import loading, sentences
from imu.simulation import Run, Runner, Stand, both


def a_table(**given):
    """One left stance with these metrics; the others are not known."""
    names = (
        "rotation_lag_pct",
        "drop_lag_pct",
        "pelvic_rotation_deg",
        "pelvic_rotation_at_pct",
        "pelvic_tilting_deg",
        "pelvic_drop_deg",
        "pelvic_drop_at_pct",
        "shank_internal_rotation_deg",
        "loading_index_pct",
    )
    one = np.zeros(1)
    events = Stances(np.array(["left"]), np.zeros(1, np.int64), one, one, one, one, one, one)
    metrics = {name: np.array([given.get(name, np.nan)]) for name in names}
    return StanceTable(events, metrics, {})


@pytest.mark.parametrize(
    ("rotation_lag", "drop_lag", "first", "lead"),
    [
        (10.0, 20.0, "shin rotation", 10.0),
        (-8.0, 4.0, "pelvic rotation", 8.0),
        (5.0, -12.0, "pelvic drop", 12.0),
        (1.0, 15.0, "together", 1.0),
        (-20.0, -19.0, "together", 1.0),
    ],
)
def test_what_is_fastest_first_comes_first(rotation_lag, drop_lag, first, lead):
    view = loading(a_table(rotation_lag_pct=rotation_lag, drop_lag_pct=drop_lag))
    assert view.first[0] == first
    assert view.lead_pct[0] == pytest.approx(lead)


def test_without_a_shank_nothing_is_said_about_what_comes_first():
    view = loading(a_table(pelvic_rotation_deg=4.0, pelvic_rotation_at_pct=90.0))
    assert view.first[0] == ""
    assert np.isnan(view.lead_pct[0])
    assert view.rotates[0]
    (said,) = sentences(view)
    assert "first" not in said
    assert "shin" not in said


def test_sentences_name_what_was_measured():
    table = a_table(
        pelvic_rotation_deg=4.2,
        pelvic_rotation_at_pct=88.0,
        pelvic_tilting_deg=1.5,
        pelvic_drop_deg=5.1,
        shank_internal_rotation_deg=9.0,
        rotation_lag_pct=7.0,
        drop_lag_pct=-6.0,
    )
    assert sentences(loading(table)) == (
        "Left: by mid-stance the pelvis turns over the stance leg (+4.2°, most at 88 % of stance), "
        "tips forward +1.5°, drops 5.1°, the shin turns in 9.0°. The pelvic drop comes first in "
        "100 % of stances.",
    )
    assert sentences(loading(a_table())) == ()
    turned_away = a_table(pelvic_rotation_deg=-2.0, pelvic_rotation_at_pct=5.0)
    assert sentences(loading(turned_away)) == (
        "Left: by mid-stance the pelvis does not turn over the stance leg (-2.0°, most at 5 % of "
        "stance).",
    )


def test_every_stance_has_its_answer(easy_analysis):
    view, table = easy_analysis.loading, easy_analysis.stances
    frame = view.to_frame()
    assert len(view) == len(frame) == len(table)
    assert frame["rotates"].mean() > 0.9
    np.testing.assert_array_equal(view.index_pct, table.metrics["loading_index_pct"])
    np.testing.assert_allclose(
        view.tilting_deg,
        table.metrics["pelvic_tilt_deg"] - table.metrics["pelvic_tilt_contact_deg"],
    )


def test_the_index_follows_from_its_parts_and_hides_none(easy_analysis):
    view = easy_analysis.loading
    parts = [view.rotation_deg, view.tilting_deg, view.drop_deg, view.shank_deg]
    parts = np.maximum(parts, 0.0)
    np.testing.assert_allclose(view.index_pct, 100 * parts[0] / parts.sum(axis=0))


def medians(runner):
    run = simulation.simulate(
        runner, (Stand(10), Run(30)), seed=4, pods=simulation.clean(), rate_hz=100.0
    )
    view = imu.analyse(run.recording()).loading
    return {
        name: [np.nanmedian(getattr(view, name)[view.side == side]) for side in ("left", "right")]
        for name in ("rotation_deg", "drop_deg", "shank_deg", "index_pct")
    }


def test_a_runner_who_turns_less_over_the_leg_has_a_lower_index_on_that_leg():
    usual = Runner()
    less = replace(usual, left=replace(usual.left, pelvic_rotation_deg=1.5))
    before, after = medians(usual), medians(less)
    assert after["index_pct"][0] < before["index_pct"][0] - 8.0
    assert after["index_pct"][1] == pytest.approx(before["index_pct"][1], abs=1.0)


def test_a_runner_who_turns_away_from_the_leg_does_not_rotate_over_it():
    away = both(Runner(), pelvic_rotation_deg=-2.0)
    run = simulation.simulate(
        away, (Stand(10), Run(20)), seed=4, pods=simulation.clean(), rate_hz=100.0
    )
    view = imu.analyse(run.recording()).loading
    assert view.rotates.mean() < 0.1
    assert np.nanmedian(view.index_pct) == 0.0
