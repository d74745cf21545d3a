"""Promises that hold for every metric, present and future."""

import numpy as np
import pytest

import imu
from imu.metrics import METRICS
from imu.metrics.registry import metric
from imu.units import UNITS, unit_of


@pytest.mark.parametrize("name", METRICS)
class TestEveryMetric:
    def test_is_declared_in_full(self, name):
        declared = METRICS[name]
        assert declared.doc.splitlines()[0].endswith((".", ";", ",")) or declared.doc
        assert declared.unit is UNITS[name.rpartition("_")[2]]
        assert declared.cite
        assert declared.typical_error > 0

    def test_is_finite_for_nearly_every_stance(self, name, easy_analysis):
        values = easy_analysis.stances.metrics[name]
        assert values.shape == (len(easy_analysis.stances),)
        assert np.isfinite(values).mean() > 0.9

    def test_of_no_stances_is_empty(self, name):
        still = np.random.default_rng(1).normal([0, 0, 9.81], 0.05, (1000, 3))
        result = imu.analyse(imu.Recording.from_arrays(rate_hz=200.0, pelvis=(still, still / 99)))
        assert result.stances.metrics[name].shape == (0,)


def test_a_metric_without_a_definition_fails_at_import():
    def nameless_s(s):
        return s.start

    with pytest.raises(ValueError, match="needs a docstring"):
        metric(
            "Nameless",
            theme="timing",
            evidence="hypothesis",
            needs=(),
            cite="none",
            typical_error=1.0,
        )(nameless_s)


def test_a_metric_without_a_unit_fails_at_import():
    def nameless(s):
        """Something."""
        return s.start

    with pytest.raises(ValueError, match="unit suffix"):
        metric(
            "Nameless",
            theme="timing",
            evidence="hypothesis",
            needs=(),
            cite="none",
            typical_error=1.0,
        )(nameless)


def test_units_read_as_people_write_them():
    assert unit_of("peak_tibial_axial_mps2").symbol == "m/s²"
    assert unit_of("pelvic_drop_rate_radps").shown == "°/s"
    with pytest.raises(ValueError, match="does not end in a unit suffix"):
        unit_of("knees")
