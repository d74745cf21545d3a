"""A fetched log finds what came of the same run by radio; where that is in doubt, it asks."""

import shutil
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pytest

pytest.importorskip("bumble")
from as_a_user.typed import typed
from pods.half_by_radio import half_by_radio, written
from pods.recorded_pods import rig_of, running, worn_as
from pods.virtual_pods import capture2go_pods

from pipelines.process.from_journal.decode_journal import received
from pipelines.process.from_journal.journal import process_journal
from pipelines.process.from_journal.streamed_half import put_into, streamed_half
from pipelines.store.files import session_files
from pipelines.store.journal.reader import read_journal
from pipelines.store.tables.raw_file import read_raw
from pipelines.store.tables.stance_file import read_stances

LATER_S, OTHER_NS = 4, 7_000_000_000_000


@pytest.fixture(scope="module")
def halves(tmp_path_factory):
    """The journals of a log and of a stream, which began later and lacks some of both ends."""
    folder = tmp_path_factory.mktemp("halves")
    pods = worn_as(running(after_s=60.0), rig_of("capture2go", "IMU_aa000"))
    return half_by_radio(folder, pods, pods, cut=0, sent=slice(100, 500))


@pytest.fixture
def store(tmp_path, halves):
    """A store with both; the stream was recorded by a machine of another clock, and processed."""
    log, live = map(read_journal, halves)
    folder = tmp_path / "journal" / "ana"
    folder.mkdir(parents=True)
    shutil.copy(log.path, folder)
    began = datetime.fromisoformat(live.header.started_utc) + timedelta(seconds=LATER_S)
    header = replace(
        live.header,
        started_utc=began.isoformat(),
        started_ns=live.header.started_ns + LATER_S * 10**9 + OTHER_NS,
        pods={4 - number: pod for number, pod in live.header.pods.items()},
    )
    later = {
        4 - number: [replace(one, host_ns=one.host_ns + OTHER_NS) for one in said]
        for number, said in live.packets.items()
    }
    path = written(folder / f"{header.session}.journal", header, later)
    process_journal(path, tmp_path)
    return tmp_path, folder / log.path.name, path


def fetched(monkeypatch, capsys, store, log):
    """Type midstance fetch, of which the radio's part has been done; return what it says."""

    async def brought(*_, **__):
        return log

    monkeypatch.setattr("pipelines.capture.fetch.fetch.fetch", brought)
    return typed(monkeypatch, capsys, "fetch", "ana", "--store", store)


def assert_of_both(root, log, live, before):
    """The session of the stream has all samples of the log, at the times that it had before."""
    files = session_files(root, "ana", live.stem)
    raw = read_raw(files.raw)
    assert raw.started_utc == before.started_utc
    for place, pod in raw.pods.items():
        was = before.pods[place]
        np.testing.assert_array_equal(pod.samples, log.pods[place].samples)
        at = np.searchsorted(pod.samples["index"], was.samples["index"])
        assert len(at) + 1000 < len(pod.samples)
        np.testing.assert_allclose(pod.time_s[at], was.time_s, atol=0.05)
        assert len(pod.epochs) == 1
    assert raw.pods["pelvis"].time_s[0] < -1, "the pods logged before they sent"


def test_fetch_puts_a_log_into_the_session_that_streamed_it(store, monkeypatch, capsys):
    root, log, live = store
    before, logged = received(read_journal(live)), received(read_journal(log))
    stances = read_stances(session_files(root, "ana", live.stem).stances)
    code, out, err = fetched(monkeypatch, capsys, root, log)
    assert code == 0
    assert f"{live.stem} streamed this run; the log is put into it" in err
    assert f"ana {live.stem}: " in out
    assert [path.stem for path in root.glob("journal/ana/*")] == [live.stem]
    assert [path.name for path in root.glob("raw/*/*")] == [f"{live.stem}.raw.parquet"]
    assert_of_both(root, logged, live, before)
    more = read_stances(session_files(root, "ana", live.stem).stances)
    assert len(more.frame) > len(stances.frame) + 10


def test_the_same_again_changes_nothing(store):
    root, log, live = store
    copy = root / "copy.journal"
    shutil.copy(log, copy)
    files = session_files(root, "ana", live.stem)
    put_into(files, copy)
    once = live.read_bytes()
    assert copy.exists()
    put_into(files, copy)
    assert live.read_bytes() == once


def test_of_two_that_streamed_it_one_is_named_by_whoever_ran(store, monkeypatch, capsys):
    root, log, live = store
    journal = read_journal(live)
    other = replace(journal.header, session=f"{live.stem[:10]}-d4e5")
    written(live.with_name(f"{other.session}.journal"), other, journal.packets)
    kept = log.read_bytes(), live.read_bytes()
    logged = received(read_journal(log))
    alone = session_files(root, "ana", log.stem)
    process_journal(log, root)
    assert alone.stances.exists()
    code, _, err = fetched(monkeypatch, capsys, root, log)
    assert code == 1
    said = err.splitlines()[-1]
    assert f"may be {live.stem} or {other.session}: midstance import {log} --into" in said
    assert (log.read_bytes(), live.read_bytes()) == kept
    words = ("import", log, "--into", other.session, "--store", root, "--shoes", "blue pair")
    assert typed(monkeypatch, capsys, *words, "--athlete", "ben")[0] == 1
    assert typed(monkeypatch, capsys, *words)[0] == 0
    assert not list(root.rglob(f"{alone.session}*"))
    assert_of_both(root, logged, live.with_name(f"{other.session}.journal"), received(journal))
    assert live.read_bytes() == kept[1]
    assert "blue pair" in next(root.rglob(f"{other.session}.context.toml")).read_text()


def test_next_to_nothing_in_common_is_a_doubt(store):
    root, log, live = store
    journal = read_journal(live)
    few = {number: [*said[:4], *said[4::110]] for number, said in journal.packets.items()}
    live.unlink()
    written(live, journal.header, few)
    told = streamed_half(log, root)
    assert (told.certain, told.doubt) == ((), (live.stem,))
    assert told.question(log, root).startswith(f"the log is safe in {log}, and what came by radio")


def test_a_stream_of_another_run_is_left_alone(tmp_path):
    log, live = half_by_radio(tmp_path, capture2go_pods(120), capture2go_pods(120, seed=9))
    store = tmp_path / "log"
    shutil.copy(live, log.with_name(f"{read_journal(live).header.session}.journal"))
    told = streamed_half(log, store)
    assert (told.certain, told.doubt) == ((), ())
    files = session_files(store, "ana", read_journal(live).header.session)
    kept = log.read_bytes(), files.journal.read_bytes()
    with pytest.raises(ValueError, match=r"is no log of .*; name the session that streamed this"):
        put_into(files, log)
    assert (log.read_bytes(), files.journal.read_bytes()) == kept


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("itself", "name the other session"),
        ("none", "name a session that was streamed"),
    ],
)
def test_what_cannot_be_put_together_is_one_sentence(store, what, words):
    root, log, live = store
    session = {"itself": log.stem, "none": f"{log.stem[:10]}-none"}[what]
    kept = log.read_bytes(), live.read_bytes()
    with pytest.raises((ValueError, FileNotFoundError), match=words):
        put_into(session_files(root, "ana", session), log)
    assert (log.read_bytes(), live.read_bytes()) == kept
