import pytest
from hypothesis import given
from hypothesis import strategies as st

from imu.frames import PLACEMENTS
from pipelines.store.stated.rig import RigPod, read_rig, write_rig

word = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)


@given(st.lists(word, min_size=3, max_size=3, unique=True), st.sets(st.sampled_from(PLACEMENTS)))
def test_a_rig_reads_back_as_it_was_written(tmp_path_factory, words, places):
    root = tmp_path_factory.mktemp("store")
    rig = {
        place: RigPod("orp_v1", name=said, serial=said + "1")
        for place, said in zip(PLACEMENTS, words, strict=True)
        if place in places
    }
    write_rig(root, {})
    write_rig(root, rig)
    assert read_rig(root) == rig


def test_a_rig_is_easily_read_and_edited(tmp_path):
    rig = {"pelvis": RigPod("orp_v1", name="ORP-PEL", address="C0:00:00:00:00:10")}
    assert write_rig(tmp_path, rig).read_text() == (
        "# Which pod is worn where. A pod is known by its address or else its name.\n\n"
        '[pelvis]\nprotocol = "orp_v1"\nname = "ORP-PEL"\naddress = "C0:00:00:00:00:10"\n'
    )


def test_a_store_without_a_rig_has_an_empty_one(tmp_path):
    assert read_rig(tmp_path) == {}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[pelvis", "cannot be read"),
        ('[foot]\nname = "A"', "rig.toml has no use for foot; use pelvis, shank_left, shank_right"),
        ('[shank_lef]\nname = "A"', r"has no use for shank_lef \(did you mean shank_left\?\)"),
        ('[pelvis]\nname = "A"', "pelvis has no protocol"),
        ('[pelvis]\nprotocol = "p"\nserail = "9"', r"serail \(did you mean serial\?\); use prot"),
        ('[pelvis]\nprotocol = "orp_v1"', "no name and no address"),
        ('[pelvis]\nprotocol = "orp_v1"\nname = 3', "table of words in quotes"),
        ('pelvis = "A"', "table of words in quotes"),
        ('[pelvis]\nprotocol = "p"\ncolour = "red"', "has no use for colour; use protocol, name"),
        ('[pelvis]\nprotocol = "p"\nname = "a\\u0007"', "control characters"),
        (
            '[pelvis]\nprotocol = "p"\naddress = "a"\n[shank_left]\nprotocol = "p"\naddress = "a"',
            "address a is given for two placements",
        ),
    ],
)
def test_a_rig_that_cannot_be_meant_is_refused_in_one_sentence(tmp_path, text, words):
    (tmp_path / "rig.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=words):
        read_rig(tmp_path)
