"""The realism gate: the public averaged stride inside the virtual people, and their own habits."""

import pytest

from pipelines.validate.results import PASS
from pipelines.validate.virtual_runs import realism


@pytest.fixture(scope="module")
def figures(reference):
    people = realism.joined(map(realism.drawn, realism.jobs(1, 200)))
    return realism.part(realism.public_stride(reference), people).figures


def test_every_figure_of_the_gate_is_reached(figures):
    short = {one.name: one.shown for one in figures if one.verdict != PASS}
    assert short == {}
    assert len(figures) == len(realism.QUANTITIES) + 2 + len(realism.SPEEDS_MPS)
