import pytest

from pipelines.store.athlete import Athlete, athlete_path, read_athlete, save_athlete


def test_what_is_saved_comes_back(tmp_path):
    known = Athlete(61.5, 1.72, 'says "left hip"\nsince spring: π')
    save_athlete(tmp_path, "ana", known)
    assert read_athlete(tmp_path, "ana") == known


def test_without_a_file_nothing_is_known(tmp_path):
    assert read_athlete(tmp_path, "ana") == Athlete()


@pytest.mark.parametrize("line", ["mass_kg = 61500", 'mass_kg = "61"', "mass_kg = nan"])
def test_a_mass_that_cannot_be_meant_is_one_sentence(tmp_path, line):
    path = athlete_path(tmp_path, "ana")
    path.parent.mkdir()
    path.write_text(line)
    with pytest.raises(ValueError, match=r"mass_kg is .*; give a number from 20 to 250"):
        read_athlete(tmp_path, "ana")


def test_a_mass_that_cannot_be_meant_is_not_saved(tmp_path):
    with pytest.raises(ValueError, match="height_m is 172"):
        save_athlete(tmp_path, "ana", Athlete(height_m=172))
    assert not athlete_path(tmp_path, "ana").exists()


def test_broken_toml_is_one_sentence(tmp_path):
    path = athlete_path(tmp_path, "ana")
    path.parent.mkdir()
    path.write_text("mass_kg = = 3")
    with pytest.raises(ValueError, match=r"is not valid TOML .*; correct that place"):
        read_athlete(tmp_path, "ana")
