"""Words of the field are explained where they are first used, once, and nothing else is changed."""

import re

import pytest

from imu.metrics import METRICS
from pipelines.cli.reports.dictionary import full, lines
from pipelines.glossary import IN_PASSING, WORDS, explained


def test_a_word_is_explained_behind_its_first_use_only():
    seen = set()
    first = explained("Obliquity at toe-off; obliquity later.", seen)
    assert first == (
        "Obliquity (how far the pelvis leans to one side) at toe-off (when the foot leaves the "
        "ground); obliquity later."
    )
    assert seen == {"obliquity", "toe-off"}
    assert explained("Obliquity at toe-off.", seen) == "Obliquity at toe-off."


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("the specific\nforce of it", "the specific\nforce (acceleration as a sensor measures"),
        (
            "first 60 % (leg-signed, 20 Hz)",
            "(leg-signed, + is the same movement on both legs, 20 Hz)",
        ),
        ("mean (IC to TO)", "(IC, initial contact: the foot meets the ground, to TO, toe-off"),
        ("a_up in IC..IC + 120 ms", "in IC (initial contact: the foot meets the ground)..IC + 120"),
    ],
)
def test_it_reads_well_across_lines_and_in_brackets(text, words):
    assert words in explained(text, set())


@pytest.mark.parametrize("text", ["ICE, TOE and etc", "a swing side-step", "mid-stances", "NaNs"])
def test_other_words_are_left_alone(text):
    assert explained(text, set()) == text


@pytest.mark.parametrize("name", METRICS)
def test_the_words_of_a_text_stay_as_they_were(name):
    said = iter(re.findall(r"\w+", explained(METRICS[name].doc, set())))
    assert all(word in said for word in re.findall(r"\w+", METRICS[name].doc))


def test_every_word_is_used_and_explained_in_the_dictionary():
    text = " ".join(str(value) for name in METRICS for value in full(name).values())
    for word, meaning in IN_PASSING.items():
        if word.lower() not in {known.lower() for known in WORDS}:
            assert meaning in text, word
    listed = "\n".join(lines())
    assert listed.count(IN_PASSING["specific force"]) == 1


def test_an_entry_of_the_dictionary_stands_alone():
    for name in ("peak_tibial_resultant_mps2", "peak_tibial_axial_mps2"):
        assert IN_PASSING["specific force"] in full(name)["definition"]
        assert IN_PASSING["IC"] in full(name)["formula"]
        assert not re.search(r"\bIC\b \([^)]*\) \(", full(name)["formula"])
