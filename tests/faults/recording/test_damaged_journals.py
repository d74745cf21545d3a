"""Journals with any part destroyed: every intact frame is in the session, at its scale."""

import json
import os
from datetime import UTC, datetime

import numpy as np
import pytest

pytest.importorskip("bumble")

from firmware_protocols.orp_v1.gatt import Channel
from imu.frames import GRAVITY_MPS2
from imu.simulation import Run, Runner, Stand, realistic, simulate
from pipelines.capture.interrupted.recover import recover
from pipelines.cli.sessions.process import recover as recover_command
from pipelines.demo.live import virtual_pods
from pipelines.process.from_journal.decode_journal import received
from pipelines.store.files import session_files
from pipelines.store.journal.crc_records import OVERHEAD, frame, records
from pipelines.store.journal.format import journal_path
from pipelines.store.journal.reader import read_journal
from pipelines.store.stated.rig import RigPod, write_rig
from pipelines.store.tables.stance_file import read_stances

SESSION = "2026-11-22-a1b2"
FRAMES = (Channel.STREAM, Channel.BULK)
SECONDS = 75.0
HOLE = 64 * 1024
HEADERS, COPIES = ("header", "closed"), ("answers",)


@pytest.fixture(scope="module")
def pods(noisy_pods):
    return noisy_pods(SECONDS + 5)


@pytest.fixture(scope="module")
def intact(pods, recorded, tmp_path_factory):
    """The bytes of a journal of three pods."""
    return recorded(tmp_path_factory.mktemp("intact"), pods, seconds=SECONDS).read_bytes()


def placed(data):
    """Return where each record of an intact journal stands, and the record."""
    at, found = 0, []
    for stream, flags, host_ns, payload in records(data):
        found.append((at, at + OVERHEAD + len(payload), stream, flags, host_ns, payload))
        at += OVERHEAD + len(payload)
    assert at == len(data)
    return found


def kind(record):
    return json.loads(record[5])["kind"] if record[2] == 0 else ""


def as_before(data):
    """Return a journal as it was written when nothing stood in it twice."""
    kept, headers = [], 0
    for record in placed(data):
        headers += kind(record) == "header"
        if kind(record) not in COPIES and not (kind(record) == "header" and headers > 1):
            kept.append(data[record[0] : record[1]])
    return b"".join(kept)


def unclosed(data):
    return data[: next(r[0] for r in placed(data) if kind(r) == "closed")]


def without(data, damaged):
    """Flip a bit in every record that `damaged` picks."""
    out = bytearray(data)
    for record in placed(data):
        if damaged(record):
            out[record[0] + 20] ^= 8
    return bytes(out)


def is_answer(record):
    return record[2] != 0 and record[3] in (Channel.INFO, Channel.CONTROL)


@pytest.fixture
def check(tmp_path, pods, positions):
    """Return a check that every intact frame is in the session as it was measured."""

    def check(data, *, intact, rig=None):
        path = journal_path(tmp_path, "ana", SESSION)
        path.parent.mkdir(parents=True)
        path.write_bytes(data)
        if rig:
            write_rig(tmp_path, rig)
        began = datetime(2026, 11, 22, 7, tzinfo=UTC).timestamp()
        os.utime(path, (began + SECONDS, began + SECONDS))
        journal = recover(path)
        session = received(read_journal(path))
        for number, pod in enumerate(pods, start=1):
            left = [r[5] for r in survivors(intact, data) if r[2] == number and r[3] in FRAMES]
            true = np.unique(np.concatenate(positions(pod, left)))
            raw = session.pods[pod.placement]
            np.testing.assert_array_equal(raw.samples["acc_lsb"], pod.samples["acc_lsb"][true])
            assert raw.scale.acc_mps2 == pytest.approx(pod.scale.acc_mps2, rel=1e-6)
            assert raw.scale.acc_range_mps2 == 16 * GRAVITY_MPS2
        return journal, session

    return check


