"""Stating what is known of a run, and which runs count as usual."""

import json

import pytest
import typer
from as_a_user.typed import typed

from pipelines import cli
from pipelines.store.files import session_files
from pipelines.store.stated.context import RunContext
from pipelines.store.stated.context_file import read_context

FIRST, LAST = "2026-11-22-a1b2", "2026-11-24-c3d4"


@pytest.fixture
def files(tmp_path):
    """Two sessions of which there are only names: a context needs no more."""
    both = [session_files(tmp_path, "ana", name) for name in (FIRST, LAST)]
    for one in both:
        for path in (one.raw, one.stances):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
    return both


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Run a command on that store; returns exit code, standard output, standard error."""

    def asked(*words):
        return typed(monkeypatch, capsys, *words, "--store", tmp_path)

    return asked


def test_a_run_is_described_and_shown(files, run):
    first, _ = files
    code, out, _ = run("note", "ana", FIRST)
    assert (code, out) == (0, f"ana {FIRST}:\n  nothing is stated of this run\n")
    assert not first.context.exists()
    words = ["--shoes", "blue pair", "--surface", "road", "--pain", "knee=3", "--pain", "hip=0.5"]
    words += ["--tag", "healthy", "--no-treadmill", "--speed-mps", "3.1", "--notes", "windy\nlate"]
    code, out, err = run("note", "ana", FIRST, *words)
    assert code == 0, err
    assert out == (
        f"ana {FIRST}:\n  speed_mps: 3.1\n  surface: road\n  shoes: blue pair\n  treadmill: no\n"
        "  pain: knee 3, hip 0.5\n  notes: windy / late\n  tags: healthy\n"
    )
    code, out, _ = run("note", "ana", FIRST, "--clear", "notes", "--clear", "pain.hip", "--json")
    assert json.loads(out) == {
        "athlete": "ana",
        "session": FIRST,
        "context": {
            "speed_mps": 3.1,
            "surface": "road",
            "shoes": "blue pair",
            "treadmill": False,
            "pain": {"knee": 3.0},
            "tags": ["healthy"],
        },
    }


def test_the_last_run_is_excluded_with_a_reason_and_included_again(files, run):
    first, last = files
    code, out, err = run("exclude", "ana", "--reason", "belt slipped")
    assert code == 0, err
    assert out == f"ana {LAST}:\n  excluded: belt slipped\n"
    assert read_context(last) == RunContext(excluded="belt slipped")
    assert read_context(first) == RunContext()
    code, out, _ = run("include", "ana", "last", "--json")
    assert json.loads(out)["context"] == {}
    assert read_context(last) == RunContext()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["note", "ana", FIRST, "--surface", "lava"], "surface is 'lava'; give one of road, "),
        (["note", "ana", FIRST, "--pain", "knee"], "pain is 'knee'; give a site and 0 to 10"),
        (["note", "ana", FIRST, "--pain", "knee=12"], "pain at knee is 12.0; give a number from"),
        (["note", "ana", FIRST, "--clear", "shoe"], "there is no shoe to clear; name one of"),
        (
            ["note", "ana", FIRST, "--treadmill", "--surface", "road"],
            "midstance: treadmill is true and surface is road; clear the one",
        ),
        (["note", "ana", "2026-11-25-ffff"], "there is no session 2026-11-25-ffff of ana"),
        (["note", "ben", "last"], "no athlete ben in"),
        (["exclude", "ana", FIRST, "--reason", " "], "reason is empty; say why"),
        (["exclude", "ana", FIRST], "Missing option '--reason'"),
        (["note", "ana", FIRST, "--shoes", "\udcff"], "shoes has control characters"),
    ],
)
def test_what_cannot_be_meant_is_one_sentence_and_changes_nothing(files, run, words, said):
    code, out, err = run(*words)
    assert (code, out) == (1, "")
    assert err.strip().splitlines()[-1].startswith("midstance: ")
    assert said in err
    assert not files[0].context.exists()


def test_what_contradicts_the_file_names_it_and_changes_nothing(files, run):
    assert run("note", "ana", FIRST, "--surface", "trail")[0] == 0
    code, out, err = run("note", "ana", FIRST, "--treadmill")
    assert (code, out) == (1, "")
    assert f"{FIRST}.context.toml: treadmill is true and surface is trail; clear the one" in err
    assert read_context(files[0]) == RunContext(surface="trail")


@pytest.mark.parametrize("command", ["record", "import", "note"])
def test_the_same_options_state_a_run_at_every_command(command):
    def options(name):
        return {one.name: one.opts for one in typer.main.get_command(cli.app).commands[name].params}

    of_note = options("note")
    stated = set(of_note) - {"athlete", "session", "clear", "store", "json"}
    assert len(stated) == 12
    assert {name: of_note[name] for name in stated}.items() <= options(command).items()
