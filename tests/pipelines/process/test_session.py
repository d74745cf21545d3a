"""A journal becomes a session: every sample, its stances, and words on what was lost."""

import shutil
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from runs.virtual_days import SESSION, STARTED, keep_true

from pipelines import store
from pipelines.process.from_journal.journal import process_journal
from pipelines.process.session import process_raw
from pipelines.store.files import session_files
from pipelines.store.journal.format import journal_path
from pipelines.store.journal.reader import read_journal
from pipelines.store.journal.writer import JournalWriter
from pipelines.store.stated.athlete import Athlete, save_athlete
from pipelines.store.stated.context_file import keep_stated
from pipelines.store.tables.raw_file import read_raw
from pipelines.store.tables.stance_file import read_header, read_stances
from pipelines.store.upkeep.verify import OTHERWISE, verify

ROOT = Path(__file__).resolve().parents[3]
MAPPINGS = ROOT / "data" / "mappings"


def test_a_journal_becomes_a_session_without_losing_a_sample(recorded, day, tmp_path):
    done = process_journal(recorded, tmp_path)
    assert (done.athlete, done.session, done.blocking_problem) == ("ana", SESSION, "")
    assert done.lost == {"pelvis": 0, "shank_left": 0, "shank_right": 0}
    assert done.stances == pytest.approx(35 * 170 / 60, rel=0.15)
    assert done.running_s == pytest.approx(35, abs=3)
    raw = read_raw(done.raw_path)
    for place, stream in day.simulation.streams.items():
        samples = raw.pods[place].samples
        known = stream.samples["acc_lsb"]
        first = int(np.flatnonzero((known == samples["acc_lsb"][0]).all(axis=1))[0])
        np.testing.assert_array_equal(samples["acc_lsb"], known[first : first + len(samples)])
    checked = verify(tmp_path)
    assert all(not file.problems and OTHERWISE not in file.notes for file in checked)


def test_the_recorded_run_equals_the_same_run_processed_offline(recorded, day, tmp_path):
    session = read_stances(process_journal(recorded, tmp_path / "live").stances_path)
    live = session.frame
    began_s = (datetime.fromisoformat(session.header["started_utc"]) - STARTED).total_seconds()
    offline = read_stances(process_raw(keep_true(day, tmp_path / "true").raw).stances_path).frame
    assert len(live) == len(offline)
    assert (live["side"] == offline["side"]).all()
    for event in ("initial_contact_s", "midstance_s", "toe_off_s"):
        late_s = live[event] + began_s - offline[event]
        # The radio adds its least delay to every clock alike; what is left is the fit's error.
        assert 0 < late_s.median() < 0.005
        apart_s = (late_s - late_s.median()).abs()
        # The top of a smooth curve is flat, and the foot that comes to a stand lands without a
        # shock: 1.02 ms. The demo, a longer run, asks for all contacts and toe-offs.
        assert apart_s[:-1].quantile(0.98 if event == "midstance_s" else 1.0) < 1e-3
        assert apart_s.iloc[-1] < (0.005 if event == "midstance_s" else 2e-3)


def test_the_files_explain_themselves(recorded, tmp_path):
    save_athlete(tmp_path, "ana", Athlete(mass_kg=61.5, height_m=1.72))
    done = process_journal(recorded, tmp_path)
    known = read_header(done.stances_path)
    assert known["started_utc"].startswith("2026-11-22T08:30:00.")
    assert (known["athlete_mass_kg"], known["athlete_height_m"]) == (61.5, 1.72)
    assert known["source"]["name"] == f"{SESSION}.journal"
    assert len(known["source"]["sha256"]) == 64
    assert known["grade"] == done.grade
    assert tuple(known["reasons"]) == done.reasons
    pod = known["pods"]["shank_left"]
    assert pod["protocol"] == "orp_v1"
    assert pod["device"]["name"] == "ORP-LSH"
    assert 0 < pod["sync_s"] < 0.010
    assert pod["clock"]["slope"] == pytest.approx(1, abs=2e-4)
    assert pod["coverage_pct"] > 95
    assert set(known["alignment"]) == {"pelvis", "shank_left", "shank_right"}
    assert known["parameters"]


