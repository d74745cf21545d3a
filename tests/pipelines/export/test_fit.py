"""FIT as every reader that people use shows it."""

import numpy as np
import pytest
from watches.fit_readers import PACKAGES, PYTHON, by_node, node_packages

from pipelines.export.fit.activity import activity
from pipelines.export.fit.export import known_seconds
from pipelines.export.fit.fields import NATIVE
from pipelines.export.per_second import Seconds, unit
from pipelines.export.run import load

RESOLUTION = {
    "stance_time": ("contact_time_s", 1000, 0.1),
    "vertical_oscillation": ("vertical_oscillation_m", 1000, 0.1),
    "stance_time_balance": ("contact_time_balance_pct", 1, 0.01),
    "step_length": ("step_length_m", 1000, 0.1),
    "enhanced_speed": ("speed_mps", 1, 0.001),
}
"""Field of the profile: which value it is, by which factor, to what resolution."""
SAME_KNOWLEDGE = {"speed"}
"""What readers make of `enhanced_speed` beside it."""


def holey(seconds):
    """Return seconds of which each lacks something, in 40 different ways."""
    rng = np.random.default_rng(3)

    def some(values):
        return np.where(rng.random(len(values)) < 0.3, np.nan, values)

    legs = {name: some(values) for name, values in list(seconds.legs.items())}
    both = {name: some(values) for name, values in seconds.both.items()}
    return Seconds(seconds.time_s, both, legs)


def assert_shows(found, seconds):
    """Every record shows every known value to its resolution, and no value that is not known."""
    assert [at for at, _, _ in found.records] == seconds.time_s.tolist()
    for k, (_, native, own) in enumerate(found.records):
        expected = {name: v[k] for name, v in seconds.legs.items() if np.isfinite(v[k])}
        assert own == pytest.approx(expected, rel=1e-6)
        known = {name: v[k] for name, v in seconds.both.items() if np.isfinite(v[k])}
        shown = set(native) - SAME_KNOWLEDGE
        fields = {field for field, (name, _, _) in RESOLUTION.items() if name in known}
        cadence = {"cadence", "fractional_cadence"} if "cadence_spm" in known else set()
        assert shown == fields | cadence
        for field in fields:
            name, factor, step = RESOLUTION[field]
            assert native[field] == pytest.approx(factor * known[name], abs=0.51 * step)
        if cadence:
            steps = 2 * (native["cadence"] + native["fractional_cadence"])
            assert steps == pytest.approx(known["cadence_spm"], abs=1.01 / 128)
    for name in seconds.legs:
        assert found.units[name] == unit(name)


@pytest.fixture
def run(files):
    return load(files)


@pytest.mark.parametrize("reader", PYTHON)
def test_a_reader_shows_all_of_a_run(exported, run, reader):
    done = exported("fit")
    seconds = known_seconds(run)
    found = PYTHON[reader](done.path)
    assert done.rows == len(seconds.time_s) == found.counts["record"] == 149
    assert_shows(found, seconds)
    assert found.session["total_distance"] == pytest.approx(447.7, abs=1)
    assert "above 50 left is longer" in found.session["midstance_signs"]
    assert found.session["avg_stance_time"] == pytest.approx(257.7, abs=0.1)


def totals_of(run, seconds):
    from pipelines.export.fit.export import _totals

    return _totals(run, seconds)


@pytest.mark.parametrize("reader", PYTHON)
def test_what_is_not_known_is_no_field_even_where_each_record_lacks_another(run, tmp_path, reader):
    seconds = holey(known_seconds(run))
    path = tmp_path / "holey.fit"
    path.write_bytes(activity(seconds, totals_of(run, seconds), serial=7))
    assert_shows(PYTHON[reader](path), seconds)


@pytest.mark.skipif(
    node_packages() is None,
    reason=f"wants node, and {PACKAGES} to name a folder with fit-file-parser and @garmin/fitsdk",
)
def test_the_readers_of_npm_show_all_of_a_run(exported, run, tmp_path):
    seconds = known_seconds(run)
    for found in by_node(exported("fit").path):
        assert_shows(found, seconds)
    part = holey(seconds)
    path = tmp_path / "holey.fit"
    path.write_bytes(activity(part, totals_of(run, part), serial=7))
    for found in by_node(path):
        assert_shows(found, part)


def test_each_set_of_fields_is_defined_once(exported):
    """A file of one run costs little more than its values."""
    path = exported("fit").path
    assert path.stat().st_size < 150 * 130 + 2500


def test_the_profile_is_that_of_the_makers_own_reader():
    from garmin_fit_sdk import Profile

    fields = Profile["messages"][20]["fields"]
    for native in NATIVE.values():
        theirs = fields[native.field.number]
        assert theirs["units"] == native.unit
        assert theirs["scale"] == [native.field.scale]


def test_a_pelvis_alone_has_no_balance(run):
    from dataclasses import replace

    from pipelines.export.per_second import BALANCE, by_second, whole_seconds

    guessed = {**run.stances, "side_agreement_pct": np.full(len(run.stances["side"]), 90.0)}
    alone = replace(run, stances=guessed)
    seconds = by_second(alone, whole_seconds(alone))
    assert np.isnan(seconds.both[BALANCE]).all()
    assert np.isfinite(seconds.both["contact_time_s"]).any()
    assert np.isfinite(by_second(run, whole_seconds(run)).both[BALANCE]).any()


def test_balance_is_above_50_where_the_left_foot_stays_longer(run):
    from dataclasses import replace

    from pipelines.export.per_second import BALANCE, by_second, whole_seconds

    left = run.stances["side"] == "left"
    longer = np.where(left, 1.1, 1.0) * run.numbers("contact_time_s")
    seconds = by_second(
        replace(run, stances={**run.stances, "contact_time_s": longer}), whole_seconds(run)
    )
    assert np.nanmedian(seconds.both[BALANCE]) == pytest.approx(100 * 1.1 / 2.1, abs=0.3)
