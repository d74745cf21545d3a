"""Promises of every detector in DETECTORS, and ours beside those of papers on force plates."""

from dataclasses import replace

import numpy as np
import pytest

import imu
from imu.alignment import worn_pods
from imu.frames import LEFT
from imu.segmentation import DETECTORS, event_offsets
from imu.segmentation.detectors import OUR_PELVIS
from imu.simulation import Runner, Stand, Walk, realistic, simulate

RATE_HZ = 200.0
SHANK = [one.name for one in DETECTORS.values() if one.place == "shank"]
WITHOUT_GYROSCOPE = [name for name in SHANK if not DETECTORS[name].needs_gyroscope]
PUBLISHED = [name for name in DETECTORS if not name.startswith("midstance")]

every_detector = pytest.mark.parametrize("name", DETECTORS)


def recording_of(name, sensors, *, gyroscope=True):
    """Only the pod that the detector reads."""
    place = "pelvis" if DETECTORS[name].place == "pelvis" else "shank_left"
    acc, gyr = sensors[place]
    return imu.Recording.from_arrays(rate_hz=RATE_HZ, **{place: (acc, gyr if gyroscope else None)})


def arrays_of(recording):
    return {place: (pod.acc_mps2, pod.gyr_radps) for place, pod in recording.sensors.items()}


def analysed(name, recording):
    return imu.analyse(recording, **{DETECTORS[name].place: name})


def candidates(name, recording):
    pod = next(iter(worn_pods.worn(recording).values()))
    return DETECTORS[name].candidates(pod, rate_hz=RATE_HZ)


@pytest.fixture(scope="module")
def other_gaits():
    """Arrays of pods that stood, and of pods that walked."""
    runs = {"standing": (Stand(6.0),), "walking": (Stand(3.0), Walk(15.0))}
    return {
        gait: arrays_of(
            simulate(Runner(), script, seed=4, pods=realistic(4), rate_hz=RATE_HZ).recording()
        )
        for gait, script in runs.items()
    }


SHARE_FOUND = {"whelan2015": 0.7}
"""Whose text and figure disagree about which maximum is meant: one stride in four is a miss on the
virtual runner, and 1 in 40 in Bach 2022. That is the published rule, not ours to mend."""


def test_at_least_six_published_detectors_stand_beside_ours():
    assert len([name for name in PUBLISHED if DETECTORS[name].place == "shank"]) >= 6
    assert len([name for name in PUBLISHED if DETECTORS[name].place == "pelvis"]) >= 5
    for name, one in DETECTORS.items():
        assert name == one.name
        assert one.source
        assert one.candidates.__doc__
    assert all(DETECTORS[name].source[-4:].isdigit() for name in PUBLISHED)


@every_detector
def test_nearly_every_stride_is_found_near_its_contact(name, easy_recording, easy_simulation):
    truth = easy_simulation.truth
    found = candidates(name, recording_of(name, arrays_of(easy_recording)))
    own = (truth.side == "left") | (DETECTORS[name].place == "pelvis")
    true_s = truth.initial_contact_s[own & (truth.initial_contact_s > 14.0)][:-3]
    contact_s = found.initial_contact[np.isfinite(found.initial_contact)] / RATE_HZ
    away_s = np.abs(contact_s[:, None] - true_s).min(axis=0)
    assert np.mean(away_s < 0.1) > SHARE_FOUND.get(name, 0.97)
    usual = np.median(np.diff(true_s))
    assert np.abs(np.median(np.diff(contact_s)) - usual) < 0.01


@every_detector
def test_candidates_are_rows_of_floats_in_order(name, easy_recording):
    found = candidates(name, recording_of(name, arrays_of(easy_recording)))
    columns = (found.initial_contact, found.toe_off, found.contact_difference_s, found.stride_s)
    assert {column.shape for column in columns} == {(len(found.initial_contact),)}
    assert {column.dtype for column in columns} == {np.dtype(np.float64)}
    known = found.initial_contact[np.isfinite(found.initial_contact)]
    assert (np.diff(known) > 0).all()
    assert np.isfinite(found.stride_s).all()
    down = (found.toe_off - found.initial_contact) / RATE_HZ
    assert 0.1 < np.nanmedian(down) < 0.45


@every_detector
def test_analyse_runs_with_it_and_says_so(name, easy_recording):
    result = analysed(name, recording_of(name, arrays_of(easy_recording)))
    place = DETECTORS[name].place
    assert result.parameters[place] == name
    # of 144 steps; benson2019 sees 103 of them, as on real sacra: 0.74 of Alcantara 2022
    assert len(result.stances) > (60 if place == "shank" else 100)


def test_a_swing_that_never_falls_through_zero_has_no_contact_and_raises_nothing(easy_recording):
    """The first samples are level, as before a pod was heard, and each swing dies away late."""
    segment = worn_pods.worn(easy_recording)["shank_left"]
    n, stride = len(segment.valid), 140
    swing = 10.0 * np.cos(np.pi / 2 * (np.arange(n) % stride) / stride)
    swing[: 3 * stride] = 0.0
    gyr = segment.gyr_radps.copy()
    gyr[:, LEFT] = -swing
    found = DETECTORS["fadillioglu2020"].candidates(
        replace(segment, gyr_radps=gyr), rate_hz=RATE_HZ
    )
    assert len(found.initial_contact) > 50
    assert np.isnan(found.initial_contact).all()


