"""A run made by a simulator that shares nothing with ours: today's result, as it is."""

from dataclasses import replace

import numpy as np
import pytest

from pipelines.validate.matching import mean, sd
from pipelines.validate.results import SHORT
from pipelines.validate.virtual_runs import second_generator


@pytest.fixture(scope="module")
def generator(shared_data):
    folder = second_generator.folder(shared_data)
    if folder is None:
        pytest.skip("there is no second_generator beside the public recordings")
    return folder


@pytest.fixture(scope="module")
def scores(generator):
    return second_generator.score((generator, 2.0))


def test_pelvis_alone_finds_every_stance(scores):
    """Floors: they may only rise."""
    pelvis = scores["pelvis alone"]
    assert pelvis.asked > 250
    assert pelvis.recall == 1.0
    assert pelvis.precision == 1.0
    assert pelvis.right_side.all()


def test_pelvis_alone_is_late_but_steady(scores):
    pelvis = scores["pelvis alone"]
    assert abs(mean(pelvis.contact_s)) <= 0.016
    assert abs(mean(pelvis.toe_off_s)) <= 0.015
    assert sd(pelvis.contact_s) <= 0.002
    assert sd(pelvis.toe_off_s) <= 0.002


@pytest.mark.parametrize(
    "pods",
    ["both shanks", "all three", "both shanks, no gyroscope", "all three, no gyroscope"],
)
def test_pods_on_the_shanks_find_the_stances(scores, pods):
    """Floors: they may only rise."""
    assert scores[pods].asked > 250
    assert scores[pods].recall >= 0.99
    assert scores[pods].precision >= 0.99
    assert scores[pods].right_side.all()


def test_the_lowest_of_all_sets_is_judged(scores):
    lost = replace(scores["both shanks"], given=0, contact_s=np.empty(0))
    part = second_generator.part({**scores, "both shanks": lost})
    names = [figure.name for figure in part.figures]
    assert names == ["recall, lowest (both shanks)", "precision, lowest (both shanks)"]
    assert [figure.value for figure in part.figures] == [0.0, 0.0]
    assert {figure.verdict for figure in part.figures} == {SHORT}


def test_the_table_says_where_nothing_was_found(scores):
    table = second_generator.part(scores).tables[0]
    assert [row[0] for row in table.rows] == list(second_generator.WORN)
    for row in table.rows:
        assert len(row) == len(table.columns)
        assert ("no running was found" in row[2]) == (not scores[row[0]].given)


def test_without_the_generator_a_sentence_says_so(tmp_path):
    assert second_generator.folder(tmp_path / "data") is None
    part = second_generator.part({})
    assert "second generator was not there" in part.remarks[0]


def test_the_same_minutes_give_the_same_run(generator):
    one, other = (second_generator.signal(generator, 0.6) for _ in range(2))
    assert (one["pelvis"] == other["pelvis"]).all()
    assert not (generator / "__pycache__").exists()
