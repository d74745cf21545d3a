"""One bad file in a store costs itself, is named, and nothing else."""

import os
import shutil

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines import store
from pipelines.process.one_by_one import each, raw_files
from pipelines.report.data import collect
from pipelines.store.left_out import LeftOutWarning
from pipelines.store.parquet import checked_file
from pipelines.store.parquet.stance_schema import stance_layout
from pipelines.store.tables.stance_file import HEADER_KEY
from pipelines.store.upkeep.verify import verify

GOOD = ["2026-10-01-aaaa", "2026-11-22-bbbb"]
BAD = "2026-11-01-cccc.stances.parquet"


def foreign(folder):
    path = folder / "foo.stances.parquet"
    pd.DataFrame({"a": [1]}).to_parquet(path)
    return path


def no_such_day(folder):
    path = folder / "2026-13-41-aaaa.stances.parquet"
    path.write_bytes(b"PAR1")
    return path


def foreign_with_a_name_of_ours(folder):
    path = folder / BAD
    pd.DataFrame({"a": [1]}).to_parquet(path)
    return path


def empty(folder):
    path = folder / BAD
    path.touch()
    return path


def a_folder(folder):
    path = folder / BAD
    path.mkdir()
    return path


def gone(folder):
    path = folder / BAD
    path.symlink_to(folder / "nowhere")
    return path


def a_loop(folder):
    path = folder / BAD
    path.symlink_to(path)
    return path


def a_pipe(folder):
    path = folder / BAD
    os.mkfifo(path)
    return path


def cut(folder):
    path = folder / BAD
    path.write_bytes((folder / f"{GOOD[0]}.stances.parquet").read_bytes()[:-20])
    return path


def header_of_something_else(folder):
    return rewritten(folder, lambda table, texts: (table, {**texts, HEADER_KEY: "[1, 2]"}))


def other_words_in_the_header(folder):
    def change(table, texts):
        known = texts[HEADER_KEY].replace('"summary"', '"summery"')
        return table, {**texts, HEADER_KEY: known.replace('"pelvis"', '"hat"')}

    return rewritten(folder, change)


def a_column_of_another_type(folder):
    def change(table, texts):
        place = table.schema.get_field_index("side")
        return table.set_column(place, "side", pa.array(np.arange(len(table)))), texts

    return rewritten(folder, change)


def rewritten(folder, change):
    table, texts = checked_file.read(folder / f"{GOOD[0]}.stances.parquet", stance_layout())
    texts[HEADER_KEY] = texts[HEADER_KEY].replace(GOOD[0], BAD[:15])
    table, texts = change(table, texts)
    layout = checked_file.Layout("midstance.stances", 2, {}, ())
    checked_file.write(folder / BAD, table, layout, texts, replace=True)
    return folder / BAD


def an_athlete_with_a_bad_name(folder):
    path = folder.with_name("athlete=Bad Name")
    shutil.copytree(folder, path)
    return path


def an_athlete_that_is_a_file(folder):
    path = folder.with_name("athlete=zoe")
    path.touch()
    return path


KINDS = [
    foreign,
    no_such_day,
    foreign_with_a_name_of_ours,
    empty,
    a_folder,
    gone,
    a_loop,
    a_pipe,
    cut,
    header_of_something_else,
    other_words_in_the_header,
    a_column_of_another_type,
    an_athlete_with_a_bad_name,
    an_athlete_that_is_a_file,
]
if os.name == "nt":
    KINDS = [kind for kind in KINDS if kind not in (gone, a_loop, a_pipe)]
# A sound file whose header tells less than the catalogue asks for still has its stances.
ONLY_THE_HEADER = (header_of_something_else, other_words_in_the_header)
ATHLETES = (an_athlete_with_a_bad_name, an_athlete_that_is_a_file)


@pytest.fixture
def sound(save, tmp_path):
    save(athlete="ana", session=GOOD[0], stances=40)
    save(athlete="ana", session=GOOD[1], stances=60)
    save(athlete="ben", session="2026-11-01-dddd", stances=20)
    return store.open(tmp_path)


def asked(door, *, warned):
    """Return what a door says, and the sentences it warns with."""
    if not warned:
        return door(), []
    with pytest.warns(LeftOutWarning) as said:
        answer = door()
    return answer, [str(one.message) for one in said]


@pytest.mark.parametrize("bad", KINDS)
def test_stances_and_sql_of_all_others_are_as_before(bad, sound):
    clean = sound.stances(), sound.sql("select * from stances order by all")
    path = bad(sound.root / "stances" / "athlete=ana")
    kept = bad in ONLY_THE_HEADER
    for door, before in (
        (sound.stances, clean[0]),
        (lambda: sound.sql("select * from stances order by all"), clean[1]),
    ):
        answer, said = asked(door, warned=not kept)
        if not kept:
            pd.testing.assert_frame_equal(answer, before)
            assert answer.attrs["left_out"] == [one.removeprefix("left out: ") for one in said]
            (sentence,) = said
            assert str(path) in sentence
            assert "\n" not in sentence


