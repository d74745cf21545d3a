import pytest
from pods.short_journal import journal, processed

from pipelines.capture.interrupted.recover import recover
from pipelines.store.journal.reader import read_journal
from pipelines.store.upkeep.pending import unfinished


def test_a_closed_journal_without_stances_is_unfinished(tmp_path):
    closed = journal(tmp_path, "ana", "2026-11-20-aaaa", closed=True)
    assert unfinished(tmp_path) == [closed]
    processed(tmp_path, closed)
    assert unfinished(tmp_path) == []


def test_unfinished_journals_are_found_and_finished(tmp_path):
    processed(tmp_path, journal(tmp_path, "ana", "2026-11-20-aaaa", closed=True))
    later = journal(tmp_path, "ana", "2026-11-22-bbbb")
    earlier = journal(tmp_path, "ben", "2026-11-21-cccc")
    assert unfinished(tmp_path) == [earlier, later]
    assert unfinished(tmp_path / "nowhere") == []
    recovered = recover(later)
    assert recovered.closed
    assert [packet.host_ns for packet in recovered.packets[1]] == [100, 101, 102]
    processed(tmp_path, later)
    assert unfinished(tmp_path) == [earlier]
    assert later.exists()


def test_damage_in_the_middle_is_kept_out_and_said(tmp_path):
    path = journal(tmp_path, "ana", "2026-11-22-bbbb", packets=50)
    data = bytearray(path.read_bytes())
    data[600] ^= 4
    path.write_bytes(data[:-5])
    recovered = recover(path)
    assert len(recovered.packets[1]) == 48
    assert recovered.damaged_bytes > 0
    assert recovered == read_journal(path)


def test_a_journal_without_a_word_of_any_pod_is_said_to_be_empty(tmp_path):
    path = journal(tmp_path, "ana", "2026-11-22-bbbb", packets=0)
    assert unfinished(tmp_path) == [path]
    with pytest.raises(ValueError, match="holds no packet of any pod"):
        recover(path)
    assert unfinished(tmp_path) == [], "once is enough"
    assert path.exists()