def test_what_the_store_gives_back_is_what_was_processed(recorded, tmp_path):
    done = process_journal(recorded, tmp_path)
    opened = store.open(tmp_path)
    assert len(opened.stances()) == done.stances
    (row,) = opened.sessions("ana").to_dict("records")
    assert (row["session"], row["grade"]) == (SESSION, done.grade)
    assert row["left_stances_count"] + row["right_stances_count"] == done.stances
    frame = opened.read_session("ana", SESSION).frame
    assert row["left_contact_time_s"] == pytest.approx(
        frame.loc[frame["side"] == "left", "contact_time_s"].median(), rel=1e-5
    )


def test_what_was_stated_as_it_was_recorded_stays_whatever_is_processed(recorded, tmp_path):
    journal = journal_path(tmp_path, "ana", SESSION)
    journal.parent.mkdir(parents=True)
    journal.write_bytes(recorded.read_bytes())
    files = session_files(tmp_path, "ana", SESSION)
    keep_stated(files, {"shoes": "blue pair", "grade_pct": 1.5})
    before = files.context.read_bytes()
    done = process_journal(journal, tmp_path)
    process_raw(done.raw_path)
    keep_stated(files, {"shoes": "another"})
    assert files.context.read_bytes() == before
    (row,) = store.open(tmp_path).sessions("ana").to_dict("records")
    assert (row["context_shoes"], row["context_grade_pct"]) == ("blue pair", 1.5)


def test_a_session_that_exists_is_left_alone(recorded, tmp_path):
    done = process_journal(recorded, tmp_path)
    before = done.stances_path.read_bytes(), done.raw_path.read_bytes()
    with pytest.raises(FileExistsError, match="already exists and is never overwritten"):
        process_journal(recorded, tmp_path)
    assert (done.stances_path.read_bytes(), done.raw_path.read_bytes()) == before


def test_a_call_that_was_killed_before_the_stances_is_finished_by_the_next(recorded, tmp_path):
    done = process_journal(recorded, tmp_path)
    done.stances_path.unlink()
    assert process_journal(recorded, tmp_path) == done


def test_an_interrupted_journal_is_not_processed_before_it_is_recovered(recorded, tmp_path):
    cut = tmp_path / recorded.name
    cut.write_bytes(recorded.read_bytes()[:-4000])
    with pytest.raises(ValueError, match="was interrupted; run midstance recover to finish it"):
        process_journal(cut, tmp_path)
    assert not list(tmp_path.glob("*/athlete=*"))


def test_a_truncated_journal_gives_what_was_received(recorded, tmp_path):
    from pipelines.capture.interrupted.recover import recover

    cut = tmp_path / recorded.name
    content = recorded.read_bytes()
    cut.write_bytes(content[: int(len(content) * 0.7) + 5])
    recover(cut)
    done = process_journal(cut, tmp_path)
    assert 0 < done.stances < 80
    assert any("bytes of the journal were unreadable" in reason for reason in done.reasons)


def test_a_pod_that_cannot_be_used_costs_the_others_nothing(recorded, tmp_path):
    journal = read_journal(recorded)
    mute = next(k for k, pod in journal.header.pods.items() if pod.placement == "shank_left")
    path = tmp_path / recorded.name
    with JournalWriter(path, journal.header) as writer:
        for number, packets in journal.packets.items():
            for packet in packets[:0] if number == mute else packets:
                writer.append(number, packet.host_ns, packet.payload, packet.channel)
        writer.close(0)
    done = process_journal(path, tmp_path)
    assert done.stances > 20
    assert any(reason.startswith("shank left could not be used: ") for reason in done.reasons)


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        (b"", r"holds no packet of any pod, for it was ended before one was sent; record again"),
        (b"no frame", r"holds nothing usable \(.*\); record again"),
    ],
)
def test_a_journal_in_which_no_pod_can_be_used_is_one_sentence(sent, sentence, recorded, tmp_path):
    path = tmp_path / recorded.name
    header = read_journal(recorded).header
    with JournalWriter(path, header) as writer:
        for number in header.pods if sent else ():
            writer.append(number, header.started_ns + 1, sent)
        writer.close(0)
    with pytest.raises(ValueError, match=sentence):
        process_journal(path, tmp_path)
    assert path.exists()
    assert not list(tmp_path.glob("*/athlete=*"))


def test_the_store_of_one_machine_is_the_store_of_another(recorded, tmp_path):
    process_journal(recorded, tmp_path / "one")
    shutil.copytree(tmp_path / "one", tmp_path / "two")
    assert len(store.open(tmp_path / "two").sessions("ana")) == 1
