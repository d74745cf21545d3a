import pytest

from pipelines.store.stated.athlete import (
    Athlete,
    athlete_path,
    keep_reference,
    keep_speed_scale,
    read_athlete,
    save_athlete,
)


def test_what_is_saved_comes_back(tmp_path):
    known = Athlete(61.5, 1.72, 'says "left hip"\nsince spring: π')
    save_athlete(tmp_path, "ana", known)
    assert read_athlete(tmp_path, "ana") == known


def test_without_a_file_nothing_is_known(tmp_path):
    assert read_athlete(tmp_path, "ana") == Athlete()


@pytest.mark.parametrize(
    "line", ["mass_kg = 61500", 'mass_kg = "61"', "mass_kg = nan", f"mass_kg = 1{'0' * 400}"]
)
def test_a_mass_that_cannot_be_meant_is_one_sentence(tmp_path, line):
    path = athlete_path(tmp_path, "ana")
    path.parent.mkdir(parents=True)
    path.write_text(line)
    with pytest.raises(ValueError, match=r"mass_kg is .*; give a number from 20 to 250"):
        read_athlete(tmp_path, "ana")


def test_a_mass_that_cannot_be_meant_is_not_saved(tmp_path):
    with pytest.raises(ValueError, match="height_m is 172"):
        save_athlete(tmp_path, "ana", Athlete(height_m=172))
    assert not athlete_path(tmp_path, "ana").exists()


def test_broken_toml_is_one_sentence(tmp_path):
    path = athlete_path(tmp_path, "ana")
    path.parent.mkdir(parents=True)
    path.write_text("mass_kg = = 3")
    with pytest.raises(ValueError, match=r"is not valid TOML .*; correct that place"):
        read_athlete(tmp_path, "ana")


WRITTEN = """# ana, since spring
mass_kg = 61.5  # before breakfast
speed_scale = 0.9
timezone = "Europe/Berlin"
notes = '''
left hip
'''  # see the diary
"""


def test_a_scale_is_kept_and_the_rest_stays_as_it_was_written(tmp_path):
    path = athlete_path(tmp_path, "ana")
    path.parent.mkdir(parents=True)
    path.write_text(WRITTEN)
    for scale in (1.05, 0.97):
        keep_speed_scale(tmp_path, "ana", scale, "2026-11-22-a1b2")
        known = read_athlete(tmp_path, "ana")
        assert (known.speed_scale, known.speed_scale_from) == (scale, "2026-11-22-a1b2")
        kept = WRITTEN.replace("speed_scale = 0.9\n", "")
        assert path.read_text().endswith(kept)
        assert path.read_text().count("speed_scale") == 2


def test_a_scale_makes_the_file_where_there_is_none(tmp_path):
    (tmp_path / "people" / "ana").mkdir(parents=True)
    keep_speed_scale(tmp_path, "ana", 1.02, "2026-11-22-a1b2")
    expected = Athlete(speed_scale=1.02, speed_scale_from="2026-11-22-a1b2")
    assert read_athlete(tmp_path, "ana") == expected


@pytest.mark.parametrize("notes", ["speed_scale = 2", "speed_scale_from = x"])
def test_notes_that_read_like_a_scale_are_not_cut_out(tmp_path, notes):
    path = athlete_path(tmp_path, "ana")
    path.parent.mkdir(parents=True)
    text = f"notes = '''\n{notes}\n'''\n"
    path.write_text(text)
    with pytest.raises(ValueError, match="is written so that it cannot be changed; write"):
        keep_speed_scale(tmp_path, "ana", 1.02, "2026-11-22-a1b2")
    assert path.read_text() == text


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("speed_scale = 2", "speed_scale is 2; give a number from 0.8 to 1.25"),
        ("left_pod_height_m = 20", "left_pod_height_m is 20; give a number from 0 to 0.5"),
    ],
)
def test_what_bears_on_the_speed_is_checked(tmp_path, line, words):
    path = athlete_path(tmp_path, "ana")
    path.parent.mkdir(parents=True)
    path.write_text(line)
    with pytest.raises(ValueError, match=words):
        read_athlete(tmp_path, "ana")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('shoes = "old"', r"athlete.toml has no use for shoes; use mass_kg, height_m, notes, "),
        (
            "mass = 61\n[club]\nname = 'LC'",
            r"no use for club, mass \(did you mean mass_kg\?\); use",
        ),
        ("notes = 3", r"notes is 3; give words in quotes"),
        ('timezone = "Berlin"', r"timezone is 'Berlin'; give a name from the IANA list"),
        ('timezone = "../etc/passwd"', r"timezone is '../etc/passwd'; give a name"),
    ],
)
def test_what_has_no_meaning_is_refused_by_its_name(tmp_path, line, words):
    path = athlete_path(tmp_path, "ana")
    path.parent.mkdir(parents=True)
    path.write_text(line)
    with pytest.raises(ValueError, match=words):
        read_athlete(tmp_path, "ana")
    with pytest.raises(ValueError, match=words):
        keep_speed_scale(tmp_path, "ana", 1.02, "2026-11-22-a1b2")
    assert path.read_text() == line


def test_a_zone_that_is_none_is_not_saved(tmp_path):
    with pytest.raises(ValueError, match="timezone is 'Europe'; give a name"):
        save_athlete(tmp_path, "ana", Athlete(timezone="Europe"))
    assert not athlete_path(tmp_path, "ana").exists()


def test_a_reference_is_kept_changed_and_taken_out(tmp_path):
    path = athlete_path(tmp_path, "ana")
    path.parent.mkdir(parents=True)
    path.write_text(WRITTEN)
    for days in ("2026-03-01..2026-04-01", "2026-05-01..2026-06-01"):
        keep_reference(tmp_path, "ana", days)
        assert read_athlete(tmp_path, "ana").reference == days
    keep_speed_scale(tmp_path, "ana", 1.02, "2026-03-01-a")
    assert read_athlete(tmp_path, "ana").reference == "2026-05-01..2026-06-01"
    keep_reference(tmp_path, "ana", "")
    assert read_athlete(tmp_path, "ana").reference == ""
    assert "# ana, since spring" in path.read_text()
    assert 'timezone = "Europe/Berlin"' in path.read_text()
