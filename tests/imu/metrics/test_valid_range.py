"""What no running stance has is left out, told in words and counted; nothing else is touched."""

from dataclasses import replace

import numpy as np
import pytest

import imu
from imu import simulation
from imu.frames import SIDES
from imu.metrics import METRICS
from imu.metrics.valid_range import (
    COUNT,
    beyond_valid_range,
    count_implausible,
    within_valid_range,
)
from imu.quality.stance_reasons import IMPLAUSIBLE, in_words

NAN = np.nan


def inside(name, count):
    low, high = METRICS[name].valid_range
    return np.linspace(low, high, count)


def left_out(metrics, other=None):
    """Return the metrics within their ranges, the words, how many were left out, and per metric."""
    implausible = beyond_valid_range(metrics)
    beyond = [np.isfinite(values) for values in implausible.values()]
    count = np.sum([np.zeros(len(next(iter(metrics.values())))), *beyond], axis=0)
    words = in_words({**(other or {}), IMPLAUSIBLE: count > 0}, implausible)
    return within_valid_range(metrics, implausible), words, count, count_implausible(implausible)


def test_the_ends_of_a_range_belong_to_it():
    metrics = {name: inside(name, 5) for name in METRICS}
    kept, words, count, _ = left_out(metrics)
    for name, values in metrics.items():
        np.testing.assert_array_equal(kept[name], values)
    assert not count.any()
    assert (words == "").all()


def test_what_is_beyond_is_unknown_and_the_words_keep_name_value_and_range():
    metrics = {
        "pelvic_tilt_range_deg": np.array([7.0, 124.83, NAN]),
        "duty_factor_pct": np.array([12.5, 60.0, 30.0]),
    }
    kept, words, count, found = left_out(metrics, {"end_of_bout": np.array([False, True, False])})
    np.testing.assert_array_equal(kept["pelvic_tilt_range_deg"], [7.0, NAN, NAN])
    np.testing.assert_array_equal(kept["duty_factor_pct"], [NAN, NAN, 30.0])
    assert words.tolist() == [
        "duty_factor_pct 12.5 implausible, outside 15 to 54 %",
        "end of a bout of running; pelvic_tilt_range_deg 124.8 implausible, outside 0 to 25 °; "
        "duty_factor_pct 60 implausible, outside 15 to 54 %",
        "",
    ]
    assert count.tolist() == [1, 2, 0]
    assert found == {"pelvic_tilt_range_deg": 1, "duty_factor_pct": 2}


@pytest.mark.parametrize("name", METRICS)
def test_every_metric_has_its_own_range(name):
    low, high = METRICS[name].valid_range
    reach = high - low
    values = np.array([low - 0.01 * reach, (low + high) / 2, high + 0.01 * reach])
    kept, words, count, _ = left_out({name: values})
    np.testing.assert_array_equal(np.isnan(kept[name]), [True, False, True])
    np.testing.assert_array_equal([f"{name} " in said for said in words], [True, False, True])
    assert count.tolist() == [1, 0, 1]


def test_nothing_given_is_nothing_found():
    kept, words, count, found = left_out({name: np.empty(0) for name in METRICS})
    assert all(len(values) == 0 for values in kept.values())
    assert len(words) == len(count) == 0
    assert found == {}


def knocked(recording, at_s):
    """The pelvis pod, whose range nobody knows, is hit hard at these times."""
    pod = recording.sensors["pelvis"]
    acc = pod.acc_mps2.copy()
    acc[np.round(at_s * recording.rate_hz).astype(int)] += 2000.0
    pod = replace(pod, acc_mps2=acc, acc_range_mps2=None)
    return replace(recording, sensors={**recording.sensors, "pelvis": pod})


@pytest.mark.parametrize(("every", "said"), [(40, False), (8, True)])
def test_a_session_counts_them_and_complains_when_they_are_many(
    every, said, easy_recording, easy_analysis
):
    at_s = easy_analysis.stances.events.initial_contact_s[5::every] + 0.04
    result = imu.analyse(knocked(easy_recording, at_s))
    table, quality = result.stances, result.quality
    count = table.quality[COUNT]
    assert count.any()
    assert sum(quality.implausible.values()) == count.sum()
    left_out_in_words = [" implausible, " in text for text in table.quality["quality"]]
    np.testing.assert_array_equal(left_out_in_words, count > 0)
    name = "pelvis_impact_mps2"
    words = np.array([f"{name} " in text for text in table.quality["quality"]])
    assert words.sum() == quality.implausible[name]
    assert np.isnan(table.metrics[name][words]).all()
    reasons = [r for r in quality.reasons if r.startswith(f"{METRICS[name].label}: implausible")]
    assert len(reasons) == said


@pytest.mark.parametrize("speed_mps", [2.0, 4.0, 6.0])
def test_no_stance_of_real_speeds_strikes_and_slopes_is_touched(speed_mps):
    runner = simulation.someone(5)
    forefoot = {side: replace(getattr(runner, side), impact_delay_s=0.062) for side in SIDES}
    runs = [simulation.Run(6.0, speed_mps=speed_mps, grade_pct=grade) for grade in (0, 8, -8)]
    for person in (runner, replace(runner, **forefoot)):
        run = simulation.simulate(
            person, (simulation.Stand(8.0), *runs), seed=5, pods=simulation.realistic(5)
        )
        result = imu.analyse(run.recording())
        assert len(result.stances) > 40
        assert result.quality.implausible == {}
