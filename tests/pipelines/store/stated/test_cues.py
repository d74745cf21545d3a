"""The file of cues: what it says, and one sentence that names what is wrong in it."""

import pytest

from pipelines.store.stated.cues import StatedCue, read_cues


def read(tmp_path, text):
    path = tmp_path / "cues.toml"
    path.write_text(text, encoding="utf-8")
    return read_cues(path)


def test_a_file_says_one_line_for_each_cue(tmp_path):
    found = read(
        tmp_path,
        """
        [[cue]]
        metric = "pelvic_drop_deg"
        side = "left"
        above = 5
        hysteresis = 0.5
        least_s = 20
        bell = true

        [[cue]]
        metric = "cadence_spm"
        below_usual = 4.0
        """,
    )
    assert found == [
        StatedCue("pelvic_drop_deg", "left", "above", 5.0, 0.5, 20.0, bell=True),
        StatedCue("cadence_spm", "both", "below_usual", 4.0, 2.5, 10.0, bell=False),
    ]
    assert read(tmp_path, "") == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[cue]\n", "is not valid TOML"),
        ("[[cues]]\n", r"has no use for cues \(did you mean cue\?\)"),
        ("cue = 3\n", r"cue is 3; begin each cue with a line \[\[cue\]\]"),
        (
            '[[cue]]\nmetric = "pelvic_dorp_deg"\nabove = 5\n',
            r"cue 1: metric is 'pelvic_dorp_deg' \(did you mean pelvic_drop_deg\?\); midstance",
        ),
        ("[[cue]]\nabove = 5\n", "cue 1: metric is None; midstance metrics lists"),
        ("[[cue]]\nmetric = []\nabove = 5\n", r"cue 1: metric is \[\]; midstance"),
        (
            '[[cue]]\nmetric = "pelvic_tilt_midstance_deg"\nabove = 5\n',
            "pelvic_tilt_midstance_deg is known only when the whole run is; choose another",
        ),
        ('[[cue]]\nmetric = "cadence_spm"\n', "cue 1 has 0 lines; give one of above, below"),
        (
            '[[cue]]\nmetric = "cadence_spm"\nabove = 180\nbelow = 160\n',
            "cue 1 has 2 lines; give one of above, below, above_usual, below_usual",
        ),
        ('[[cue]]\nmetric = "cadence_spm"\nabove = "high"\n', "above is 'high'; give a number"),
        ('[[cue]]\nmetric = "cadence_spm"\nabove = true\n', "above is True; give a number"),
        ('[[cue]]\nmetric = "cadence_spm"\nabove = nan\n', "above is nan; give a number from 100"),
        ('[[cue]]\nmetric = "contact_time_s"\nabove = 240\n', "above is 240; .* from 0.11 to 0.45"),
        ('[[cue]]\nmetric = "cadence_spm"\nabove = 180\nside = "top"\n', "side is 'top'; give one"),
        ('[[cue]]\nmetric = "cadence_spm"\nabove = 180\nbell = 1\n', "bell is 1; give true or"),
        ('[[cue]]\nmetric = "cadence_spm"\nabove = 180\nleast_s = -1\n', "least_s is -1; give a"),
        (
            '[[cue]]\nmetric = "cadence_spm"\nabove = 180\nhysterese = 1\n',
            r"cue 1 has no use for hysterese \(did you mean hysteresis\?\)",
        ),
    ],
)
def test_what_is_wrong_is_named_in_one_sentence(tmp_path, text, words):
    with pytest.raises(ValueError, match=words) as wrong:
        read(tmp_path, text)
    assert str(tmp_path / "cues.toml") in str(wrong.value)
    assert "\n" not in str(wrong.value)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"there is no file .*none\.toml; check its name"):
        read_cues(tmp_path / "none.toml")
