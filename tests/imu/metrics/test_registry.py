"""Promises that hold for every metric, present and future."""

import re
from itertools import groupby

import numpy as np
import pytest

import imu
from imu.metrics import METRICS, THEMES
from imu.metrics.evidence import Meaning, Proof
from imu.metrics.registry import metric
from imu.units import UNITS, unit_of


@pytest.mark.parametrize("name", METRICS)
class TestEveryMetric:
    def test_is_declared_in_full(self, name):
        declared = METRICS[name]
        assert declared.doc[0].isupper()
        assert declared.doc.endswith(".")
        assert declared.unit is UNITS[name.rpartition("_")[2]]
        assert re.fullmatch(r"bias [+-]?[\d.]+, SD [\d.]+", declared.measured_error)

    def test_of_usual_running_is_within_its_valid_range(self, name, easy_analysis):
        low, high = METRICS[name].valid_range
        values = easy_analysis.stances.metrics[name]
        known = values[np.isfinite(values)]
        assert ((low <= known) & (known <= high)).all()

    def test_is_finite_for_nearly_every_stance(self, name, easy_analysis):
        values = easy_analysis.stances.metrics[name]
        assert values.shape == (len(easy_analysis.stances),)
        assert np.isfinite(values).mean() > 0.9

    def test_of_no_stances_is_empty(self, name):
        still = np.random.default_rng(1).normal([0, 0, 9.81], 0.05, (1000, 3))
        result = imu.analyse(imu.Recording.from_arrays(rate_hz=200.0, pelvis=(still, still / 99)))
        assert result.stances.metrics[name].shape == (0,)


COMPLETE = {
    "label": "Nameless",
    "theme": "timing",
    "equation": "tc / 2",
    "cite": "none",
    "measured": Proof("virtual runner only", "nobody"),
    "matters": Meaning("no study known", "nobody"),
    "needs": (),
    "valid_range": (0.0, 1.0),
    "measured_error": "bias 0.0, SD 0.1",
    "typical_error": 1.0,
}


def declare(formula, **changes):
    said = COMPLETE | changes
    return metric(said.pop("label"), **said)(formula)


def nameless_s(s):
    """Something."""
    return s.start


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"label": ""}, "label"),
        ({"theme": "feelings"}, "theme"),
        ({"equation": ""}, "equation"),
        ({"measured": Proof("proven elsewhere", "")}, "source of how it is measured"),
        ({"matters": Meaning("mixed", "")}, "source of how it matters"),
        ({"cite": ""}, "source"),
        ({"valid_range": (1.0, 1.0)}, "valid range"),
        ({"measured_error": ""}, "measured error"),
        ({"typical_error": 0.0}, "typical error"),
    ],
)
def test_a_metric_with_something_left_out_fails_at_import(change, words):
    with pytest.raises(ValueError, match=f"nameless_s needs a {words}; say it in @metric"):
        declare(nameless_s, **change)
    assert "nameless_s" not in METRICS


@pytest.mark.parametrize("argument", [name for name in COMPLETE if name != "label"])
def test_a_metric_with_an_argument_forgotten_fails_at_import(argument):
    said = {name: value for name, value in COMPLETE.items() if name not in ("label", argument)}
    with pytest.raises(TypeError, match=argument):
        metric("Nameless", **said)


def test_a_metric_without_a_definition_fails_at_import():
    def undocumented_s(s):
        return s.start

    with pytest.raises(ValueError, match="needs a docstring"):
        declare(undocumented_s)


def test_a_metric_without_a_unit_fails_at_import():
    def nameless(s):
        """Something."""
        return s.start

    with pytest.raises(ValueError, match="unit suffix"):
        declare(nameless)


def test_a_metric_is_not_declared_twice():
    def contact_time_s(s):
        """Something else."""
        return s.start

    with pytest.raises(ValueError, match="a new meaning needs a new name"):
        declare(contact_time_s)


def test_metrics_stand_together_by_theme():
    themes = [m.theme for m in METRICS.values()]
    assert [theme for theme, _ in groupby(themes)] == list(THEMES)


def test_units_read_as_people_write_them():
    assert unit_of("peak_tibial_axial_mps2").symbol == "m/s²"
    assert unit_of("pelvic_drop_rate_radps").shown == "°/s"
    with pytest.raises(ValueError, match="does not end in a unit suffix"):
        unit_of("knees")


@pytest.mark.parametrize("kind", [Proof, Meaning])
def test_a_tag_that_is_none_of_those_fails(kind):
    with pytest.raises(ValueError, match="'certain' is none of"):
        kind("certain", "somebody")
