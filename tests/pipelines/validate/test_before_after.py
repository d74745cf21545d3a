"""Figures of an earlier state beside those of now."""

from pipelines.validate.before_after import Before, plain
from pipelines.validate.former_detectors import FORMER_DETECTORS
from pipelines.validate.former_runner import FORMER_RUNNER
from pipelines.validate.results import Figure, Part, together

BEFORE = Before("Then and now", "About it.", "then", {"somewhere": {"F1, worst cell": "0.100"}})


def test_the_worst_cell_may_be_another_one():
    now = Figure("somewhere", "F1, worst cell (heel)", 0.99, low=0.97, decimals=3)
    elsewhere = Figure("elsewhere", "F1, worst cell (heel)", 0.5, low=0.97)
    new = Figure("somewhere", "F1, mean", 0.99, low=0.97)
    table = BEFORE.changed(together([Part(figures=(now, elsewhere, new))], seed=1))
    assert table.rows == (
        ("somewhere", "F1, worst cell (heel)", "0.100", "0.990", "≥ 0.97", "pass"),
    )
    assert table.columns == ("on", "figure", "then", "now", "asked", "")


def test_names_are_kept_plain():
    for before in (FORMER_DETECTORS, FORMER_RUNNER):
        assert before.figures
        for names in before.figures.values():
            assert all(plain(name) == name for name in names)
