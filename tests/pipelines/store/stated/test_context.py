"""What a person states of a run: checked, kept beside the session, never lost to another editor."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.store.stated.context import (
    KEYS,
    LIMITS,
    STRAPPED,
    SURFACES,
    RunContext,
    as_columns,
    run_context,
)
from pipelines.store.stated.context_file import (
    LARGEST_BYTES,
    change_context,
    parse_context,
    read_context,
    to_toml,
)
from pipelines.store.upkeep.verify import verify

ROOT = Path(__file__).resolve().parents[4]
SAFE = st.characters(exclude_categories=["Cs", "Cc"])
LINE = st.text(SAFE, max_size=20).map(str.strip)
NOTES = st.text(st.one_of(SAFE, st.sampled_from('\n\t"\\')), max_size=40).map(str.strip)
WORDS = st.from_regex(r"[a-z][a-z0-9_]{0,9}", fullmatch=True)


def maybe(strategy):
    return st.none() | strategy


def number(key):
    return maybe(st.floats(*LIMITS[key]).map(lambda value: value or 0.0))


CONTEXTS = st.builds(
    RunContext,
    speed_mps=number("speed_mps"),
    grade_pct=number("grade_pct"),
    surface=st.sampled_from(["", *(name for name in SURFACES if name != "treadmill")]),
    shoes=LINE,
    treadmill=st.none() | st.just(False),
    plan_phase=LINE,
    pain=st.dictionaries(WORDS, st.floats(0, 10).map(lambda value: value or 0.0), max_size=4),
    notes=NOTES,
    strapped=st.sampled_from(["", *STRAPPED]),
    strapped_min=number("strapped_min"),
    tags=st.lists(WORDS, unique=True, max_size=4).map(tuple),
    excluded=LINE,
    timezone=st.sampled_from(["", "Europe/Berlin", "Asia/Tokyo"]),
).filter(
    lambda known: known.strapped != "kept" or known.strapped_min is None or known.strapped_min >= 5
)


@given(CONTEXTS)
def test_what_is_written_is_read_again(known):
    assert parse_context(Path("x"), to_toml(known)) == known
    assert run_context(vars(known)) == known


@given(CONTEXTS)
def test_every_context_is_one_row(known):
    row = as_columns(known)
    assert {name.removeprefix("context_") for name in row} >= {*KEYS} - {"pain", "timezone"}
    assert (row["context_tags"] or "").split(", ") == list(known.tags or [""])
    assert {name for name in row if "_pain_" in name} == {f"context_pain_{x}" for x in known.pain}


def test_a_context_is_easily_read_and_edited():
    known = RunContext(
        speed_mps=3.1,
        surface="road",
        shoes='Ana\'s "blue" pair',
        treadmill=False,
        pain={"knee": 3.0},
        notes="windy\nlate",
        tags=("healthy",),
    )
    assert to_toml(known).partition("\n")[2] == (
        'speed_mps = 3.1\nsurface = "road"\nshoes = "Ana\'s \\"blue\\" pair"\ntreadmill = false\n'
        'notes = "windy\\nlate"\ntags = ["healthy"]\n\n[pain]\nknee = 3.0\n'
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "spead_mps = 3",
            "has no use for spead_mps (did you mean speed_mps?); use speed_mps, ",
        ),
        ("speed_mps = 12", "speed_mps is 12; give a number from 0.5 to 11"),
        ("speed_mps = nan", "speed_mps is nan; give a number"),
        ("speed_mps = true", "speed_mps is True; give a number"),
        (f"speed_mps = 1{'0' * 400}", "speed_mps is 10000"),
        (f"speed_mps = 1{'0' * 5000}", "is not valid TOML"),
        ("grade_pct = 60", "grade_pct is 60; give a number from -45 to 45"),
        ('surface = "lava"', "surface is 'lava'; give one of road, track, "),
        ('strapped = "yes"', "strapped is 'yes'; give one of anew, kept"),
        ("treadmill = 1", "treadmill is 1; give true or false"),
        ("shoes = 3", "shoes is 3; give words in quotes"),
        ('shoes = "a\\nb"', "shoes has control characters; give plain words in one line"),
        ('notes = "a\\u0007"', "notes has control characters; give plain words"),
        (f'shoes = "{"a" * 201}"', "shoes has 201 characters; give at most 200"),
        ("pain = 3", "pain is 3; give 0 to 10 by site, such as knee = 3"),
        ("pain = {knee = 11}", "pain at knee is 11; give a number from 0 to 10"),
        ("pain = {Knee = 1}", "pain has a site 'Knee'; write it in small letters"),
        ('tags = "healthy"', "tags is 'healthy'; give a list of words"),
        ('tags = ["Well"]', "tags has 'Well'; give a word of small letters and digits"),
        ("tags = [1]", "tags has 1; give a word"),
        ('timezone = "Berlin"', "timezone is 'Berlin'; give a name from the IANA list"),
        ('treadmill = true\nsurface = "road"', "treadmill is true and surface is road; clear"),
        ('treadmill = false\nsurface = "treadmill"', "treadmill is false and surface is treadmi"),
        ('treadmill = true\nsurface = "trail"', "treadmill is true and surface is trail; clear"),
        (
            "treadmill = true\ngrade_pct = -15",
            "grade_pct is -15 on a treadmill, which goes from",
        ),
        (
            'surface = "treadmill"\ngrade_pct = 42',
            "grade_pct is 42 on a treadmill, which goes",
        ),
        (
            'strapped = "kept"\nstrapped_min = 2',
            "strapped is kept, since an earlier run, and ",
        ),
        ("shoes = ", "is not valid TOML"),
        ("x = " + "[" * 5000, "is not valid TOML"),
        ("a = 1\na = 2", "is not valid TOML"),
        ("#" * (LARGEST_BYTES + 1), "is larger than a context can be; restore it or delete it"),
        (b"\xff", "is not valid TOML"),
    ],
)
def test_what_cannot_be_meant_is_one_sentence_that_names_file_and_key(save, text, words):
    files = save()
    files.context.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises((OSError, ValueError)) as caught:
        read_context(files)
    said = str(caught.value)
    assert words in said
    assert str(files.context) in said
    assert "\n" not in said
    assert len(said) < 600
    problem = next(one for one in verify(files.people) if one.path == files.context).problems
    assert problem == (said,)
    with pytest.raises((OSError, ValueError)):
        change_context(files, {"shoes": "old"})
    assert files.context.read_bytes() == (text if isinstance(text, bytes) else text.encode())


def test_what_is_stated_later_joins_what_was_stated(save):
    files = save()
    assert read_context(files) == RunContext()
    change_context(files, {"shoes": "old", "pain": {"knee": 3}, "tags": ["healthy"]})
    change_context(files, {"shoes": "new", "pain": {"hip": 1}, "tags": ["easy", "healthy"]})
    expected = RunContext(shoes="new", pain={"knee": 3.0, "hip": 1.0}, tags=("healthy", "easy"))
    assert read_context(files) == expected
    known = change_context(files, {}, clear=["shoes", "pain.knee", "tags.easy"])
    assert known == read_context(files) == RunContext(pain={"hip": 1.0}, tags=("healthy",))
    assert change_context(files, {}, clear=["pain", "tags"]) == RunContext()


@pytest.mark.parametrize("name", ["shoe", "pain.knee", "shoes.old", "tags.tired", ""])
def test_what_is_not_there_cannot_be_cleared(save, name):
    files = save()
    change_context(files, {"pain": {"hip": 1}})
    before = files.context.read_bytes()
    with pytest.raises(ValueError, match=f"there is no {name} to clear; "):
        change_context(files, {}, clear=[name])
    assert files.context.read_bytes() == before


def test_nothing_to_state_makes_no_file(save):
    files = save()
    change_context(files, {})
    assert not files.context.exists()
    assert not list(files.people.glob(".*"))


def test_a_session_that_is_not_there_has_no_context(files):
    with pytest.raises(FileNotFoundError, match="there is no session 2026-11-22-a1b2 of ana"):
        change_context(files, {"shoes": "old"})


def test_an_editor_who_saw_an_older_context_is_refused(save):
    files = save()
    seen = read_context(files)
    change_context(files, {"shoes": "old"})
    with pytest.raises(ValueError, match="has changed meanwhile; read it and state it again"):
        change_context(files, {"notes": "mine"}, seen=seen)
    assert read_context(files) == RunContext(shoes="old")
    change_context(files, {"notes": "mine"}, seen=read_context(files))
    assert read_context(files) == RunContext(shoes="old", notes="mine")


EDIT = """
import sys
from pathlib import Path
from pipelines.store.stated.context_file import change_context
from pipelines.store.files import session_files
files = session_files(Path(sys.argv[1]), "ana", "2026-11-22-a1b2")
print("ready", flush=True)
sys.stdin.read(1)
for number in range(12):
    change_context(files, {"tags": [f"{sys.argv[2]}{number}"], "pain": {sys.argv[2]: number % 10}})