def test_the_constants_of_every_part_are_kept_with_the_results(easy_analysis):
    kept = easy_analysis.parameters
    assert kept["calibration.rise"] == event_offsets.RISE
    assert {"gait.duty_factor", "pelvis.lightest_bw", "shank.fine_hz", "motion.still_mps2"} < {
        *kept
    }


@every_detector
@pytest.mark.parametrize("gait", ["standing", "walking"])
def test_other_gaits_give_no_stance(name, gait, other_gaits):
    result = analysed(name, recording_of(name, other_gaits[gait]))
    assert len(result.stances) == 0


@every_detector
@pytest.mark.parametrize("samples", [2, 30, 150])
def test_a_scrap_of_a_run_does_not_upset_it(name, samples, easy_recording):
    sensors = {
        place: (acc[4000 : 4000 + samples], gyr[4000 : 4000 + samples])
        for place, (acc, gyr) in arrays_of(easy_recording).items()
    }
    assert len(analysed(name, recording_of(name, sensors)).stances) == 0


@every_detector
@pytest.mark.parametrize("kind", ["noise", "spikes", "square"])
def test_nonsense_does_not_upset_it(name, kind):
    rng = np.random.default_rng(7)
    acc = np.array([0.0, 0.0, 9.8]) + rng.normal(0, 0.3, (2000, 3))
    gyr = rng.normal(0, 0.1, (2000, 3))
    if kind == "noise":
        acc, gyr = acc + rng.normal(0, 20, acc.shape), gyr + rng.normal(0, 8, gyr.shape)
    if kind == "spikes":
        acc[::97], gyr[::89] = 150.0, -30.0
    if kind == "square":
        wave = np.sign(np.sin(2 * np.pi * 1.4 * np.arange(2000) / RATE_HZ))[:, None]
        acc, gyr = acc + 30 * wave, gyr + 9 * wave
    sensors = {"pelvis": (acc, gyr), "shank_left": (acc, gyr)}
    found = candidates(name, recording_of(name, sensors))
    assert np.isfinite(found.stride_s).all()
    analysed(name, recording_of(name, sensors))


@pytest.mark.parametrize("name", SHANK)
def test_without_a_gyroscope_it_works_or_finds_nothing(name, easy_recording):
    recording = recording_of(name, arrays_of(easy_recording), gyroscope=False)
    found = len(analysed(name, recording).stances)
    least = 60 * SHARE_FOUND.get(name, 1.0) ** 2  # both edges of a stride must be right
    assert found == 0 if DETECTORS[name].needs_gyroscope else found > least


@pytest.mark.parametrize(("place", "name"), [("shank", "lee2010"), ("pelvis", "mine")])
def test_an_unknown_detector_is_a_sentence(place, name, easy_recording):
    with pytest.raises(ValueError, match=rf"no {place} detector is called '{name}'; give one of"):
        imu.analyse(easy_recording, **{place: name})


@pytest.fixture(scope="module")
def bach_scores(reference):
    """Every detector that needs no gyroscope on the running trials, pooled."""
    scores = {}
    for name in WITHOUT_GYROSCOPE:
        trials = []
        for number in reference.BACH_RUNNING:
            trial = reference.bach(number)
            recording = imu.Recording.from_arrays(
                rate_hz=trial.rate_hz, acc_range_mps2=trial.acc_range_mps2, **trial.sensors
            )
            events = imu.analyse(recording, shank=name).stances.events
            trials.append(reference.score(trial, events.initial_contact_s, events.toe_off_s))
        scores[name] = {event: reference.pool(t[event] for t in trials) for event in trials[0]}
    return scores


FLOORS = {  # recall, standard deviation of initial contact in s: as measured, with a little room
    "midstance_shank": (0.99, 0.0030),
    "mercer2003": (0.99, 0.0060),
    "purcell2006": (0.85, 0.0080),
    "sinclair2013": (0.55, 0.0060),
    "whelan2015": (0.90, 0.0100),
    "aubol2020": (0.90, 0.0130),
}


@pytest.mark.parametrize("name", WITHOUT_GYROSCOPE)
def test_detectors_on_force_plates(name, bach_scores):
    contact = bach_scores[name]["initial_contact"]
    recall, sd_s = FLOORS[name]
    assert contact.recall >= recall
    assert contact.precision >= 0.9
    assert contact.sd_s <= sd_s


def test_ours_is_the_most_exact_on_force_plates(bach_scores):
    ours = bach_scores["midstance_shank"]
    for name, theirs in bach_scores.items():
        if name == "midstance_shank":
            continue
        assert ours["initial_contact"].recall >= theirs["initial_contact"].recall
        assert ours["initial_contact"].rmse_s < theirs["initial_contact"].rmse_unbiased_s
        if DETECTORS[name].times_toe_off:
            assert ours["toe_off"].rmse_s < theirs["toe_off"].rmse_unbiased_s


def test_a_pelvis_worn_the_wrong_way_round_loses_only_the_second_estimate(easy_recording):
    segment = worn_pods.worn(easy_recording)["pelvis"]
    back_to_front = replace(segment, acc_mps2=segment.acc_mps2 * [-1.0, -1.0, 1.0])
    right, wrong = (
        DETECTORS[OUR_PELVIS].candidates(one, rate_hz=RATE_HZ) for one in (segment, back_to_front)
    )
    np.testing.assert_allclose(wrong.initial_contact, right.initial_contact)
    apart_s = np.abs(wrong.toe_off - right.toe_off) / RATE_HZ
    assert np.nanmax(apart_s) <= event_offsets.PELVIS_TOE_OFF_DIFFERENCE_S + 1e-9
    assert np.nanmedian(apart_s) > 0.001
