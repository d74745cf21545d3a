"""Remarks on single stances, as a runner reads them."""

from imu.quality.stance_reasons import REASONS
from pipelines.report.notes.stance_notes import IN_OTHER_WORDS, counted, sentence

QUALITY = [
    "",
    "end of a bout of running",
    "end of bout; shank gyroscope clipped in the swing",
    "pelvic_tilt_range_deg 124.8 implausible, outside 0 to 25 °; "
    "duty_factor_pct 60 implausible, outside 15 to 54 %",
    "pelvic_tilt_range_deg 99 implausible, outside 0 to 25 °",
    "",
]


def test_each_remark_counts_the_stances_that_carry_it():
    found = counted(QUALITY)
    assert found == {
        "the end of a stretch of running": 2,
        "a value that no running stance has was left out": 2,
        "shank gyroscope beyond what it can read in the swing": 1,
    }
    assert list(found.values()) == sorted(found.values(), reverse=True)


def test_a_remark_that_no_table_knows_counts_in_its_own_words():
    assert counted(["moonwalk; end of a bout of running", "moonwalk"]) == {
        "moonwalk": 2,
        "the end of a stretch of running": 1,
    }


def test_every_reason_in_other_words_is_one_of_the_table():
    assert set(IN_OTHER_WORDS) <= set(REASONS)


def test_the_sentence_says_how_many_what_it_means_and_which():
    text = sentence(6, 4, counted(QUALITY))
    assert text.startswith("4 of 6 stances with a remark: something there is missing")
    assert "Most often: the end of a stretch of running (2); " in text
    assert sentence(6, 0, {}) == ""
    assert sentence(6, 1, {}).endswith("the rest counts.")


def test_only_the_most_frequent_are_named():
    text = sentence(99, 50, {f"trouble {k}": 20 - k for k in range(9)})
    assert "trouble 3 (17)" in text
    assert "trouble 4" not in text
