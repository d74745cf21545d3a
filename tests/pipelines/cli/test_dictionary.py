"""The data dictionary says everything that is declared, of everything that is declared."""

import pytest

from imu.metrics import METRICS
from imu.session.summary import MEASURES, TOGETHER
from pipelines.cli.dictionary import entries, full, lines, names
from pipelines.store.parquet.schema import stance_columns


def test_every_column_and_every_number_of_a_session_has_an_entry():
    known = [entry["name"] for entry in entries()]
    assert known[: len({*METRICS, *MEASURES, *TOGETHER})] == [*METRICS, *MEASURES, *TOGETHER]
    assert {*known} == {*stance_columns(), *MEASURES, *TOGETHER}
    for entry in entries():
        assert all(value != "" for key, value in entry.items() if key != "unit"), entry["name"]


def test_an_entry_tells_formula_source_error_range_and_when_it_is_refused():
    entry = full("peak_tibial_resultant_mps2")
    assert entry["formula"] == (
        "max |a| in IC (initial contact: the foot meets the ground)..IC + 120 ms"
    )
    assert entry["unit"] == "m/s²"
    assert entry["plausible values"] == "10 to 350 m/s²"
    assert entry["refused"] == (
        "a gap during the stance in a pod that it needs or that times the events; "
        "a clipped sample of the shank's accelerometer, which would make it too low; "
        "a value outside its plausible range"
    )
    assert full("shank_internal_rotation_deg")["refused"].endswith(
        "a clipped sample of the shank's gyroscope; a value outside its plausible range"
    )
    assert entry["measured error"].startswith("bias ")
    assert entry["measured error"].endswith(" m/s²")
    assert "Sheerin 2018" in entry["source"]
    assert full("rotation_lag_pct")["refused"].endswith(
        "clocks of pelvis and shank over 5 ms apart; a value outside its plausible range"
    )
    assert full("cadence_spm")["refused"] == "a value outside its plausible range"


def test_the_list_names_each_metric_once_under_its_theme():
    text = lines()
    for name in names():
        assert sum(line.startswith(f"  {name} ") for line in text) == 1
    headings = [line for line in text if not line.startswith(" ")]
    assert headings[0] == "Pelvis"
    assert headings[-3:] == [
        "One number per session and side",
        "One number per session",
        "Other columns, in every row",
    ]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("side_agreement_pct", "where left and right come from the pelvis alone (50 is chance)"),
        ("pelvis_agreement_s", "How much later the pelvis measures the contact than the shank"),
        ("clipped_swing_gyroscope", "in the swing after the stance, reached its full scale"),
        ("implausible_count", "left out because no running stance has them"),
        ("toe_off_s", "When the foot leaves the ground"),
    ],
)
def test_a_column_that_is_no_metric_is_explained_as_well(name, words):
    assert words in full(name)["definition"]


def test_an_unknown_name_lists_what_there_is():
    with pytest.raises(ValueError, match="there is no metric 'knee'; there are pelvic_tilt_deg"):
        full("knee")


def test_who_looks_for_the_stiffness_of_the_leg_reads_where_it_is():
    assert full("leg_stiffness_bwpm")["theme"] == "one number per session"
    words = " ".join(full("vertical_stiffness_bwpm")["definition"].split())
    assert "not the stiffness of the leg, which also needs the running speed" in words
