"""Which file of a preset is of which pod: told, or said by its name, and asked for otherwise."""

import re
import shlex
from zoneinfo import ZoneInfo

import pytest
from foreign_exports import NAMES
from foreign_exports.moved_pods import moved, three, written

from pipelines.sources import read


def test_files_of_each_sensor_are_found_by_the_placement_in_their_names(tmp_path):
    places = {"pelvis": "pelvis", "shank_left": "left-shank", "shank_right": "tibia_right"}
    for place, signals in three().items():
        folder = tmp_path / place
        folder.mkdir()
        for one in written("metabase", folder, {place: signals}):
            one.rename(tmp_path / f"{places[place]} {one.name.split('_', 1)[1]}")
    recording = read(sorted(tmp_path.glob("*.csv")), "metabase", home=ZoneInfo("Europe/Vienna"))
    assert all(pod.gyr_radps is not None for pod in recording.pods.values())


def test_pods_are_asked_for_and_the_advice_is_right(tmp_path):
    files = written("movella-dot", tmp_path)
    with pytest.raises(ValueError, match=r"say which pod was worn where.*L2B_20261122"):
        read(files, "movella-dot")
    told = dict(zip(NAMES, (one.name for one in files), strict=True))
    assert set(read(files, "movella-dot", pods=told).pods) == set(NAMES)


def test_the_advice_on_pods_is_one_word_of_a_shell(tmp_path):
    (file,) = written("phyphox", tmp_path, {"pelvis": moved()})
    with pytest.raises(ValueError, match="say which pod was worn where") as trouble:
        read(file, "phyphox")
    said = re.search(r"as --pod ('.*?'), with", str(trouble.value)).group(1)
    assert shlex.split(said) == [f"shank_left={file.name}"]


@pytest.mark.parametrize(
    ("pods", "sentence"),
    [
        ({"pelvis": "P1A", "shank_left": "P1A"}, "both told to be"),
        ({"pelvis": "P1A"}, "nothing says where L2B_.* was worn; add --pod for it"),
        ({"pelvis": "2026"}, "is in the names of several files"),
        ({"pelvis": "P9"}, "'P9' is in the name of no file with acceleration"),
        ({"head": "P1A"}, "is not a placement"),
    ],
)
def test_pods_told_wrong_are_named(tmp_path, pods, sentence):
    files = written("movella-dot", tmp_path)
    with pytest.raises(ValueError, match=sentence):
        read(files, "movella-dot", pods=pods)


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("pelvis.csv", "pelvis"),
        ("run_LeftShank.csv", "shank_left"),
        ("tibia-right-2.csv", "shank_right"),
    ],
)
def test_plain_names_say_the_placement_and_it_is_noted(tmp_path, name, place):
    pods = {"pelvis": moved()}
    (file,) = written("movella-dot", tmp_path, pods)
    file = file.rename(tmp_path / name)
    recording = read(file, "movella-dot")
    assert set(recording.pods) == {place}
    assert any("by its name" in note for note in recording.notes)


@pytest.mark.parametrize("name", ["left.csv", "thigh_left.csv", "a.csv", "leftover shank.csv"])
def test_names_that_do_not_say_it_plainly_are_asked(tmp_path, name):
    (file,) = written("movella-dot", tmp_path, {"pelvis": moved()})
    with pytest.raises(ValueError, match="say which pod was worn where"):
        read(file.rename(tmp_path / name), "movella-dot")


def test_with_more_files_than_places_the_example_is_a_pod_and_others_are_to_be_left_out(tmp_path):
    _, *_ = files = written("xsens-mtw", tmp_path)
    text = files[0].read_text(encoding="utf-8")
    for old in files:
        old.unlink()
    for name in ("LFemur", "LTibia", "Pelvis", "RFemur"):
        (tmp_path / f"{name}_1.txt").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=r"--pod shank_left=LTibia_1\.txt, .*leave out those of"):
        read(sorted(tmp_path.iterdir()), "xsens-mtw")
