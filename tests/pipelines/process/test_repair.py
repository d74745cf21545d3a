"""What a repair mends, and what it never touches."""

import errno
import os
import random
import shutil
import sys

import pytest
from runs.virtual_days import SESSION, a_day, keep_true

from imu.simulation import Run, Stand
from pipelines import cli
from pipelines.process.repair import repair
from pipelines.process.session import process_raw
from pipelines.store.files import dictionary_path, session_files, sessions_path
from pipelines.store.many_sessions.sessions import keep_fresh
from pipelines.store.parquet import checked_file
from pipelines.store.parquet.stance_schema import stance_layout
from pipelines.store.session_header import HEADER_KEY
from pipelines.store.upkeep.verify import verify


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A store of one processed run."""
    root = tmp_path_factory.mktemp("whole")
    files = keep_true(a_day(Stand(6.0), Run(18.0, speed_mps=3.0)), root)
    process_raw(files.raw)
    (files.people / "athlete.toml").write_text("mass_kg = 61.5  # before breakfast\n")
    process_raw(files.raw)
    keep_fresh(root, ["ana"])
    return root


@pytest.fixture
def root(whole, tmp_path):
    return shutil.copytree(whole, tmp_path / "store")


@pytest.fixture
def files(root):
    return session_files(root, "ana", SESSION)


def tree(root):
    return {p.relative_to(root): p.read_bytes() for p in sorted(root.rglob("*")) if p.is_file()}


def mended(root, **how):
    return [(one.path.name, one.mended) for one in repair(root, **how)]


def test_a_whole_store_is_left_as_it_is(root, whole):
    assert mended(root) == []
    assert tree(root) == tree(whole)


@pytest.mark.parametrize("kind", ["stances", "curves", "bouts"])
def test_flipped_bits_and_lost_tables_are_computed_again_to_the_same_bytes(
    kind, root, whole, files
):
    rng = random.Random(1)
    for _ in range(2):
        damaged = bytearray(files.table(kind).read_bytes())
        damaged[rng.randrange(len(damaged))] ^= 1 << rng.randrange(8)
        files.table(kind).write_bytes(damaged)
        ((name, done),) = mended(root)
        assert (name, done) == (files.stances.name, True)
        assert tree(root) == tree(whole)
    files.table(kind).unlink()
    assert (files.stances.name, True) in mended(root)
    assert tree(root) == tree(whole)


def test_a_movement_that_is_lost_with_its_stances_is_said(files, root):
    files.stances.write_bytes(files.stances.read_bytes()[:-1])
    (one,) = repair(root)
    assert "if it had a movement (--movement), process it with that" in one.what
    damaged = bytearray(files.stances.read_bytes())
    damaged[100] ^= 1
    files.stances.write_bytes(damaged)
    (one,) = repair(root)
    assert one.what == "its stances or curves are damaged; computed again from its raw file"


def test_without_a_whole_raw_file_nothing_is_changed(files, root):
    files.raw.write_bytes(files.raw.read_bytes()[:-1])
    files.stances.write_bytes(b"PAR1")
    before = tree(root)
    (one,) = [one for one in repair(root) if one.path == files.stances]
    assert not one.mended
    assert f"it cannot be computed again: {files.raw} is damaged" in one.what
    after = tree(root)
    assert {p: after[p] for p in after if "sessions" not in str(p)} == {
        p: before[p] for p in before if "sessions" not in str(p)
    }


def test_a_file_of_a_newer_midstance_is_no_damage(files, root, whole):
    table, texts = checked_file.read(files.stances, stance_layout())
    newer = checked_file.Layout("midstance.stances", 9, {}, ())
    checked_file.write(files.stances, table, newer, {HEADER_KEY: texts[HEADER_KEY]}, replace=True)
    before = files.stances.read_bytes()
    assert not [name for name, _ in mended(root) if "stances" in name]
    assert files.stances.read_bytes() == before


def test_a_run_that_was_never_processed_is_not_repaired(files, root):
    for kind in ("stances", "curves", "bouts"):
        files.table(kind).unlink()
    assert not [name for name, _ in mended(root) if "stances" in name]
    assert not files.stances.exists()


def test_tables_made_of_others_are_made_again(root, whole):
    paths = [sessions_path(root, "ana"), dictionary_path(root)]
    paths[0].write_bytes(b"PAR1")
    paths[1].unlink()
    assert mended(root) == [(path.name, True) for path in paths]
    assert tree(root) == tree(whole)


def test_leftovers_go_once_nobody_can_be_writing_them(files, root, whole):
    old = files.stances.with_name(f".{files.stances.name}.0badcafe.tmp")
    new = files.raw.with_name(f".{files.raw.name}.0badcafe.tmp")
    mine = files.people / ".notes.tmp"
    for path in (old, new, mine):
        path.write_bytes(b"half")
    os.utime(old, (0, 0))
    assert mended(root) == [(new.name, False), (old.name, True)]
    assert [path.exists() for path in (old, new, mine)] == [False, True, True]


def test_copies_are_asked_about_and_only_exact_ones_go(files, root, whole):
    exact = files.raw.with_name(f"{SESSION}.raw (1).parquet")
    shutil.copy(files.raw, exact)
    other = files.stances.with_name(f"{SESSION}.stances (1).parquet")
    other.write_bytes(files.stances.read_bytes() + b"x")
    assert mended(root) == [(exact.name, False)]
    assert exact.exists()
    assert mended(root, remove_copies=True) == [(exact.name, True)]
    assert not exact.exists()
    assert other.exists()
    other.unlink()
    assert tree(root) == tree(whole)


def test_a_copy_that_its_original_is_a_link_to_stays(files, root):
    copy = files.raw.with_name(f"{SESSION}.raw (1).parquet")
    files.raw.rename(copy)
    files.raw.symlink_to(copy)
    assert mended(root, remove_copies=True) == []
    assert copy.exists()


def test_what_leads_out_of_the_store_is_not_touched(files, root, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    left = outside / ".2026-11-22-a1b2.raw.parquet.0badcafe.tmp"
    left.write_bytes(b"half")
    os.utime(left, (0, 0))
    (root / "raw" / "athlete=eva").symlink_to(outside)
    list(repair(root, remove_copies=True))
    assert left.exists()


def test_the_command_prints_each_repair_and_then_checks(monkeypatch, capsys, files, root):
    files.curves.unlink()
    monkeypatch.setattr(sys, "argv", ["midstance", "verify", str(root), "--repair"])
    cli.main()
    printed = capsys.readouterr()
    assert "its stances or curves are damaged; computed again from its raw file" in printed.err
    assert printed.out.count(": ok") == len(verify(root)) == 6
    monkeypatch.setattr(sys, "argv", ["midstance", "verify", str(root / "raw"), "--repair"])
    with pytest.raises(SystemExit, match=f"is a part of a store; name {root} instead"):
        cli.main()
    monkeypatch.setattr(sys, "argv", ["midstance", "verify", str(files.people), "--repair"])
    with pytest.raises(SystemExit, match="is no store, and only a store is repaired as a whole"):
        cli.main()
    monkeypatch.setattr(sys, "argv", ["midstance", "verify", str(root), "--remove-copies"])
    with pytest.raises(SystemExit, match="--remove-copies goes with --repair"):
        cli.main()


def test_what_cannot_be_mended_is_said_keeps_nothing_else_and_is_an_exit_code(
    monkeypatch, capsys, files, root, tmp_path
):
    outside = tmp_path / "outside"
    for folder in (sessions_path(root, "ana").parent, dictionary_path(root).parent):
        shutil.move(folder, outside / folder.name)
        folder.symlink_to(outside / folder.name)
        for table in folder.iterdir():
            table.write_bytes(b"PAR1")
    files.curves.unlink()
    files.curves.mkdir()
    left = files.stances.with_name(f".{files.stances.name}.0badcafe.tmp")
    left.write_bytes(b"half")
    os.utime(left, (0, 0))

    def denied(path, missing_ok=False):
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    with monkeypatch.context() as patch:
        patch.setattr("pathlib.Path.unlink", denied)
        said = {one.path: one for one in repair(root)}
    assert "it cannot be removed: " in said[left].what
    assert "permission denied; make it readable and writable" in said[left].what
    for path in (sessions_path(root, "ana"), dictionary_path(root)):
        assert "it cannot be made again: " in said[path].what
        assert path.read_bytes() == b"PAR1"
    assert all(one.failed and not one.mended for one in said.values())
    monkeypatch.setattr(sys, "argv", ["midstance", "verify", str(root), "--repair"])
    with pytest.raises(SystemExit, match="have problems"):
        cli.main()
    assert "left by an interrupted write; removed" in capsys.readouterr().err


def test_a_repair_that_failed_is_an_exit_code_where_nothing_is_damaged(monkeypatch, files, root):
    files.stances.unlink()
    monkeypatch.setattr("pipelines.process.repair.process_raw", no_room)
    monkeypatch.setattr(sys, "argv", ["midstance", "verify", str(root), "--repair"])
    with pytest.raises(SystemExit, match="1 repair could not be done"):
        cli.main()


def no_room(path):
    raise OSError(errno.ENOSPC, "No space left on device", str(path))


def test_a_store_of_an_earlier_layout_is_moved_before_it_is_repaired(tmp_path):
    (tmp_path / "athlete=ana").mkdir()
    with pytest.raises(ValueError, match="run midstance migrate"):
        list(repair(tmp_path))
