import errno
import json
import os
import struct
import sys
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pods.two_pod_header import HEADER

from firmware_protocols.protocol import Packet
from pipelines.store.files import check_athlete, new_session
from pipelines.store.journal.crc_records import MAGIC, frame, records
from pipelines.store.journal.format import header_fields, journal_path
from pipelines.store.journal.reader import is_closed, read_journal
from pipelines.store.journal.repair_interrupted import repair_interrupted
from pipelines.store.journal.writer import JournalWriter

RECORDS = st.lists(
    st.tuples(
        st.integers(1, 255),
        st.integers(-(2**63), 2**63 - 1),
        st.binary(max_size=60).map(lambda b: b.replace(MAGIC, b"MSJx")),
        st.integers(0, 255),
    ),
    min_size=1,
    max_size=6,
)


def seen(data):
    return [(stream, ns, payload, flags) for stream, flags, ns, payload in records(data)]


def written(path, count=3):
    with JournalWriter(path, HEADER) as out:
        for k in range(count):
            out.append(1 + k % 2, k, bytes([k]) * 10, flags=k % 4)
        out.close(99)
    return path


def test_a_closed_journal_gives_back_every_packet_in_order(tmp_path):
    read = read_journal(written(tmp_path / "a.journal", 5))
    assert read.header == HEADER
    assert read.closed
    assert read.damaged_bytes == 0
    assert read.events == []
    assert read.packets == {
        1: [Packet(k, k % 4, bytes([k]) * 10) for k in (0, 2, 4)],
        2: [Packet(k, k % 4, bytes([k]) * 10) for k in (1, 3)],
    }


def test_a_record_on_disk_is_as_the_design_says():
    got = frame(2, -5, b"abc", 7)
    assert got[:16] == b"MSJ1" + struct.pack("<HBBq", 3, 2, 7, -5)
    assert got[16:19] == b"abc"
    assert len(got) == 23


def test_events_stand_beside_the_packets(tmp_path):
    with JournalWriter(tmp_path / "a.journal", HEADER) as out:
        out.note(5, "lost", pod=2, reason="link")
    assert read_journal(tmp_path / "a.journal").events == [
        {"host_ns": 5, "kind": "lost", "pod": 2, "reason": "link"}
    ]


SECOND = 1_000_000_000
OPENING = [Packet(5, 0, b"info"), Packet(9, 1, b"config"), Packet(9, 1, b"start")]


def own_records(path):
    found = [
        json.loads(payload) for stream, *_, payload in records(path.read_bytes()) if not stream
    ]
    return [(record["kind"], record.get("pod")) for record in found]


def test_what_all_else_hangs_on_stands_in_a_journal_again_and_again(tmp_path):
    path = tmp_path / "a.journal"
    with JournalWriter(path, HEADER) as out:
        for packet in OPENING:
            out.append(2, packet.host_ns, packet.payload, packet.channel)
        out.opened(2, 10, OPENING)
        before = len(own_records(path))
        for second in range(1, 121):
            out.append(2, second * SECOND, b"frame", 2)
        again = own_records(path)[before:]
        out.close(121 * SECOND)
    assert again == [("header", None), ("answers", 2)] * 7  # after 1, 2, 4 … and then each 30 s
    read = read_journal(path)
    assert read.packets[2][:3] == OPENING
    assert len(read.packets[2]) == 123
    assert read.events == []


def test_a_pod_that_has_begun_is_written_down_at_once_and_found_without_its_own_records(tmp_path):
    path = tmp_path / "a.journal"
    with JournalWriter(path, HEADER) as out:
        out.append(1, 1, b"earlier", 2)
        out.opened(2, 10, OPENING)
        out.append(2, 20, b"frame", 2)
    read = read_journal(path)
    assert read.packets[2] == [*OPENING, Packet(20, 2, b"frame")]
    assert read.packets[1] == [Packet(1, 2, b"earlier")]


@settings(max_examples=60)
@given(RECORDS)
def test_every_cut_point_keeps_every_intact_record_before_it(given_records):
    framed = [frame(*r) for r in given_records]
    data = b"".join(framed)
    ends = [sum(map(len, framed[: k + 1])) for k in range(len(framed))]
    for cut in range(len(data) + 1):
        intact = given_records[: sum(end <= cut for end in ends)]
        assert seen(data[:cut]) == intact
        # Zeros after the cut complete a record that ends in zeros itself.
        full = [end - len(r) + len(r.rstrip(b"\0")) for end, r in zip(ends, framed, strict=True)]
        assert seen(data[:cut] + bytes(64)) == given_records[: sum(end <= cut for end in full)]


