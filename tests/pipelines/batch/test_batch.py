"""What a batch does and leaves alone: editions, conditions, other stores, reports, failures."""

import errno
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from as_a_user.many_processes import contents

from imu.edition import EDITION
from pipelines import cli
from pipelines.batch import jobs, reports
from pipelines.batch.progress import Progress
from pipelines.store.files import session_files, sessions_path
from pipelines.store.many_sessions.catalogue import open_store
from pipelines.store.parquet import checked_file
from pipelines.store.parquet.stance_schema import stance_layout
from pipelines.store.session_header import HEADER_KEY
from pipelines.store.tables.stance_file import read_header
from pipelines.store.upkeep.verify import verify

FIRST = "2026-11-10-a1b2"


def of_edition(files, edition):
    """Let the stances of a session be of another edition."""
    table, texts = checked_file.read(files.stances, stance_layout())
    now = f'"edition":{EDITION},'
    assert texts[HEADER_KEY].count(now) == 1
    texts[HEADER_KEY] = texts[HEADER_KEY].replace(now, f'"edition":{edition},')
    checked_file.write(files.stances, table, stance_layout(), texts, replace=True)


def kinds(done):
    return [(one.athlete, one.session[8:10], one.kind) for one in done.sessions]


def test_what_is_done_is_skipped_and_stays_as_it_is(batch_here, store, computed):
    done = batch_here(store)
    assert {kind for *_, kind in kinds(done)} == {"skipped"}
    assert contents(store) == computed


def test_another_edition_is_computed_again_and_the_others_are_not(batch_here, store, computed):
    of_edition(session_files(store, "ana", FIRST), EDITION - 1)
    done = batch_here(store)
    assert [k for k in kinds(done) if k[2] != "skipped"] == [("ana", "10", "done")]
    assert contents(store) == computed


def test_what_is_stated_of_her_or_damaged_is_computed_again(batch_here, store):
    ana = session_files(store, "ana", FIRST)
    (ana.people / "athlete.toml").write_text("height_m = 1.7\n")
    ben = session_files(store, "ben", FIRST)
    ben.stances.write_bytes(ben.stances.read_bytes()[:-9])
    other = session_files(store, "ben", "2026-11-11-a1b2")
    other.curves.unlink()
    done = batch_here(store)
    assert [k[2] for k in kinds(done)] == ["done"] * 5 + ["skipped"]
    assert read_header(ana.stances)["athlete_height_m"] == 1.7
    assert not [one for one in verify(store) if one.problems]


def test_into_another_store_both_editions_are_kept(batch_here, store, computed, tmp_path):
    of_edition(session_files(store, "ana", FIRST), EDITION - 1)
    before = contents(store)
    batch_here(store, into=tmp_path / "new", athletes=["ana"])
    assert contents(store) == before
    for root, edition in ((store, EDITION - 1), (tmp_path / "new", EDITION)):
        assert open_store(root).sessions("ana")["edition"].tolist() == [edition, EDITION, EDITION]
    new = contents(tmp_path / "new")
    assert not [place for place in new if "ben" in place]
    assert all(new[place] == computed[place] for place in new)


def test_links_out_of_either_store_are_refused(batch_here, store, tmp_path):
    new, outside = tmp_path / "new", tmp_path / "outside"
    outside.mkdir()
    (outside / "athlete.toml").write_text("mass_kg = 61.5\n")
    toml = store / "people" / "ana" / "athlete.toml"
    one = {"athletes": ["ana"], "where": f"session = '{FIRST}'", "into": new}
    toml.symlink_to(outside / "athlete.toml")
    assert "leads out of its store" in batch_here(store, **one).failed[0].trouble
    toml.unlink()
    toml.write_text("mass_kg = 60.0\n")
    (new / "people").mkdir(parents=True, exist_ok=True)
    (new / "people" / "ana").symlink_to(outside)
    assert "leads out of its store" in batch_here(store, **one).failed[0].trouble
    assert (outside / "athlete.toml").read_text() == "mass_kg = 61.5\n"


