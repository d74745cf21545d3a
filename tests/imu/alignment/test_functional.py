"""Knee bends with a bow tell how the pods sit; what is no such movement is said, and not used."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

import imu
from imu import simulation
from imu.alignment.align import NO_STANDING
from imu.alignment.functional import declared
from imu.frames import LEFT, PLACEMENTS
from imu.simulation import Bend, Run, Stand
from imu.simulation.pods.hardware import sensor_from_segment

SEED = 21
SCRIPT = (Stand(8.0), Bend(), Stand(4.0), Run(20.0))
BENDS_S = (8.0, 18.0)
RUNNING_S = (24.0, 34.0)


@pytest.fixture(scope="module")
def bending():
    runner = simulation.someone(SEED)
    return simulation.simulate(runner, SCRIPT, seed=SEED, pods=simulation.realistic(SEED))


@pytest.fixture(scope="module")
def recording(bending):
    return bending.recording()


@pytest.fixture(scope="module")
def aligned(recording):
    return imu.analyse(recording, functional_s=BENDS_S).alignment


def left_off_deg(found, pod):
    """Return the angle between left as found and as it is."""
    true = sensor_from_segment(pod)[:, LEFT]
    return np.degrees(np.arccos(np.clip(found.segment_from_sensor[LEFT] @ true, -1, 1)))


def with_pods(recording, change):
    return replace(recording, sensors={p: change(s) for p, s in recording.sensors.items()})


@pytest.mark.parametrize("place", PLACEMENTS)
def test_left_is_that_of_the_segment(bending, aligned, place):
    # The vertical of the pelvis is known to a degree or two only: its accelerometer has a bias.
    limit_deg = 2.5 if place == "pelvis" else 2.0  # square to gravity, which a bias tilts by 1
    assert left_off_deg(aligned[place], bending.pods[place]) < limit_deg
    assert aligned[place].confidence > 0.9
    assert (
        aligned[place]
        .notes[-1]
        .startswith("left-right axis taken from the movement declared from 8")
    )


@pytest.mark.parametrize("place", ["shank_left", "shank_right"])
def test_bends_that_are_slow_enough_to_pass_for_standing_do_not_tip_the_vertical(place):
    pods = simulation.clean()
    script = (Stand(6.0), Bend(period_s=6.0), Stand(4.0), Run(15.0))
    run = simulation.simulate(simulation.Runner(), script, seed=SEED, pods=pods)
    plain, found = (
        imu.analyse(run.recording(), functional_s=span).alignment[place].segment_from_sensor
        for span in (None, (6.0, 30.0))
    )
    standing = run.attitude(place, np.arange(1.0, 5.0, 0.1)).sagittal[0].mean()
    off_deg = [np.degrees(abs(np.arctan2(t[0, 2], t[2, 2]) - standing)) for t in (plain, found)]
    assert off_deg[1] < 1.0 < 5.0 < off_deg[0]


@pytest.mark.parametrize("place", PLACEMENTS)
def test_forward_is_where_the_movement_leans(bending, recording, place):
    """Nobody runs: nothing but the movement is there to tell."""
    still = with_pods(
        recording,
        lambda s: replace(
            s,
            **{name: getattr(s, name)[:4200] for name in ("acc_mps2", "valid")},
            gyr_radps=s.gyr_radps[:4200],
        ),
    )
    found = imu.analyse(still, functional_s=BENDS_S).alignment[place]
    assert left_off_deg(found, bending.pods[place]) < 3.0


def test_a_span_that_is_a_little_off_serves_as_well(bending, recording):
    found = imu.analyse(recording, functional_s=(6.8, 17.1)).alignment
    for place in PLACEMENTS:
        assert left_off_deg(found[place], bending.pods[place]) < 2.5


def test_it_does_not_matter_how_the_pods_are_worn(recording, aligned):
    turn = Rotation.from_rotvec([0.9, -1.7, 0.4]).as_matrix()
    worn = with_pods(
        recording,
        lambda s: replace(s, acc_mps2=s.acc_mps2 @ turn.T, gyr_radps=s.gyr_radps @ turn.T),
    )
    found = imu.analyse(worn, functional_s=BENDS_S).alignment
    for place in PLACEMENTS:
        apart = found[place].segment_from_sensor @ turn @ aligned[place].segment_from_sensor.T
        assert np.degrees(Rotation.from_matrix(apart).magnitude()) < 0.1


def test_leaning_back_first_is_set_right_by_running(bending):
    """A pod cannot know that the runner bent backward; running can."""
    script = (Stand(8.0), Bend(pelvis_deg=-25.0, shank_deg=-20.0), Stand(4.0), Run(20.0))
    run = simulation.simulate(bending.runner, script, seed=SEED, pods=bending.pods)
    found = imu.analyse(run.recording(), functional_s=BENDS_S).alignment
    for place in PLACEMENTS:
        assert left_off_deg(found[place], bending.pods[place]) < 2.5
        assert "backward" in found[place].notes[-1]


def test_a_movement_to_the_side_is_doubted_when_running_says_otherwise(recording):
    def sideways(sensor):
        part = slice(1600, 3600)
        gyr = sensor.gyr_radps.copy()
        up = sensor.acc_mps2[300:1500].mean(axis=0)
        gyr[part] = np.cross(up / np.linalg.norm(up), gyr[part])
        return replace(sensor, gyr_radps=gyr)

    for found in imu.analyse(
        with_pods(recording, sideways), functional_s=BENDS_S
    ).alignment.values():
        assert "axis found in running differs by" in found.notes[-1]
        assert found.confidence < 0.45


def test_without_standing_it_still_gives_the_axis_and_says_what_is_missing(bending):
    script = (Bend(count=3), Run(20.0))
    run = simulation.simulate(bending.runner, script, seed=SEED, pods=bending.pods)
    found = imu.analyse(run.recording(), functional_s=(0.0, 7.5)).alignment
    for place in ("shank_left", "shank_right"):
        assert left_off_deg(found[place], bending.pods[place]) < 2.0
        assert NO_STANDING in found[place].notes
        assert found[place].confidence < 0.8


def test_what_was_declared_is_kept_with_the_results(recording):
    assert imu.analyse(recording, functional_s=BENDS_S).parameters["functional_s"] == BENDS_S
    assert "functional_s" not in imu.analyse(recording).parameters


# ---------------------------------------------------------------------------------------------
# No such movement


def unused(recording, span_s):
    """Analyse with a span; return what is said of it, once it is seen to have changed nothing."""
    plain = imu.analyse(recording).alignment
    found = imu.analyse(recording, functional_s=span_s).alignment
    assert set(found) == set(PLACEMENTS)
    said = {}
    for place, one in found.items():
        np.testing.assert_array_equal(one.segment_from_sensor, plain[place].segment_from_sensor)
        assert one.confidence == plain[place].confidence
        assert one.notes[:-1] == plain[place].notes
        assert "is not used" in one.unused_movement
        assert one.unused_movement == one.notes[-1]
        said[place] = one.notes[-1]
    return said


def test_standing_still_is_no_movement(recording):
    for sentence in unused(recording, (1.0, 6.0)).values():
        assert "degrees only" in sentence


def test_running_is_no_such_movement(recording):
    for sentence in unused(recording, RUNNING_S).values():
        assert "holds more than slow bends" in sentence


def test_turning_about_two_axes_is_no_such_movement(recording):
    def stirred(sensor):
        """Add a turn about the axis that moves least."""
        part = slice(1600, 3600)
        gyr = sensor.gyr_radps.copy()
        least = np.linalg.eigh(gyr[part].T @ gyr[part])[1][:, 0]
        gyr[part] += np.sin(np.arange(2000) / 200 * 2 * np.pi)[:, None] * least
        return replace(sensor, gyr_radps=gyr)

    for sentence in unused(with_pods(recording, stirred), BENDS_S).values():
        assert "about one axis" in sentence


def test_a_pod_without_gyroscope_cannot_tell(recording):
    mute = with_pods(recording, lambda s: replace(s, gyr_radps=None, gyr_range_radps=None))
    for sentence in unused(mute, BENDS_S).values():
        assert "no gyroscope" in sentence


def test_a_movement_in_a_gap_cannot_tell(recording):
    def silent(sensor):
        valid = sensor.valid.copy()
        valid[2000:3400] = False
        gone = ~valid[:, None]
        return replace(
            sensor,
            valid=valid,
            acc_mps2=np.where(gone, np.nan, sensor.acc_mps2),
            gyr_radps=np.where(gone, np.nan, sensor.gyr_radps),
        )

    for sentence in unused(with_pods(recording, silent), BENDS_S).values():
        assert "is missing" in sentence


@pytest.mark.parametrize(
    "span_s",
    [(18.0, 8.0), (8.0, 8.0), (8.0, 9.0), (500.0, 520.0), (-20.0, 5.0), (np.nan, 9.0)],
)
def test_a_span_that_the_recording_does_not_have_is_refused_in_one_sentence(recording, span_s):
    with pytest.raises(ValueError, match=r"^a movement from .* cannot be used; give the start"):
        imu.analyse(recording, functional_s=span_s)


def test_a_span_may_not_outlast_the_recording(recording):
    ends_s = recording.start_s + len(recording) / recording.rate_hz
    declared(recording, (ends_s - 10.0, ends_s))
    with pytest.raises(ValueError, match=f"and {ends_s:.0f} s$"):
        declared(recording, (ends_s - 10.0, ends_s + 1.0))


def test_bends_leave_no_trace_in_the_rest_of_the_script(bending):
    without = replace_bends(bending)
    time_s = np.arange(0.0, 7.9, 0.05)
    for place in PLACEMENTS:
        for with_them, plain in zip(
            bending.attitude(place, time_s).sagittal,
            without.attitude(place, time_s).sagittal,
            strict=True,
        ):
            np.testing.assert_allclose(with_them, plain, atol=1e-12)
    lean = np.degrees(bending.attitude("pelvis", np.array([9.25, 10.5])).sagittal[0])
    assert lean[0] == pytest.approx(35.0, abs=1.0)
    assert lean[1] == pytest.approx(0.0, abs=1.0)


def replace_bends(bending):
    script = (Stand(18.0), *SCRIPT[2:])
    return simulation.simulate(bending.runner, script, seed=SEED, pods=bending.pods)
