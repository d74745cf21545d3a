"""A stance whose toe-off nobody knows stays, says so, and measures what needs none."""

import numpy as np
import pytest

import imu
from imu.metrics.measure import FROM_TOE_OFF
from imu.metrics.registry import of_stances
from imu.quality.stance_reasons import REASONS
from imu.stance_signals.availability import EVENT_POD

RATE_HZ = 200.0
FROM_EVENTS = ("contact_time_s", "flight_time_s", "duty_factor_pct")
FROM_CONTACTS = ("step_time_s", "stride_time_s", "cadence_spm")
OF_PELVIS = ("pelvic_tilt_contact_deg", "pelvic_drop_deg", "pelvic_rotation_over_leg_deg")


def a_left_stance(truth):
    number = np.flatnonzero(truth.side == "left")[40]
    return truth.initial_contact_s[number], truth.toe_off_s[number]


def analysed(recording, truth, change):
    """Change the left shank's signals from 60 ms before toe-off; return that row and all rows."""
    contact_s, toe_off_s = a_left_stance(truth)
    first, last = round((toe_off_s - 0.06) * RATE_HZ), round((toe_off_s + 0.12) * RATE_HZ)
    pods = {p: (s.acc_mps2.copy(), s.gyr_radps.copy()) for p, s in recording.sensors.items()}
    for x in pods["shank_left"]:
        x[first:last] = change(x[first:last])
    frame = imu.analyse(imu.Recording.from_arrays(rate_hz=RATE_HZ, **pods)).stances.to_frame()
    row = frame.iloc[np.abs(frame.initial_contact_s - contact_s).argmin()]
    assert row.initial_contact_s == pytest.approx(contact_s, abs=0.01)
    return row, frame


@pytest.fixture(scope="module")
def in_a_hole(easy_recording, easy_simulation):
    """The pod was not received around toe-off."""
    return analysed(easy_recording, easy_simulation.truth, lambda x: np.full(x.shape, np.nan))


@pytest.fixture(scope="module")
def stuck(easy_recording, easy_simulation):
    """The pod was received, and its readings stood still around toe-off."""
    return analysed(easy_recording, easy_simulation.truth, lambda x: np.tile(x[0], (len(x), 1)))


@pytest.mark.parametrize("what", ["in_a_hole", "stuck"])
def test_toe_off_is_unknown_there_and_only_there_and_said(what, request, easy_analysis):
    row, frame = request.getfixturevalue(what)
    assert len(frame) == len(easy_analysis.stances)
    assert np.isnan(row.toe_off_s)
    assert frame.toe_off_s.isna().sum() == 1
    assert REASONS["toe_off_unsure"] in row.quality
    assert frame.quality.str.contains(REASONS["toe_off_unsure"]).sum() == 1
    assert not row.seen_by_pelvis


@pytest.mark.parametrize("what", ["in_a_hole", "stuck"])
def test_what_rests_on_toe_off_is_unknown_and_what_rests_on_contacts_stays(
    what, request, easy_analysis
):
    row, _ = request.getfixturevalue(what)
    usual = easy_analysis.stances.to_frame().iloc[row.name]
    assert row[list(FROM_EVENTS)].isna().all()
    assert np.isnan(row.active_peak_force_bw)
    assert np.isfinite(usual[list(FROM_EVENTS)].astype(float)).all()
    np.testing.assert_allclose(
        row[list(FROM_CONTACTS)].astype(float), usual[list(FROM_CONTACTS)].astype(float), rtol=0.01
    )


def test_what_the_pelvis_measures_without_toe_off_stays(stuck, easy_analysis):
    row, _ = stuck
    usual = easy_analysis.stances.to_frame().iloc[row.name]
    np.testing.assert_allclose(
        row[list(OF_PELVIS)].astype(float), usual[list(OF_PELVIS)].astype(float), rtol=0.1
    )
    for name, metric in of_stances().items():
        rests = EVENT_POD in metric.needs or name in FROM_TOE_OFF
        if np.isfinite(usual[name]):
            assert np.isnan(row[name]) == rests, name