def test_sessions_are_chosen_by_day_athlete_and_condition(batch_here, store):
    def days(**wanted):
        return [(a, d) for a, d, _ in kinds(batch_here(store, **wanted))]

    assert days(athletes=["ben"], where="day > '2026-11-11'") == [("ben", "12")]
    assert days(where="left_stances_count > 0 and athlete = 'ana'")[0] == ("ana", "10")
    session_files(store, "ana", FIRST).stances.unlink()
    assert days(where="edition is null") == [("ana", "10")]
    with pytest.raises(ValueError, match=r"none of 6 sessions in .* satisfies 'false'"):
        batch_here(store, where="false")
    with pytest.raises(ValueError, match=r"the query failed: .*nonsense"):
        batch_here(store, where="nonsense > 1")


def test_one_that_fails_is_said_and_stops_no_other(batch_here, unprocessed, computed):
    bad = session_files(unprocessed, "ana", FIRST)
    bad.raw.write_bytes(bad.raw.read_bytes()[:5000])
    done = batch_here(unprocessed)
    assert [k[2] for k in kinds(done)] == ["failed"] + ["done"] * 5
    assert f"{bad.raw} is damaged" in done.failed[0].trouble
    now = contents(unprocessed)
    others = [place for place in computed if "ana" not in place or "/2026-11-1" in place]
    others = [place for place in others if f"ana/{FIRST}" not in place]
    assert len(others) > 20
    assert all(now[place] == computed[place] for place in others)


def test_a_table_of_failures_and_an_exit_code(monkeypatch, capsys, batch_here, store):
    bad = session_files(store, "ana", FIRST)
    bad.raw.write_bytes(b"PAR1")
    monkeypatch.setattr("sys.argv", ["midstance", "batch", str(store)])
    with pytest.raises(SystemExit) as end:
        cli.main()
    assert end.value.code == "midstance: 1 failed; the same command goes on from here"
    printed = capsys.readouterr()
    assert re.search(rf"  ana  {FIRST}  .* is damaged", printed.err)
    assert printed.out.startswith("0 sessions processed (0\N{NO-BREAK SPACE}s of running), 5 were")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["STORE", "--executor", "ray"], "'ray' is no executor; use local, loky or dask://"),
        (["STORE", "--since", "May"], "since is 'May'; write a day as 2026-10-01"),
        (["nowhere"], "there is no store in .*nowhere; record or import a session"),
        (
            ["STORE", "--athlete", "zoe"],
            "no raw session files of zoe in .*; name a store, or other",
        ),
        (["STORE", "--since", "2099-01-01"], "no raw session files since 2099-01-01 in .*; name"),
    ],
)
def test_what_cannot_be_meant_is_one_sentence(monkeypatch, words, sentence, unprocessed):
    named = [str(unprocessed) if word == "STORE" else word for word in words]
    monkeypatch.setattr("sys.argv", ["midstance", "batch", *named])
    with pytest.raises(SystemExit, match=sentence):
        cli.main()


def test_two_writers_at_once_leave_one_whole_session(store, computed):
    job = jobs.Process(str(store), "ana", FIRST, again=True)
    with ThreadPoolExecutor(2) as both:
        assert {one.kind for one in both.map(jobs.do, [job] * 4)} == {"done"}
    assert contents(store) == computed


def test_other_commands_say_that_s3_is_not_theirs(monkeypatch):
    for words in (["verify", "s3://runs/store"], ["report", "ana", "--store", "s3://runs/store"]):
        monkeypatch.setattr("sys.argv", ["midstance", *words])
        with pytest.raises(SystemExit, match="is on S3, where only midstance batch and open"):
            cli.main()


def test_reports_are_written_once_and_again_when_a_run_changes(batch_here, store, tmp_path):
    folder, one = tmp_path / "reports", {"athletes": ["ana"], "where": f"session = '{FIRST}'"}
    assert [r.kind for r in batch_here(store, reports=folder, **one).reports] == ["done"]
    written = contents(folder)
    assert list(written) == [f"ana/{FIRST}.html"]
    assert b"<html" in written[f"ana/{FIRST}.html"]
    assert [r.kind for r in batch_here(store, reports=folder, **one).reports] == ["skipped"]
    before = reports.state(store, "ana")
    (store / "people" / "ana" / f"{FIRST}.context.toml").write_text('shoes = "blue pair"\n')
    assert reports.state(store, "ana") != before


def test_workers_of_another_edition_are_refused(store):
    job = jobs.Process(str(store), "ana", FIRST, edition=EDITION + 1)
    assert "install the same midstance there" in jobs.do(job).trouble