def survivors(intact, data):
    """Return the records of `intact` that are unharmed in `data`, which may lack its beginning."""
    cut = (
        len(intact) - len(data)
        if not data.startswith(intact[:4]) and len(data) < len(intact)
        else 0
    )
    return [
        r
        for r in placed(intact)
        if r[0] >= cut and data[r[0] - cut : r[1] - cut] == intact[r[0] : r[1]]
    ]


@pytest.mark.parametrize("former", [as_before, bytes])
@pytest.mark.parametrize("left", [unclosed, bytes])
def test_without_its_first_4096_bytes_every_intact_frame_is_read(intact, former, left, check):
    data = left(former(intact))
    journal, session = check(bytes(4096) + data[4096:], intact=data)
    if former is bytes:
        assert journal.header.assumed == ()
        assert all(not pod.notes for pod in session.pods.values())
        assert journal.header.started_utc.startswith("2026-11-22T07:00:00")
    elif left is bytes:
        assert journal.header.assumed == ()
        assert "that of another pod is assumed" in str(session.pods["pelvis"].notes)


def test_all_that_was_assumed_of_an_old_journal_is_said(intact, check):
    data = unclosed(as_before(intact))
    journal, session = check(bytes(4096) + data[4096:], intact=data)
    notes = " | ".join(session.notes)
    assert f"its path says {SESSION} of ana" in notes
    assert "its start is taken from when the file was last changed" in notes
    for words in ("pod 1 is taken as pelvis: it was number 1 of 3 pods", "pod 3 is taken as shank"):
        assert words in notes
    assert tuple(session.notes[: len(journal.header.assumed)]) == journal.header.assumed
    assert journal.header.started_utc.startswith("2026-11-22T07:00:0")
    assert "that of another pod is assumed" in str(session.pods["pelvis"].notes)


@pytest.mark.parametrize("former", [as_before, bytes])
def test_an_unclosed_journal_without_its_first_512_bytes_is_read(intact, former, check):
    data = unclosed(former(intact))
    journal, _ = check(data[512:], intact=data)
    assert bool(journal.header.assumed) == (former is as_before)


@pytest.mark.parametrize("left", [unclosed, bytes])
def test_without_any_header_the_pods_themselves_say_where_they_were(intact, left, check):
    data = left(intact)
    journal, session = check(without(data, lambda r: kind(r) in HEADERS), intact=data)
    assert "that is the role it reports (virtual-c00000000011)" in " | ".join(session.notes)
    assert [pod.placement for pod in journal.header.pods.values()] == list(session.pods)


@pytest.mark.parametrize("left", [unclosed, bytes])
def test_without_any_word_of_two_pods_the_third_tells_the_scale(intact, left, check):
    data = left(intact)
    damaged = without(
        data,
        lambda r: (
            (is_answer(r) and r[2] != 2) or (kind(r) == "answers" and json.loads(r[5])["pod"] != 2)
        ),
    )
    _, session = check(damaged, intact=data)
    assert session.pods["shank_left"].notes == ()
    for place in ("pelvis", "shank_right"):
        assert "that of another pod is assumed" in session.pods[place].notes[0]


@pytest.mark.campaign(short=4, long=80)
def test_gaps_of_64_kib_anywhere_cost_what_stood_in_them_and_no_more(intact, seed, check):
    rng = np.random.default_rng(seed)
    data = [bytes, unclosed][seed % 2](intact)
    out = bytearray(data)
    for at in rng.integers(0, len(data), 3).tolist() + ([0] if seed % 3 == 0 else []):
        size = len(out[at : at + HOLE])
        out[at : at + HOLE] = bytes(size) if seed % 4 < 2 else rng.bytes(size)
    journal, session = check(bytes(out), intact=data)
    assert journal.header.assumed == ()
    assert all("assumed" not in str(pod.notes) for pod in session.pods.values())


