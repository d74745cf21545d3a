"""The data dictionary says everything that is declared, of everything that is declared."""

import pytest

from imu.metrics import METRICS
from imu.session.summary import MEASURES, TOGETHER
from pipelines.cli.reports.dictionary import entries, full, lines, names, other_tables
from pipelines.store.parquet.stance_schema import stance_columns


def test_every_column_and_every_number_of_a_session_has_an_entry():
    known = [entry["name"] for entry in entries()]
    assert known[: len({*METRICS, *MEASURES, *TOGETHER})] == [*METRICS, *MEASURES, *TOGETHER]
    assert {*known} == {*stance_columns(), *MEASURES, *METRICS, *TOGETHER}
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
    assert full("pelvic_tilt_midstance_deg")["refused"].endswith(
        "clocks of pelvis and shank over 10 ms apart; a bend on which the heading turns by over "
        "0.03 rad/s; gaps of a pod that it needs under 2 s apart; "
        "a value outside its plausible range"
    )
    assert full("cadence_spm")["refused"] == "a value outside its plausible range"


def test_the_list_names_each_metric_once_under_its_theme():
    text = lines()
    for name in names():
        assert sum(line.startswith(f"  {name} ") for line in text) == 1
    headings = [line for line in text if not line.startswith(" ")]
    assert headings[0] == "Over the stance leg"
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


@pytest.mark.parametrize(
    ("name", "table", "words"),
    [
        ("left_pelvic_drop_deg", "sessions", "Median of the stances of the left leg. How far the"),
        ("duration_s", "sessions", "From the first to the last sample of any pod."),
        ("stance_pct", "curves", ""),
        ("time_us", "raw", "Session clock: "),
    ],
)
def test_columns_of_the_other_tables_are_explained_as_well(name, table, words):
    entry = full(name)
    assert entry["table"] == table
    assert entry["definition"].startswith(words)
    assert entry["label"]


def test_the_other_tables_are_listed_without_what_is_made_of_a_metric():
    listed = {row["column"] for rows in other_tables().values() for row in rows}
    assert {"grade", "context_shoes", "gait", "sd", "watch_distance_m", "acc_x_lsb"} <= listed
    assert not listed & {"left_pelvic_drop_deg", "right_drift_pelvic_drop_deg", "speed_mps"}


def test_an_unknown_name_is_answered_with_the_nearest():
    with pytest.raises(ValueError, match=r"\(did you mean pelvic_drop_deg or left_pel"):
        full("pelvic_drop")
    with pytest.raises(ValueError, match="there is no metric 'knee'; midstance metrics lists all"):
        full("knee")


def test_how_well_it_is_measured_and_how_surely_it_matters_are_two_entries_with_sources():
    entry = full("pelvic_rotation_over_leg_deg")
    assert entry["how well it is measured"] == "proven elsewhere"
    assert "Asgari" in entry["proof"]
    assert entry["how surely it matters"] == "no study known"
    assert "hypothesis" in entry["studies"]
    text = lines()
    at = next(i for i, line in enumerate(text) if line.startswith("  pelvic_rotation_over_leg_deg"))
    assert text[at + 2].strip() == "measured: proven elsewhere; matters: no study known"


def test_what_is_given_for_a_session_alone_says_so_and_is_no_column():
    alone = [name for name, metric in METRICS.items() if metric.session_only]
    assert alone
    for name in alone:
        assert full(name)["given for"] == "one number per session and side"
        assert name not in stance_columns()
    assert full("pelvic_drop_deg")["given for"] == full("toe_off_s")["given for"] == "every stance"


def test_who_looks_for_the_stiffness_of_the_leg_reads_where_it_is():
    assert full("leg_stiffness_bwpm")["theme"] == "one number per session"
