"""The reference: chosen by rule or by the runner, kept beside what else is known of her."""

import json

import numpy as np
import pytest

from pipelines import store
from pipelines.store.files import session_files
from pipelines.store.many_sessions.history import history
from pipelines.store.many_sessions.reference import chosen_reference
from pipelines.store.stated.athlete import athlete_path, read_athlete
from pipelines.store.stated.context_file import change_context
from pipelines.weeks.trend import trends

ROTATION = "pelvic_rotation_over_leg_deg"


@pytest.fixture
def runs(keep_runs, tmp_path):
    """The left leg turns over more by 4° from run 14 on, 30 runs in all."""
    return tmp_path, keep_runs(
        tmp_path, 3.0 * np.arange(30), lambda k: {ROTATION: (4.0 * (k >= 14), 0.0)}
    )


def show(command, root):
    code, out, err = command("reference", "ana", "--store", root, "--json")
    assert code == 0, err
    return json.loads(out)


def test_by_rule_it_is_the_first_runs_that_count(runs, command):
    root, names = runs
    assert show(command, root) == {"athlete": "ana", "chosen": False, "sessions": names[:12]}


def test_it_is_chosen_shown_used_and_cleared(runs, command):
    root, names = runs
    athlete_path(root, "ana").write_text("mass_kg = 61.5  # before breakfast\n")
    words = ("reference", "ana", "--from", names[14][:10], "--to", names[23][:10])
    code, out, err = command(*words, "--store", root)
    assert code == 0, err
    assert out == f"ana: 10 runs, {names[14][:10]} to {names[23][:10]}, as chosen\n"
    assert show(command, root) == {"athlete": "ana", "chosen": True, "sessions": names[14:24]}
    assert athlete_path(root, "ana").read_text().endswith("mass_kg = 61.5  # before breakfast\n")
    assert read_athlete(root, "ana").mass_kg == 61.5
    mask = chosen_reference(root, "ana", history(store.open(root), "ana"))
    np.testing.assert_array_equal(np.flatnonzero(mask), np.arange(14, 24))
    assert command("reference", "ana", "--clear", "--store", root)[0] == 0
    assert show(command, root)["sessions"] == names[:12]
    assert athlete_path(root, "ana").read_text() == "mass_kg = 61.5  # before breakfast\n"


def test_a_lasting_change_is_named_until_it_is_adopted(runs, command):
    root, names = runs

    def lasting():
        return next(
            one
            for one in trends(root, "ana").told
            if (one.question, one.metric, one.side) == ("lasting", ROTATION, "left")
        )

    assert lasting().named
    days = ("--from", names[14][:10], "--to", names[23][:10])
    assert command("reference", "ana", *days, "--store", root)[0] == 0
    assert not lasting().named
    assert lasting().low < 0 < lasting().high


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--from", "2026-03-10"], "give both ends of the reference, --from and --to"),
        (["--from", "2026-03-10", "--to", "2026-03-01"], "ends before it starts"),
        (["--from", "2026-03-01", "--to", "2026-03-08"], "3 of ana's runs from"),
        (["--from", "may", "--to", "june"], "'may' is no day"),
        (["--from", "2026-03-01", "--to", ""], "is open at one end"),
        (["--clear", "--from", "2026-03-01", "--to", "2026-04-01"], "--clear takes the reference"),
        (["--clear", "--tag", "healthy"], "--clear takes the reference"),
        (["--tag", "healthy"], "0 of ana's runs from tag:healthy count, and a reference takes 5"),
    ],
)
def test_bad_choices_are_one_sentence_and_change_nothing(runs, command, words, sentence):
    root, _ = runs
    code, out, err = command("reference", "ana", *words, "--store", root)
    assert (code, out) == (1, "")
    assert sentence in err
    assert err.count("\n") == 1
    assert not athlete_path(root, "ana").exists()


def test_a_reference_spoilt_by_hand_names_the_file(runs, command):
    root, _ = runs
    athlete_path(root, "ana").write_text('reference = "when I was fit"\n')
    code, _, err = command("trend", "ana", "--store", root)
    assert code == 1
    assert "athlete.toml: 'when I was fit' is no period" in err
    assert command("reference", "ana", "--clear", "--store", root)[0] == 0
    assert command("trend", "ana", "--store", root)[0] == 0


def test_runs_with_a_tag_are_the_reference(runs, command):
    root, names = runs
    for name in names[14:22]:
        change_context(session_files(root, "ana", name), {"tags": ["healthy"]})
    change_context(session_files(root, "ana", names[14]), {"excluded": "belt slipped"})
    code, out, err = command("reference", "ana", "--tag", "healthy", "--store", root)
    assert code == 0, err
    assert out.startswith("ana: 7 runs, ")
    assert read_athlete(root, "ana").reference == "tag:healthy"
    assert show(command, root)["sessions"] == names[15:22]