@settings(max_examples=60)
@given(RECORDS, st.data())
def test_a_flipped_bit_costs_exactly_one_record(given_records, data):
    framed = [bytearray(frame(*r)) for r in given_records]
    hit = data.draw(st.integers(0, len(framed) - 1))
    bit = data.draw(st.integers(0, 8 * len(framed[hit]) - 1))
    framed[hit][bit // 8] ^= 1 << bit % 8
    assert seen(b"".join(framed)) == given_records[:hit] + given_records[hit + 1 :]


def test_damage_is_counted_and_a_lost_header_is_found_in_the_last_record(tmp_path):
    path = written(tmp_path / "a.journal")
    data = bytearray(path.read_bytes())
    data[20] ^= 1
    path.write_bytes(data)
    read = read_journal(path)
    assert read.header == HEADER
    assert [len(packets) for packets in read.packets.values()] == [2, 1]
    assert read.damaged_bytes > 100


@pytest.mark.parametrize("content", [b"", b"PAR1 not ours", bytes(5000), frame(1, 0, b"x")])
def test_a_file_that_is_no_journal_is_refused_in_one_sentence(tmp_path, content):
    path = tmp_path / "b.journal"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"is not a journal of midstance|has lost its header"):
        read_journal(path)


def test_an_existing_journal_is_never_written_over(tmp_path):
    path = written(tmp_path / "a.journal")
    before = path.read_bytes()
    with pytest.raises(FileExistsError, match="never overwritten; choose another"):
        JournalWriter(path, HEADER)
    assert path.read_bytes() == before


def test_finish_completes_an_interrupted_journal_after_its_torn_tail(tmp_path):
    path = tmp_path / "a.journal"
    with JournalWriter(path, HEADER) as out:
        out.append(1, 1, b"whole")
    with path.open("ab") as file:
        file.write(frame(1, 2, b"torn")[:-3])
    assert not read_journal(path).closed
    assert not is_closed(path)
    finished = repair_interrupted(path)
    assert finished.closed
    assert is_closed(path)
    assert finished.packets[1] == [Packet(1, 0, b"whole")]
    once = path.read_bytes()
    repair_interrupted(path)
    assert path.read_bytes() == once


@pytest.mark.skipif(sys.platform == "win32", reason="files are not locked there")
def test_a_journal_that_is_being_recorded_cannot_be_finished(tmp_path):
    path = tmp_path / "a.journal"
    with JournalWriter(path, HEADER), pytest.raises(OSError, match="still being recorded"):
        repair_interrupted(path)
    assert repair_interrupted(path).closed


def test_a_payload_too_long_for_a_record_is_refused():
    with pytest.raises(ValueError, match="65535"):
        frame(1, 0, bytes(65536))


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path, monkeypatch):
    # The tests may run as root, for whom every folder can be written.
    def refuse(*_):
        raise PermissionError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(OSError, match="read-only; make it writable or name another"):
        JournalWriter(tmp_path / "a.journal", HEADER)


def test_journals_live_below_the_athlete(tmp_path):
    path = journal_path(tmp_path, "ana", "2026-11-22-a1b2")
    assert path == tmp_path / "journal" / "ana" / "2026-11-22-a1b2.journal"


@pytest.mark.parametrize("athlete", ["../x", "007", "", "Ana", "a/b", "a\n", ".."])
def test_an_athlete_id_that_is_no_safe_folder_is_refused(tmp_path, athlete):
    with pytest.raises(ValueError, match="cannot be an athlete id"):
        check_athlete(athlete)
    with pytest.raises(ValueError, match="cannot be an athlete id"):
        journal_path(tmp_path, athlete, "2026-11-22-a1b2")


def test_a_new_session_is_named_by_its_day():
    name = new_session(datetime(2026, 11, 22, 7, tzinfo=UTC))
    assert name.startswith("2026-11-22-")
    assert len(name) == 15


def test_the_zone_of_the_machine_comes_back_and_may_be_missing(tmp_path):
    stated = replace(HEADER, timezone="Asia/Tokyo")
    path = tmp_path / "zone.journal"
    with JournalWriter(path, stated) as out:
        out.close(9_000)
    assert read_journal(path).header == stated
    old = {key: value for key, value in header_fields(HEADER).items() if key != "timezone"}
    path.write_bytes(frame(0, 1_000, json.dumps({"kind": "header", **old}).encode()))
    assert read_journal(path).header == HEADER
