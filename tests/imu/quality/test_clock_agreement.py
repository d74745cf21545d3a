"""Clocks that do not agree are named pod by pod, and what needs them together is left out."""

from dataclasses import replace

import numpy as np
import pytest

import imu
from imu.frames import PLACEMENTS
from imu.metrics import METRICS
from imu.quality import clock_agreement
from imu.quality.faults import faults_in, moved_by
from imu.quality.stance_reasons import REASONS
from imu.simulation import Run, Runner, Stand, anyone, realistic, simulate, someone

RATE_HZ = 200.0
SHANKS = ("shank_left", "shank_right")
DISAGREE = "clocks agree"


def late(recording, place, off_s):
    """Return a recording in which one pod stamps later, or earlier, than it took its samples."""
    pod, by = recording.sensors[place], round(off_s * recording.rate_hz)

    def moved(x, fill):
        out = np.full_like(x, fill)
        to, from_ = (slice(by, None), slice(None, -by)) if by > 0 else (slice(by), slice(-by, None))
        out[to] = x[from_]
        return out

    moved_pod = replace(
        pod,
        acc_mps2=moved(pod.acc_mps2, np.nan),
        gyr_radps=None if pod.gyr_radps is None else moved(pod.gyr_radps, np.nan),
        valid=moved(pod.valid, False),
    )
    return replace(recording, sensors={**recording.sensors, place: moved_pod})


def without(recording, place):
    sensors = {p: pod for p, pod in recording.sensors.items() if p != place}
    return replace(recording, sensors=sensors)


def said(recording):
    return [r for r in imu.analyse(recording).quality.reasons if DISAGREE in r and "stamps" in r]


def said_of_two(recording):
    reasons = imu.analyse(recording).quality.reasons
    return [r for r in reasons if r.startswith("the two shank pods do not agree")]


def ran(runner, pods, *, seed, run_s=30.0):
    return simulate(runner, (Stand(6.0), Run(run_s)), seed=seed, pods=pods).recording()


@pytest.fixture(scope="module")
def people():
    """One of a family each, on seeds on which nothing was chosen."""
    runner, pods = anyone(3102)
    return {
        "someone": ran(someone(3101), realistic(3101), seed=3101),
        "anyone": ran(runner, pods, seed=3102),
    }


@pytest.mark.parametrize("family", ["someone", "anyone"])
def test_clocks_that_agree_are_not_spoken_of(family, people):
    result = imu.analyse(people[family])
    assert not [r for r in result.quality.reasons if DISAGREE in r]
    assert not said_of_two(without(people[family], "pelvis"))
    residual_s = result.clocks.residual_s
    assert set(residual_s) == {("pelvis", place) for place in SHANKS} | {SHANKS}
    assert all(np.abs(values).max() < 0.04 for values in residual_s.values())


@pytest.mark.parametrize("family", ["someone", "anyone"])
@pytest.mark.parametrize(("place", "off_s"), [("shank_left", 0.03), ("shank_right", 0.36)])
def test_one_late_shank_is_named_by_the_pelvis(family, place, off_s, people):
    reasons = said(late(people[family], place, off_s))
    assert len(reasons) == 1
    name = f"the {place.removeprefix('shank_')} shank pod stamps "
    assert reasons[0].startswith(name)
    said_ms = float(reasons[0].removeprefix(name).split()[0])
    assert abs(said_ms - 1000 * off_s) < 25
    assert " ms later than the other pods" in reasons[0]


def test_a_force_from_both_legs_is_left_out_where_one_of_their_clocks_is_off(people):
    stances = imu.analyse(late(people["someone"], "shank_left", 0.1)).stances
    assert np.isnan(stances.metrics["active_peak_force_bw"]).all()
    whole = imu.analyse(people["someone"]).stances
    assert np.isfinite(whole.metrics["active_peak_force_bw"]).mean() > 0.9


@pytest.mark.parametrize("off_s", [0.06, 0.13])
def test_without_a_pelvis_two_shanks_are_said_to_disagree(off_s, people):
    pods = late(without(people["someone"], "pelvis"), "shank_left", off_s)
    reason = said_of_two(pods)[0]
    assert "or she steps that unevenly" in reason
    assert abs(float(reason.split(" by ")[1].split()[0]) - 1000 * off_s) < 10


def test_a_shank_that_is_late_by_a_whole_stride_is_named(people):
    stride_s = float(np.nanmedian(imu.analyse(people["someone"]).stances.metrics["stride_time_s"]))
    reasons = said(late(people["someone"], "shank_right", stride_s))
    assert len(reasons) == 1
    assert reasons[0].startswith("the right shank pod stamps")


@pytest.mark.parametrize("off_s", [0.052, -0.07, 0.16])
def test_a_pelvis_pod_whose_clock_is_off_is_named(off_s, easy_recording):
    reasons = said(late(easy_recording, "pelvis", off_s))
    when = "later" if off_s > 0 else "earlier"
    assert len(reasons) == 1
    assert reasons[0].startswith("the pelvis pod stamps")
    assert f"ms {when} than the other pods" in reasons[0]


@pytest.mark.parametrize("off_s", [0.36, -0.36])
def test_a_pelvis_pod_a_step_late_is_not_taken_for_one_seen_in_a_mirror(off_s, easy_recording):
    """Its roll is then that of the other leg, as where its acceleration has the other sign."""
    foreign = replace(late(easy_recording, "pelvis", off_s), signs_known=False)
    assert said(foreign)
    assert not imu.analyse(foreign).quality.blocking_problem