def test_the_time_left_is_by_bytes_and_not_by_what_was_skipped(monkeypatch):
    clock = iter([0.0, 1.0, 10.0, 20.0, 21.0])
    monkeypatch.setattr("pipelines.batch.progress.monotonic", lambda: next(clock))
    said = []
    progress = Progress(4, 1_000_000 + 40 + 20 + 40, said.append)
    for size, kind in ((1_000_000, "skipped"), (40, "done"), (20, "failed"), (40, "done")):
        outcome = jobs.Outcome("ana", FIRST, kind)
        progress(jobs.Process("store", "ana", FIRST, size), outcome)
    assert [line.replace("\N{NO-BREAK SPACE}", " ") for line in said] == [
        "2 of 4 sessions, 1 skipped, 15 s left",
        "3 of 4 sessions, 1 skipped, 1 failed, 13 s left",
        "4 of 4 sessions, 1 skipped, 1 failed",
    ]


def test_what_is_computed_beside_a_store_lies_in_a_folder_outside_of_it(
    batch_here, store, tmp_path
):
    before = contents(store)
    (tmp_path / "link").symlink_to(store)
    for inside in (store, store / "new", tmp_path, tmp_path / "link"):
        with pytest.raises(ValueError, match="lie in each other; name a folder outside"):
            batch_here(store, into=inside)
    (tmp_path / "file").write_text("")
    for folder in ({"into": tmp_path / "file"}, {"reports": tmp_path / "file"}):
        with pytest.raises(NotADirectoryError, match="is a file; name a folder"):
            batch_here(store, **folder)
    (tmp_path / "old" / "athlete=ana").mkdir(parents=True)
    with pytest.raises(ValueError, match="run midstance migrate"):
        batch_here(store, into=tmp_path / "old")
    assert contents(store) == before


def test_a_disk_that_is_full_gets_no_half_of_the_samples(batch_here, store, tmp_path, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    one = {"athletes": ["ana"], "where": f"session = '{FIRST}'", "into": tmp_path / "new"}
    monkeypatch.setattr("os.link", full)
    with monkeypatch.context() as patch:
        patch.setattr("shutil.copyfileobj", full)
        done = batch_here(store, **one)
    assert done.failed[0].trouble.startswith(f"no space left for {tmp_path / 'new' / 'raw'}")
    assert not list((tmp_path / "new").rglob("*raw.parquet*"))
    assert not batch_here(store, **one).failed
    assert not list((tmp_path / "new").rglob(".*"))


def test_samples_that_say_they_are_of_another_are_not_taken_for_hers(batch_here, store):
    ana, ben = (session_files(store, who, FIRST) for who in ("ana", "ben"))
    ana.raw.write_bytes(ben.raw.read_bytes())
    ana.stances.unlink()
    (one,) = batch_here(store).failed
    assert one.trouble.endswith(
        f"it says it is {FIRST} of ben; give file and folder these names again"
    )
    assert not ana.stances.exists()


def test_a_table_of_sessions_that_cannot_be_written_is_a_failure(batch_here, store):
    table = sessions_path(store, "ana")
    table.unlink()
    table.mkdir()
    (one,) = batch_here(store).failed
    assert (one.athlete, one.session) == ("ana", "")
    assert "is a directory" in one.trouble


def test_a_condition_that_cannot_be_asked_says_how_to_write_one(batch_here, store):
    for where in ("grade = A", "edition <", "count(*) > 1"):
        with pytest.raises(ValueError, match=r"cannot be asked .* texts in single quotes, such as"):
            batch_here(store, where=where)


def test_addresses_that_cannot_be_meant_are_refused_and_make_no_folder(
    batch_here, store, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.iterdir())
    with pytest.raises(ValueError, match="no store is named; name a folder, or s3://BUCKET/"):
        batch_here("")
    for address in ("s3://", "s3:///store", "s3:/runs/x", "S3://runs/x", "s3://a//b", "gs://a/b"):
        with pytest.raises(ValueError, match="is not the address of a store; write s3://BUCKET/"):
            batch_here(address)
    for folder in ({"into": Path("s3://runs/x")}, {"reports": Path("s3://runs/x")}):
        with pytest.raises(ValueError, match="is an address; name a folder"):
            batch_here(store, **folder)
    with pytest.raises(ValueError, match="--into takes a store in a folder; copy s3://a/b to one"):
        batch_here("s3://a/b", into=tmp_path / "new")
    assert sorted(tmp_path.iterdir()) == before
