"""The crosswalk of vendors' names: every name of ours exists, and factors turn the units."""

import tomllib
from pathlib import Path

import pytest

from imu.metrics.registry import METRICS
from pipelines.export.fit.fields import NATIVE

PATH = Path(__file__).resolve().parents[3] / "data" / "crosswalk.toml"
ROWS = tomllib.loads(PATH.read_text(encoding="utf-8"))["metric"]
OF_UNITS = {
    ("s", "ms"): 1000,
    ("m", "mm"): 1000,
    ("m", "cm"): 100,
    ("m", "m"): 1,
    ("m/s", "m/s"): 1,
    ("%", "percent"): 1,
    ("steps/min", "steps/min"): 1,
    ("steps/min", "rpm"): 0.5,
    ("°", "deg"): 1,
}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['system']}: {row['name']}")
def test_a_row_is_of_metrics_of_ours_and_has_its_source(row):
    assert set(row) <= {"system", "name", "unit", "ours", "factor", "formula", "clash", "source"}
    assert row["source"]
    assert row["ours"]
    assert set(row["ours"]) <= set(METRICS)
    assert not ("factor" in row and "formula" in row)
    if "factor" not in row:
        assert row.get("formula") or row["clash"], "no factor needs a reason"
    else:
        units = {METRICS[name].unit.symbol for name in row["ours"]}
        factors = {OF_UNITS[unit, row["unit"]] for unit in units}
        assert factors == {abs(row["factor"])}
    if row.get("factor", 1) < 0 or row["unit"] == "rpm":
        assert row["clash"]


def test_no_name_of_theirs_stands_twice():
    names = [(row["system"], row["name"]) for row in ROWS]
    assert len(set(names)) == len(names)


def test_our_fit_files_do_as_the_crosswalk_says():
    from garmin_fit_sdk import Profile

    fields = Profile["messages"][20]["fields"]
    rows = {row["name"]: row for row in ROWS if row["system"] == "FIT profile"}
    for name, native in NATIVE.items():
        row = rows[f"record.{fields[native.field.number]['name']}"]
        assert row["unit"] == native.unit
        assert row.get("factor", 1) == native.factor
        assert row["ours"] == ["contact_time_s"] if "balance" in name else [name]
