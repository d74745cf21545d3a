"""What an import found doubtful bears on the grade, and on what is compared with other days."""

import numpy as np

import imu
from imu.metrics import METRICS
from imu.quality.conventions.gravity import SCALE
from imu.quality.conventions.smoothed import SMOOTHED
from imu.quality.conventions.turned_wrongly import DOUBT
from imu.quality.faults import faults_in, moved_by
from imu.simulation import Run, Runner, Stand, simulate
from pipelines.process.quality_notes import with_remarks
from pipelines.sources.timing.jumps import set_or_lost

NOTE = f"shank left: {DOUBT}: turned by it, gravity over whole strides reads 8.9 m/s² and not 9.8"
SCALED = f"pelvis: {SCALE} 8 %: quiet standing reads 10.59 m/s² and not 9.81"


def test_a_gyroscope_that_does_not_fit_or_a_clock_that_was_set_takes_a_letter_off_the_grade():
    run = simulate(Runner(), (Stand(3.0), Run(20.0)), seed=4, rate_hz=100.0)
    analysis = imu.analyse(run.recording())
    plain, doubtful = (
        with_remarks(analysis, {"notes": notes, "pods": {}}) for notes in ((), (NOTE,))
    )
    assert plain.quality.grade == analysis.quality.grade == "A"
    assert doubtful.quality.grade == "B"
    assert NOTE in doubtful.quality.reasons
    scaled = with_remarks(analysis, {"notes": (SCALED, NOTE), "pods": {}})
    assert scaled.quality.grade == "C"
    smooth = (f"pelvis: {SMOOTHED}", f"shank left: {SMOOTHED}")
    assert with_remarks(analysis, {"notes": smooth, "pods": {}}).quality.grade == "B"
    pods = {
        "pelvis": {"samples_count": 2300, "lost_count": 6, "notes": [set_or_lost("t", 9, 0.07)]}
    }
    assert with_remarks(analysis, {"notes": (), "pods": pods}).quality.grade == "B"


def test_what_it_read_from_directions_is_left_out_of_comparisons_on_that_leg():
    faults = faults_in(f"no pod on pelvis; {NOTE}")
    left_only = np.array([True, False])
    np.testing.assert_array_equal(
        moved_by(METRICS["shank_inclination_contact_deg"], faults), left_only
    )
    assert not moved_by(METRICS["contact_time_s"], faults).any()
