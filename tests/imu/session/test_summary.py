"""A session in numbers: counts and sums made by hand, then a whole virtual run."""

from dataclasses import replace

import numpy as np
import pytest

import imu
from imu.frames import GRAVITY_MPS2
from imu.metrics import METRICS
from imu.sensors import column
from imu.session.impacts import PEAK, dose, impact_counts
from imu.session.summary import MEASURES, TOGETHER, summarise
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
        assert set(found.drift.names) == set(METRICS)
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
        assert np.isnan(found.drift.change).all()

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
        assert np.isnan(found.drift.change).all()
        assert found.impacts_per_g.sum() == 0
        assert all(np.isnan(value) for value in found.together.values())
        assert len(found.reasons) == 5


class TestTravel:
    """Two legs at 3 m/s and then at 4, the right one unknown in its last stride."""

    speed = np.array([3.0, 3.0, 3.0, 3.0, 4.0, 4.0, 4.0, np.nan])
    side = np.tile(["left", "right"], 4)
    stride_s = np.full(8, 0.7)
    peaks = 10 * G * np.arange(1.0, 9.0)

    def table(self, easy_analysis, **metrics):
        """Return a table of eight stances that holds these metrics, and none else."""
        table = easy_analysis.stances
        given = {"speed_mps": self.speed, "stride_time_s": self.stride_s, PEAK: self.peaks}
        given |= metrics
        return replace(
            table,
            events=replace(
                table.events,
                **{name: value[:8] for name, value in vars(table.events).items()}
                | {"side": self.side},
            ),
            metrics={name: given.get(name, np.full(8, np.nan)) for name in METRICS},
            quality={name: value[:8] for name, value in table.quality.items()},
        )

    def test_the_distance_is_the_mean_of_both_legs_and_makes_nothing_up(self, easy_analysis):
        both = summarise(self.table(easy_analysis)).together
        left, right = 0.7 * (3 + 3 + 4 + 4), 0.7 * (3 + 3 + 4)
        assert both["distance_m"] == pytest.approx((left + right) / 2)
        assert both["speed_mps"] == 3.0
        assert both["speed_known_pct"] == pytest.approx(100 * 7 / 8)

    def test_one_leg_alone_goes_as_far(self, easy_analysis):
        alone = np.where(self.side == "left", self.speed, np.nan)
        both = summarise(self.table(easy_analysis, speed_mps=alone)).together
        assert both["distance_m"] == pytest.approx(0.7 * 14)
        assert both["speed_known_pct"] == 100.0

    def test_impacts_are_told_apart_by_speed(self, easy_analysis):
        values = summarise(self.table(easy_analysis)).values
        bands = {
            name: values[f"impact_dose_{name}_mps_count"]
            for name in ("below_2_5", "2_5_to_3_0", "3_0_to_3_5", "3_5_to_4_0", "from_4_0")
        }
        np.testing.assert_allclose(bands["3_0_to_3_5"], [1 + 3, 2 + 4])
        np.testing.assert_allclose(bands["from_4_0"], [5 + 7, 6])
        for name in ("below_2_5", "2_5_to_3_0", "3_5_to_4_0"):
            np.testing.assert_array_equal(bands[name], [0.0, 0.0])
        per_km = values["impact_dose_per_km_count"]
        np.testing.assert_allclose(per_km, [1000 * 16 / (0.7 * 14), 1000 * 12 / (0.7 * 10)])

    def test_a_hidden_impact_leaves_the_dose_of_every_band_unknown(self, easy_analysis):
        peaks = np.where(np.arange(8) == 0, np.nan, self.peaks)
        values = summarise(self.table(easy_analysis, **{PEAK: peaks})).values
        for name in values:
            if name.startswith("impact_dose"):
                assert np.isnan(values[name][0])
                assert np.isfinite(values[name][1])

    def test_the_legs_are_as_stiff_as_the_formula_says(self, easy_analysis):
        """Morin 2005: Kleg = Fmax / dL, dL = L - sqrt(L² - (v tc / 2)²) + dy."""
        contact_s, flight_s, mass_kg, leg_m, speed_mps = 0.25, 0.1, 70.0, 0.92, 3.0
        force_n = mass_kg * G * np.pi / 2 * (flight_s / contact_s + 1)
        lowered_m = force_n * contact_s**2 / (mass_kg * np.pi**2) - G * contact_s**2 / 8
        shortened_m = leg_m - np.sqrt(leg_m**2 - (speed_mps * contact_s / 2) ** 2) + lowered_m
        table = self.table(
            easy_analysis,
            speed_mps=np.full(8, speed_mps),
            contact_time_s=np.full(8, contact_s),
            flight_time_s=np.full(8, flight_s),
        )
        found = summarise(table, leg_length_m=leg_m)
        expected = force_n / shortened_m / (mass_kg * G)
        assert found.together["leg_stiffness_bwpm"] == pytest.approx(expected, rel=1e-6)
        assert not any("leg stiffness" in words for words in found.reasons)

    def test_what_is_not_known_of_the_runner_is_said(self, easy_analysis):
        found = summarise(self.table(easy_analysis))
        assert np.isnan(found.together["leg_stiffness_bwpm"])
        assert "the body height is not known, so no leg stiffness" in found.reasons

    def test_everything_of_both_legs_is_declared(self, easy_analysis):
        assert set(easy_analysis.summary.together) == {*TOGETHER, "speed_mps"}
        for measure in TOGETHER.values():
            assert measure.unit is unit_of(measure.name)
            assert measure.doc
            assert measure.cite


def test_a_virtual_run_goes_as_far_as_she_went(easy_analysis, easy_simulation):
    course, at_s = easy_simulation.course, easy_analysis.stances.events.initial_contact_s
    went_m = float(np.diff(course.path_m(at_s[[0, -1]]))[0])
    assert easy_analysis.summary.together["distance_m"] == pytest.approx(went_m, rel=0.1)
