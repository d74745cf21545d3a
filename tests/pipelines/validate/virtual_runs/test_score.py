"""The virtual runner as a witness: clocks, orientation, sensitivity."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from imu.simulation import Run, Runner, Stand, clean, realistic
from pipelines.validate.matching import Errors, mean, pooled, rms
from pipelines.validate.results import PASS, SHORT
from pipelines.validate.virtual_runs import sensitivity
from pipelines.validate.virtual_runs.grid import FULL, SMALL, Scope, cases, detector_cases
from pipelines.validate.virtual_runs.score import (
    Case,
    Outcome,
    apart_deg,
    by_side,
    recorded,
    run,
    shank_apart_deg,
)
from pipelines.validate.virtual_runs.summary import slope_of

SCRIPT = (Stand(6.0), Run(12.0))


@pytest.mark.parametrize("turned_deg", [0.0, 3.0])
def test_inclination_is_measured_from_standing(turned_deg):
    """A pod that sits askew is no error; a vertical that tips while running is."""
    rng = np.random.default_rng(3)
    upright, swaying = np.zeros((200, 3)), 0.2 * rng.standard_normal((200, 3))
    true = Rotation.from_rotvec(np.vstack([upright, swaying]))
    running = np.arange(400) >= 200
    standing = ~running
    askew = Rotation.from_euler("y", 12.0, degrees=True)
    tipped = Rotation.from_euler("x", turned_deg, degrees=True)
    found = Rotation.concatenate([true[:200] * askew, true[200:] * askew * tipped])
    # somewhat less than the turn, as the vertical is not always across its axis
    assert apart_deg(found, true, standing, running) == pytest.approx(turned_deg, abs=1e-6, rel=0.1)


@pytest.mark.parametrize("about_deg", [0.0, 7.0, -20.0])
def test_a_turn_about_the_bone_is_no_inclination_of_a_shank(about_deg):
    swings = Rotation.from_euler("y", np.linspace(-40, 40, 300)[:, None], degrees=True)
    true = Rotation.concatenate([Rotation.identity(100), swings])
    standing = np.arange(400) < 100
    found = true * Rotation.from_euler("z", about_deg, degrees=True)
    apart, turned = shank_apart_deg(found, true, standing, ~standing)
    assert apart == pytest.approx(0, abs=1e-6)
    assert abs(turned) == pytest.approx(abs(about_deg), abs=1e-6)
    tipped = found * Rotation.from_euler("y", np.where(standing, 0, 3)[:, None], degrees=True)
    assert shank_apart_deg(tipped, true, standing, ~standing)[0] == pytest.approx(3, rel=0.1)


def test_a_turn_about_the_vertical_is_no_inclination():
    true = Rotation.from_euler("y", np.linspace(0, 20, 300)[:, None], degrees=True)
    drift = Rotation.from_euler("z", np.linspace(0, 90, 300)[:, None], degrees=True)
    standing = np.arange(300) < 1
    assert apart_deg(drift * true, true, standing, ~standing) == pytest.approx(0, abs=1e-6)


def test_the_radio_gives_back_the_session_clock():
    pods = {
        place: replace(pod, ppm=40.0 * sign, clock_offset_s=77.0)
        for sign, (place, pod) in zip((1, -1, 0), clean().items(), strict=True)
    }
    case = Case("radio", "clocks", Runner(), SCRIPT, 2, pods, radio=True)
    direct, over_radio = run(replace(case, radio=False)).errors, run(case).errors
    assert over_radio.recall == direct.recall
    assert mean(over_radio.contact_s) == pytest.approx(mean(direct.contact_s), abs=0.002)


def test_pods_and_gyroscopes_can_be_left_at_home():
    case = Case("worn", "", Runner(), SCRIPT, 2, realistic(2), worn=("shank_left",))
    _, recording = recorded(replace(case, gyroscope=False))
    assert set(recording.sensors) == {"shank_left"}
    assert recording.sensors["shank_left"].gyr_radps is None
    outcome = run(case)
    assert outcome.errors.recall > 0.9
    assert np.isfinite(outcome.medians["contact_time_s"][0])
    assert np.isnan(outcome.medians["contact_time_s"][1])


def test_medians_are_by_side_and_know_nothing_of_nothing():
    side = np.array(["left", "right", "left", "left"])
    found = by_side(side, {"a": np.array([1.0, 5.0, 3.0, np.nan]), "b": np.full(4, np.nan)})
    assert found["a"].tolist() == [2.0, 5.0]
    assert np.isnan(found["b"]).all()


def test_the_grid_is_laid_out_once_per_name():
    every = [*cases(FULL, seed=1), *detector_cases(FULL, seed=1)]
    names = [(case.group, case.name) for case in every]
    assert len(set(names)) == len(names)
    speeds = {case.name for case in every if case.group == "clean"}
    assert {"2 m/s heel", "6 m/s forefoot"} <= speeds
    assert {case.rate_hz for case in every} >= {100.0, 200.0, 500.0, 1000.0}
    faulty = [case for case in every if case.group == "all faults"]
    assert all(case.radio and case.pods["pelvis"].loss_pct > 0 for case in faulty)


def test_slope_of_a_line():
    true = np.array([1.0, 2.0, 4.0])
    assert slope_of(0.5 * true + 3, true) == pytest.approx(0.5)
    assert np.isnan(slope_of(true[:2], true[:2]))


# --- sensitivity, with outcomes made by hand ------------------------------------------------------

NO_EVENTS: Errors = pooled([])


def answers(scope: Scope, *, recovered=1.0, leak=0.0):
    """Outcomes of a made-up analysis: what share it shows, and what else moves (in own steps)."""
    out = []
    for case in sensitivity.cases(scope, seed=1):
        medians = {change.metric: np.zeros(2) for change in sensitivity.CHANGES}
        true = {change.metric: np.zeros(2) for change in sensitivity.CHANGES}
        if case.name != "usual":
            label, _, side = case.name.rpartition(" ")
            changed = next(c for c in sensitivity.CHANGES if c.label == label)
            own = 0 if side == "left" else 1
            sign = np.sign(
                getattr(getattr(case.runner, side), changed.loading)
                - getattr(getattr(Runner(), side), changed.loading)
            )
            true[changed.metric][own] = sign * changed.step
            medians[changed.metric][own] = recovered * sign * changed.step
            other = next(c for c in sensitivity.CHANGES if c is not changed)
            medians[other.metric][own] = leak * other.step
        out.append(
            Outcome(case.group, case.name, NO_EVENTS, "A", medians=medians, true_medians=true)
        )
    return out


@pytest.mark.parametrize(
    ("recovered", "verdict"),
    [(1.0, PASS), (0.8, PASS), (0.7, SHORT), (1.3, SHORT), (-1.0, SHORT)],
)
def test_a_change_must_show_in_sign_and_size(recovered, verdict):
    scope = replace(SMALL, directions=(1.0, -1.0))
    part = sensitivity.summary(answers(scope, recovered=recovered), scope)
    shares = [figure for figure in part.figures if "share recovered" in figure.name]
    assert len(shares) == len(sensitivity.CHANGES)
    assert {figure.verdict for figure in shares} == {verdict}
    assert [figure.value for figure in shares] == pytest.approx([recovered] * len(shares))


@pytest.mark.parametrize(("leak", "verdict"), [(0.3, PASS), (0.4, SHORT)])
def test_a_change_must_not_move_anything_else(leak, verdict):
    part = sensitivity.summary(answers(SMALL, leak=leak), SMALL)
    figure = part.figures[-1]
    assert figure.value == pytest.approx(leak)
    assert figure.verdict == verdict


def test_a_real_change_is_recovered_on_its_own_leg():
    base = Runner()
    drop_deg = base.left.pelvic_drop_deg + 3.0
    more = replace(base, left=replace(base.left, pelvic_drop_deg=drop_deg))
    usual, changed = (
        run(Case("s", "", runner, SCRIPT, 4, realistic(4))) for runner in (base, more)
    )
    moved = changed.medians["pelvic_drop_deg"] - usual.medians["pelvic_drop_deg"]
    assert moved[0] == pytest.approx(3.0, rel=0.15)
    assert abs(moved[1]) < 0.3
    assert rms(usual.errors.contact_s) < 0.02