def test_three_pods_each_from_its_own_zero_are_all_named(easy_recording):
    pods = late(late(easy_recording, "shank_left", 0.08), "shank_right", -0.09)
    reasons = said(pods)
    assert [r.split(" pod stamps")[0] for r in reasons] == ["the left shank", "the right shank"]
    assert "later than the pelvis pod" in reasons[0]
    assert "earlier than the pelvis pod" in reasons[1]


def test_one_shank_and_the_pelvis_are_said_to_disagree(easy_recording):
    pods = late(without(easy_recording, "shank_right"), "shank_left", 0.08)
    reasons = imu.analyse(pods).quality.reasons
    assert [r for r in reasons if r.startswith("the pelvis and left shank pods do not agree by")]


def test_a_runner_who_limps_is_not_a_clock(easy_recording):
    runner = replace(Runner(), left_step_share=0.53)
    assert not said(ran(runner, realistic(4), seed=4))


@pytest.mark.parametrize("place", SHANKS)
def test_what_needs_a_late_shank_and_another_is_left_out_and_the_pod_named(place, easy_recording):
    result = imu.analyse(late(easy_recording, place, 0.08))
    table, own = result.stances, result.stances.events.side == place.removeprefix("shank_")
    for name, metric in METRICS.items():
        known, values = np.isfinite(metric.legs_sync_s), table.metrics[name]
        assert not (np.isfinite(metric.sync_s) and np.isfinite(values[own]).any()), name
        assert not (known and np.isfinite(values).any()), name
    assert np.isfinite(table.metrics["contact_time_s"][own]).mean() > 0.9
    assert np.isfinite(table.metrics["pelvic_drop_deg"][~own]).mean() > 0.9
    words = table.quality["quality"]
    assert (np.char.find(words, REASONS[f"clock_of_{place}"]) >= 0).all()


def test_a_late_pod_is_a_fault_that_takes_out_of_comparisons_what_it_touches(easy_recording):
    faults = faults_in("; ".join(said(late(easy_recording, "shank_left", 0.08))))
    assert moved_by(METRICS["pelvic_drop_deg"], faults).tolist() == [True, False]
    assert moved_by(METRICS["contact_time_s"], faults).tolist() == [False, False]


def test_one_shank_and_a_pelvis_that_disagree_are_a_fault(easy_recording):
    two = late(without(easy_recording, "shank_right"), "shank_left", 0.08)
    faults = faults_in("; ".join(imu.analyse(two).quality.reasons))
    assert moved_by(METRICS["pelvic_drop_deg"], faults).tolist() == [True, False]


def test_a_pod_whose_clock_jumps_is_left_out_from_then_on(easy_recording):
    runner = simulate(Runner(), (Stand(6.0), Run(174.0)), seed=1, pods=realistic(1)).recording()
    moved = late(runner, "shank_left", 0.1).sensors["shank_left"]
    pod, later = runner.sensors["shank_left"], np.arange(len(moved.valid)) >= 120 * RATE_HZ
    jumped = replace(
        pod,
        acc_mps2=np.where(later[:, None], moved.acc_mps2, pod.acc_mps2),
        gyr_radps=np.where(later[:, None], moved.gyr_radps, pod.gyr_radps),
    )
    result = imu.analyse(replace(runner, sensors={**runner.sensors, "shank_left": jumped}))
    reasons = [r for r in result.quality.reasons if DISAGREE in r]
    assert len(reasons) == 1
    assert "the left shank pod stamps" in reasons[0]
    assert "in 1 of 3 minutes" in reasons[0]
    events = result.stances.events
    left, drop = events.side == "left", np.isfinite(result.stances.metrics["pelvic_drop_deg"])
    assert drop[left & (events.initial_contact_s < 118)].mean() > 0.9
    assert not drop[left & (events.initial_contact_s > 122)].any()


def test_a_pod_alone_or_a_run_too_short_says_nothing(easy_recording):
    alone = without(without(easy_recording, "pelvis"), "shank_right")
    assert not imu.analyse(alone).clocks.sentences
    short = ran(Runner(), realistic(2), seed=2, run_s=5.0)
    assert not imu.analyse(late(short, "shank_left", 0.08)).clocks.sentences


def test_real_running_with_three_pods_shows_one_clock(reference):
    trial = reference.dorschky(60)
    result = imu.analyse(imu.Recording.from_arrays(rate_hz=trial.rate_hz, **trial.sensors))
    assert set(trial.sensors) == set(PLACEMENTS)
    assert not result.clocks.sentences


@pytest.mark.parametrize(("place", "off_s"), [("shank_left", 0.03), ("shank_right", 0.13)])
def test_real_running_with_a_late_pod_names_it(place, off_s, reference):
    trial = reference.dorschky(40)
    recording = imu.Recording.from_arrays(rate_hz=trial.rate_hz, **trial.sensors)
    reasons = said(late(recording, place, off_s))
    assert [r.split(" pod stamps")[0] for r in reasons] == [
        f"the {place.removeprefix('shank_')} shank"
    ]


def test_an_averaged_stride_does_not_tell_which_shank_is_a_step_late(reference):
    """Each of its steps takes the same time, so nothing says which two belong together."""
    trial = reference.dorschky(40)
    recording = imu.Recording.from_arrays(rate_hz=trial.rate_hz, **trial.sensors)
    sentences = imu.analyse(late(recording, "shank_left", 0.36)).clocks.sentences
    assert len(sentences) == 1
    assert sentences[0].startswith(clock_agreement.NOT_KNOWN_WHICH)
