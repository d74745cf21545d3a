"""Copies that drives in a cloud make beside a file: counted by nobody, and named by verify."""

import shutil

import pytest

from pipelines import store
from pipelines.store.left_out import LeftOutWarning
from pipelines.store.listing import copy_of
from pipelines.store.upkeep.verify import verify

NAMES = [
    "2026-11-22-a1b2.stances (1).parquet",
    "2026-11-22-a1b2.stances(2).parquet",
    "2026-11-22-a1b2.stances 2.parquet",
    "2026-11-22-a1b2.stances - Copy.parquet",
    "2026-11-22-a1b2.stances copy.parquet",
    "2026-11-22-a1b2.stances (Ana's conflicted copy 2026-11-23).parquet",
    "2026-11-22-a1b2 (1).stances.parquet",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_copy_is_not_counted_and_is_to_be_removed(save, tmp_path, name):
    files = save()
    copy = files.stances.with_name(name)
    shutil.copy(files.stances, copy)
    assert copy_of(copy) == files.stances
    found = {one.path: one for one in verify(tmp_path)}
    assert found[copy].problems == (f"a copy of {files.stances.name}; remove it",)
    assert found[files.stances].problems == ()
    opened = store.open(tmp_path)
    for door in (
        opened.stances,
        lambda: opened.sessions("ana"),
        lambda: opened.sql("from stances"),
    ):
        with pytest.warns(LeftOutWarning, match="is a copy of .*; remove it"):
            answer = door()
        assert len(answer) in (6, 1)


def test_a_copy_with_other_content_is_not_simply_removed(save, tmp_path):
    files = save()
    copy = files.stances.with_name(NAMES[0])
    copy.write_bytes(files.raw.read_bytes())
    (problem,) = verify(copy)[0].problems
    assert problem == (
        f"a copy of {files.stances.name} with other content; keep the one you want, remove the "
        "other"
    )


@pytest.mark.parametrize(
    "name", ["2026-11-22-a1b2.stances.parquet", "2026-11-22-run-2.raw.parquet", "notes (1).txt"]
)
def test_what_is_no_copy_is_not_taken_for_one(tmp_path, name):
    assert copy_of(tmp_path / name) is None
