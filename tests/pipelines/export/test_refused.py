"""What cannot be exported is said in one sentence, and nothing is left behind."""

import os
from dataclasses import replace

import pytest
from as_a_user.one_process import in_one_process
from as_a_user.refusals import refused
from typer.testing import CliRunner
from watches.watch_of_run import watch

from pipelines.cli import app
from pipelines.export import run as run_module
from pipelines.export.kinds import KINDS, Wanted, export
from pipelines.store.atomic import publish_folder
from pipelines.store.files import session_files
from pipelines.store.tables.stance_file import read_stances

OF_STANCES = [name for name in KINDS if name != "bids"]


def below(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


@pytest.mark.parametrize("kind", KINDS)
def test_a_session_that_is_not_there(files, tmp_path, kind):
    other = session_files(files.root, "ana", "2020-01-01-none")
    wanted = Wanted(other, tmp_path / "out")
    refused(export, "2020-01-01-none of ana", wanted, kind, kind=FileNotFoundError)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("kind", OF_STANCES)
def test_a_session_that_was_not_processed(files, exported, kind):
    files.stances.unlink()
    refused(exported, "has no stances yet; run midstance process", kind)


@pytest.mark.parametrize("kind", OF_STANCES)
def test_a_session_without_stances_and_one_of_grade_d(exported, monkeypatch, tmp_path, kind):
    def without(path):
        stored = read_stances(path)
        return replace(stored, frame=stored.frame.iloc[:0])

    def poor(path):
        stored = read_stances(path)
        return replace(stored, header={**stored.header, "grade": "D", "reasons": ["pods swapped"]})

    before = below(tmp_path)
    monkeypatch.setattr(run_module, "read_stances", without)
    refused(exported, "has no stances, so there is nothing to export", kind)
    monkeypatch.setattr(run_module, "read_stances", poor)
    refused(exported, r"is of grade D .*\(pods swapped\)", kind)
    assert below(tmp_path) == before


@pytest.mark.parametrize("kind", KINDS)
def test_what_exists_is_never_written_over(exported, tmp_path, kind):
    first = exported(kind)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    refused(exported, "already exists and is not written over", kind, kind=FileExistsError)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before
    assert first.path.exists()


def test_a_folder_that_appears_meanwhile_is_left_alone(tmp_path):
    target = tmp_path / "out"

    def slow(folder):
        (folder / "ours").write_text("x", encoding="ascii")
        target.mkdir()
        (target / "theirs").write_text("y", encoding="ascii")

    with pytest.raises(FileExistsError, match="already exists"):
        publish_folder(target, slow)
    assert below(tmp_path) == ["out", "out/theirs"]


@pytest.mark.skipif(os.name == "nt", reason="limits on file size are a Unix thing")
def test_a_full_disk_is_one_sentence_and_leaves_nothing(files, tmp_path):
    full = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))"
    words = ("export", "ana", "--store", files.root, "--out", tmp_path / "new" / "out")
    for done in in_one_process(*((*words, "--to", kind) for kind in KINDS), before=full):
        assert done.code == 1
        assert done.stderr.startswith("midstance: no space left for")
        assert len(done.stderr.splitlines()) == 1
    assert below(tmp_path / "new") == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_folder_that_cannot_be_written(files, tmp_path, kind):
    (tmp_path / "file").write_text("in the way", encoding="ascii")
    words = ["export", "ana", "--to", kind, "--store", str(files.root)]
    done = CliRunner().invoke(app, [*words, "--out", str(tmp_path / "file" / "out")])
    assert done.exit_code == 1
    assert isinstance(done.exception, OSError)


@pytest.mark.parametrize(
    ("kind", "how", "said"),
    [
        ("csv", {"into": "run.fit"}, "--to csv takes no --into"),
        ("fit", {"activity": "i5"}, "--to fit takes no --activity"),
    ],
)
def test_an_option_of_another_format(exported, tmp_path, kind, how, said):
    watch(tmp_path)
    given = {name: tmp_path / value if name == "into" else value for name, value in how.items()}
    refused(exported, said, kind, **given)


def test_a_format_that_there_is_not(files, tmp_path):
    refused(export, r"did you mean opensim\?", Wanted(files, tmp_path / "out"), "open_sim")


def test_a_session_that_does_not_know_when_it_began(exported, monkeypatch):
    def timeless(path):
        stored = read_stances(path)
        return replace(stored, header={**stored.header, "started_utc": None})

    monkeypatch.setattr(run_module, "read_stances", timeless)
    for kind in ("fit", "intervals"):
        refused(exported, "does not know when it began", kind)
    assert exported("csv").rows > 400


def test_the_command_says_what_it_wrote_and_what_the_signs_mean(files, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for kind in KINDS:
        words = ["export", "ana", "last", "--to", kind, "--store", str(files.root)]
        done = CliRunner().invoke(app, words)
        assert done.exit_code == 0, done.output
        assert "left" in done.output
        assert (tmp_path / f"ana-2026-11-22-a1b2{KINDS[kind].ending}").exists()