def test_the_command_says_what_it_assumed_and_so_does_the_session(tmp_path, recorded, capsys):
    script = (Stand(6.0), Run(14.0, speed_mps=3.0))
    simulation = simulate(Runner(), script, seed=5, pods=realistic(5), rate_hz=200.0)
    path = recorded(tmp_path, virtual_pods(simulation), seconds=20.0)
    data = unclosed(as_before(path.read_bytes()))
    path.write_bytes(bytes(4096) + data[4096:])
    recover_command(store=tmp_path)
    printed = " ".join(capsys.readouterr())
    session = read_stances(session_files(tmp_path, "ana", SESSION).stances)
    assert len(session.frame) > 20
    for words in (
        f"its path says {SESSION} of ana",
        "pod 2 is taken as shank left: it was number 2 of 3 pods",
        "the time of its start is not known; midnight of 2026-11-22 is stored",
        "was not received; that of another pod is assumed",
    ):
        assert words in printed
        assert words in " | ".join(session.header["reasons"])


# --- what is in doubt is refused ----------------------------------------------------------------


def only(data, numbers):
    return b"".join(
        data[r[0] : r[1]]
        for r in placed(data)
        if r[2] in (0, *numbers) and (kind(r) != "answers" or json.loads(r[5])["pod"] in numbers)
    )


def test_a_leg_is_never_guessed(intact, tmp_path):
    """Two pods, one of which does not say where it was: which leg?"""
    data = only(unclosed(as_before(intact)), (1, 2))
    damaged = without(data, lambda r: kind(r) == "header" or (r[2] == 2 and r[3] == Channel.INFO))
    path = journal_path(tmp_path, "ana", SESSION)
    path.parent.mkdir(parents=True)
    path.write_bytes(damaged)
    with pytest.raises(ValueError, match=r"where pod 2 .* was worn is not known, .*rig\.toml"):
        recover(path)
    assert path.read_bytes() == damaged


def test_pods_that_contradict_the_recorder_are_refused_until_the_rig_says(intact, tmp_path):
    swapped = {1: 2, 2: 1, 3: 3}
    data = b"".join(
        frame(swapped.get(r[2], 0), r[4], r[5], r[3])
        for r in placed(only(unclosed(as_before(intact)), (1, 2, 3)))
        if kind(r) != "header"
    )
    path = journal_path(tmp_path, "ana", SESSION)
    path.parent.mkdir(parents=True)
    path.write_bytes(data)
    with pytest.raises(ValueError, match=r"where pod 1 \(virtual-.*11\) was worn is not known"):
        recover(path)
    serials = [f"virtual-c000000000{number}" for number in (11, 10, 12)]
    places = ("pelvis", "shank_left", "shank_right")
    rig = {
        place: RigPod("orp_v1", name=place, serial=serial)
        for place, serial in zip(places, serials, strict=True)
    }
    write_rig(tmp_path, rig)
    worn = recover(path).header
    assert [pod.placement for pod in worn.pods.values()] == list(places)
    assert "rig.toml has virtual-c00000000011 there" in " | ".join(worn.assumed)


def test_a_journal_elsewhere_that_says_nothing_of_itself_is_refused(intact, tmp_path):
    path = tmp_path / "Found Again" / f"{SESSION}.journal"
    path.parent.mkdir()
    path.write_bytes(without(unclosed(intact), lambda r: kind(r) in HEADERS))
    with pytest.raises(ValueError, match="cannot be an athlete id"):
        recover(path)


def test_without_any_answer_of_any_pod_nothing_is_scaled(intact, tmp_path):
    path = journal_path(tmp_path, "ana", SESSION)
    path.parent.mkdir(parents=True)
    path.write_bytes(without(intact, lambda r: is_answer(r) or kind(r) == "answers"))
    with pytest.raises(ValueError, match=r"holds nothing usable .* counts have no unit"):
        received(read_journal(path))
