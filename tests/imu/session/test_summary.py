"""A session in numbers: counts and sums made by hand, then a whole virtual run."""

from dataclasses import replace

import numpy as np
import pytest

import imu
from imu import simulation
from imu.frames import GRAVITY_MPS2
from imu.metrics import METRICS
from imu.sensors import column
from imu.session.impacts import PEAK, dose, impact_counts
from imu.session.summary import MEASURES, summarise
from imu.simulation import Run, Runner, Stand
from imu.units import unit_of

G = GRAVITY_MPS2
NOT = np.zeros(4, bool)


class TestDose:
    peaks = G * np.array([5.0, 10.0, 20.0, 10.0])

    def test_counts_impacts_in_equivalents_of_ten_g(self):
        assert dose(self.peaks, NOT, power=1) == pytest.approx(0.5 + 1 + 2 + 1)
        assert dose(self.peaks, NOT, power=4) == pytest.approx(1 / 16 + 1 + 16 + 1)

    def test_another_reference_counts_otherwise(self):
        assert dose(self.peaks, NOT, power=1, reference_mps2=5 * G) == pytest.approx(9.0)

    def test_a_clipped_peak_or_many_missing_leave_it_unknown(self):
        assert np.isnan(dose(self.peaks, np.array([False, True, False, False]), power=1))
        assert np.isnan(dose(np.append(self.peaks, np.nan), np.append(NOT, False), power=1))
        many = np.append(np.tile(self.peaks, 10), np.nan)
        assert dose(many, np.zeros(41, bool), power=1) == pytest.approx(45.0)
        assert np.isnan(dose(np.empty(0), np.empty(0, bool), power=1))


def test_impacts_are_counted_by_whole_g_and_the_last_bin_is_open():
    counts = impact_counts(G * np.array([0.5, 7.01, 7.99, 24.99, 25.01, 80.0, np.nan]))
    assert counts.sum() == 6
    assert {g: int(n) for g, n in enumerate(counts) if n} == {0: 1, 7: 2, 24: 1, 25: 2}


class TestSession:
    def test_medians_and_their_difference_are_those_of_the_stances(self, easy_analysis):
        table, found = easy_analysis.stances, easy_analysis.summary
        left = table.events.side == "left"
        for name, values in table.metrics.items():
            expected = [np.nanmedian(values[left]), np.nanmedian(values[~left])]
            np.testing.assert_allclose(found.values[name], expected)
            assert found.left_minus_right[name] == pytest.approx(expected[0] - expected[1])

    def test_everything_declared_is_there_with_a_unit(self, easy_analysis):
        found = easy_analysis.summary
        assert set(found.values) == {*MEASURES, *METRICS}
        assert set(found.drift_per_min) == set(METRICS)
        for name, measure in MEASURES.items():
            assert measure.unit is unit_of(name)
            assert measure.doc
            assert measure.equation
            assert measure.cite

    def test_impacts_add_up(self, easy_analysis):
        found, side = easy_analysis.summary, easy_analysis.stances.events.side
        assert found.impacts_per_g.sum(axis=1).tolist() == [
            int(np.sum(side == s)) for s in ("left", "right")
        ]
        np.testing.assert_array_equal(found.values["impacts_known_pct"], [100.0, 100.0])

    def test_variability_is_that_of_the_runner(self, easy_analysis, easy_simulation):
        truth = easy_simulation.truth
        for j, side in enumerate(("left", "right")):
            strides = truth.metrics["stride_time_s"][truth.side == side]
            known = strides[np.isfinite(strides)]
            line = np.polyval(np.polyfit(np.arange(len(known)), known, 1), np.arange(len(known)))
            expected = 100 * np.std(known - line, ddof=2) / known.mean()
            found = easy_analysis.summary.values["stride_time_cv_pct"][j]
            assert found == pytest.approx(expected, abs=0.1)

    def test_a_short_run_has_no_memory_and_no_drift(self, easy_analysis):
        found = easy_analysis.summary
        assert np.isnan(found.values["stride_time_alpha_index"]).all()
        assert np.isnan(found.drift_per_min["pelvic_tilt_deg"]).all()

    def test_clipped_impacts_are_named_and_never_lower_the_median(self, easy_analysis):
        table = easy_analysis.stances
        peaks, left = table.metrics[PEAK], table.events.side == "left"
        for share, hidden in ((0.3, False), (0.7, True)):
            clipped = left & (peaks > np.quantile(peaks[left], 1 - share))
            metrics = {**table.metrics, PEAK: np.where(clipped, np.nan, peaks)}
            found = summarise(
                replace(
                    table,
                    metrics=metrics,
                    quality={**table.quality, column("shank accelerometer"): clipped},
                )
            )
            assert np.isnan(found.values["impact_dose_linear_count"][0])
            assert np.isfinite(found.values["impact_dose_linear_count"][1])
            assert found.values["impacts_known_pct"][0] == pytest.approx(100 - 100 * share, abs=2)
            if hidden:
                assert np.isnan(found.values[PEAK][0])
                assert found.reasons[0].startswith("left: clipped in half of the stances or more")
            else:
                assert found.values[PEAK][0] == np.median(peaks[left])
                assert found.reasons == (
                    "left: impacts clipped or missing, so no impact dose",
                    "the body height is not known, so no leg stiffness",
                )

    def test_of_no_stances_is_unknown(self):
        still = np.random.default_rng(1).normal([0, 0, 9.81], 0.05, (1000, 3))
        found = imu.analyse(
            imu.Recording.from_arrays(rate_hz=200.0, pelvis=(still, still / 99))
        ).summary
        assert all(np.isnan(value).all() for value in found.values.values())
        assert all(np.isnan(value).all() for value in found.drift_per_min.values())
        assert found.impacts_per_g.sum() == 0
        assert all(np.isnan(value) for value in found.together.values())
        assert len(found.reasons) == 5


def test_a_runner_who_tires_drifts_by_what_was_put_in():
    run = simulation.simulate(
        Runner(),
        (
            Stand(10),
            Run(420, fatigue_per_min={"anterior_tilt_deg": 0.5, "shank_rotation_deg": 0.6}),
        ),
        seed=2,
        pods=simulation.clean(),
        rate_hz=100.0,
    )
    drift = imu.analyse(run.recording()).summary.drift_per_min
    np.testing.assert_allclose(drift["pelvic_tilt_deg"], 0.5, atol=0.1)
    np.testing.assert_allclose(drift["shank_internal_rotation_deg"], 0.6, atol=0.15)
    np.testing.assert_allclose(drift["pelvic_drop_deg"], 0.0, atol=0.06)