"""


@pytest.mark.skipif(os.name == "nt", reason="folders cannot be locked there")
def test_two_editors_at_once_lose_nothing(save):
    files = save()
    editors = [
        subprocess.Popen(
            [sys.executable, "-c", EDIT, files.root, who],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        for who in ("left", "right", "third")
    ]
    for editor in editors:
        assert editor.stdout.readline().strip() == b"ready"
    for editor in editors:
        editor.stdin.write(b"g")
        editor.stdin.flush()
    for editor in editors:
        editor.communicate()
        assert editor.returncode == 0
    known = read_context(files)
    assert {*known.tags} == {f"{who}{n}" for who in ("left", "right", "third") for n in range(12)}
    assert known.pain == {"left": 1.0, "right": 1.0, "third": 1.0}
    assert not list(files.people.glob(".*"))


def test_a_context_does_not_disturb_the_other_files(save, tmp_path):
    from pipelines import store

    files = save()
    change_context(files, {"shoes": "old", "treadmill": False})
    *others, context = verify(tmp_path)
    assert [one.problems for one in others] == [()] * 4
    assert (context.path, context.rows, context.problems, context.notes) == (
        files.context,
        2,
        (),
        (),
    )
    assert store.open(tmp_path).stances().attrs["left_out"] == []
    files.raw.unlink()
    for path in (files.stances, files.curves, files.bouts):
        path.unlink()
    (left,) = verify(tmp_path)
    assert left.notes == ("its session is gone; restore that or delete this",)


def test_a_context_that_is_no_file_is_one_sentence(save):
    files = save()
    files.context.mkdir()
    with pytest.raises(OSError, match="is not a file; move it away"):
        read_context(files)
    assert json.dumps(verify(files.context.parent)[-1].problems).count("is not a file") == 1