@pytest.mark.parametrize("bad", KINDS)
def test_sessions_and_the_report_of_all_others_are_as_before(bad, sound):
    before = sound.sessions("ana"), collect(sound.root, "ana", GOOD[1])
    path = bad(sound.root / "stances" / "athlete=ana")
    warned = bad in (foreign, no_such_day)
    sessions, _ = asked(lambda: sound.sessions("ana"), warned=warned)
    reported = [*sessions["reasons"], *sessions.attrs["left_out"]]
    good = sessions[sessions["session"].isin(GOOD)].reset_index(drop=True)
    pd.testing.assert_frame_equal(good, before[0])
    data, _ = asked(lambda: collect(sound.root, "ana", GOOD[1]), warned=warned)
    past = [data.history.sessions[number] for number in data.past]
    assert [session for session in past if session in GOOD] == GOOD[:1]
    np.testing.assert_array_equal(data.time_s, before[1].time_s)
    if bad in ATHLETES or bad is a_column_of_another_type:
        return  # nothing of ana's, or nothing wrong in its header
    assert any(str(path) in words for words in reported)
    assert bad is other_words_in_the_header or any(str(path) in words for words in data.notes)


@pytest.mark.parametrize("bad", KINDS)
def test_verify_gives_it_a_sentence_and_checks_all_others(bad, sound):
    before = {one.path: one for one in verify(sound.root)}
    path = bad(sound.root / "stances" / "athlete=ana")
    reported = {one.path: one for one in verify(sound.root)}
    assert {one: reported[one] for one in before} == before
    others = [one for where, one in reported.items() if where not in before or where == sound.root]
    assert others
    sentences = [words for one in others for words in one.problems]
    assert all("\n" not in words for words in sentences)
    assert path in reported or any(str(path) in words for words in sentences)
    assert sentences or bad in ONLY_THE_HEADER


def test_a_raw_file_that_is_none_costs_itself_when_a_folder_is_processed(sound):
    folder = sound.root / "raw" / "athlete=ana"
    for bad in (foreign, empty, a_folder, gone):
        made = bad(folder)
        made.rename(made.with_name(bad.__name__ + ".raw.parquet"))
    several = each(raw_files(sound.root), parquet_rows)
    assert len(several.done) == 3
    assert len(several.failed) == 4
    assert all("\n" not in words and ".raw.parquet" in words for words in several.failed)


def parquet_rows(path):
    from pipelines.store.tables.raw_file import read_raw

    read_raw(path)
    return type("Done", (), {"blocking_problem": ""})()


def test_a_link_out_of_the_store_is_a_sentence_and_nothing_outside_is_read(sound, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "athlete=ana"
    shutil.copytree(sound.root / "stances" / "athlete=ana", elsewhere)
    link = sound.root / "stances" / "athlete=cleo"
    link.symlink_to(elsewhere)
    (problem,) = [words for one in verify(sound.root) for words in one.problems]
    assert problem == f"{link} leads out of its store by a link; put what it leads to in its place"
    frame, said = asked(sound.stances, warned=True)
    assert len(frame) == 120
    assert len(said) == 2
    assert all("leads out of its store by a link" in words for words in said)


def test_damage_to_a_column_name_is_a_sentence_of_its_file(sound):
    path = sound.root / "raw" / "athlete=ana" / f"{GOOD[0]}.raw.parquet"
    data = path.read_bytes()
    at = data.rfind(b"time_us")
    path.write_bytes(data[:at] + b"tile_us" + data[at + 7 :])
    reported = {one.path: one for one in verify(sound.root)}
    assert len(reported) == 12
    assert "the header differs from what was written" in reported[path].problems[0]


def test_a_file_with_other_columns_is_a_sentence_and_no_traceback(sound):
    from pipelines.store.parquet.raw_schema import RAW

    path = sound.root / "raw" / "athlete=ana" / f"{GOOD[0]}.raw.parquet"
    table, texts = checked_file.read(path, RAW)
    named = ["tile_us" if name == "time_us" else name for name in table.column_names]
    layout = checked_file.Layout("midstance.raw", 1, {}, ("pod",))
    checked_file.write(path, table.rename_columns(named), layout, texts, replace=True)
    reported = {one.path: one for one in verify(sound.root)}
    assert len(reported) == 12
    assert reported[path].problems[0].startswith(f"{path} is damaged (KeyError: ")


def test_two_files_whose_new_columns_differ_in_type_cost_only_the_second(sound):
    def grown(values):
        def change(table, texts):
            return table.append_column("new_deg", pa.array(values[: len(table)])), texts

        return change

    folder = sound.root / "stances" / "athlete=ana"
    rewritten(folder, grown([1.5] * 40)).rename(folder / "2026-11-02-eeee.stances.parquet")
    rewritten(folder, grown(["x"] * 40))
    frame, said = asked(sound.stances, warned=True)
    assert len(said) == 1
    assert len(frame) == 160
    assert pq.read_schema(folder / BAD).field("new_deg").type == pa.string()
