"""What the recording machine does to a run: its disk, its clock, its sleep."""

import asyncio
import threading
import time
from datetime import datetime, timedelta

import numpy as np
import pytest

from firmware_protocols.orp_v1 import PROTOCOL
from imu.recording.timebase import session_time_s
from pipelines.capture.machine.host_watch import Clocks, noticed, steady_ns
from pipelines.capture.recorder import record
from pipelines.process.from_journal import host_events
from pipelines.process.from_journal.decode_journal import received
from pipelines.process.from_journal.host_events import host_notes, with_steady_clock
from pipelines.radio.virtual.radio import virtual_radio
from pipelines.radio.virtual.time import loop_clock_ns, run_virtual
from pipelines.store.journal import crc_records
from pipelines.store.journal.crc_records import frame, records
from pipelines.store.journal.format import Header, Pod, journal_path
from pipelines.store.journal.reader import read_journal
from pipelines.store.journal.writer import JournalWriter

SESSION = "2026-11-22-a1b2"
STARTED = datetime.fromisoformat("2026-11-22T07:00:00+00:00")


def virtual_now():
    return STARTED + timedelta(seconds=asyncio.get_running_loop().time())


def recorded(store, pods, *, seconds, meanwhile=None, **options):
    """Record virtual pods for so many virtual seconds; `meanwhile` runs beside."""

    async def main():
        async with virtual_radio(pods) as air:
            stop = asyncio.Event()
            asyncio.get_running_loop().call_later(seconds, stop.set)
            beside = asyncio.create_task(meanwhile()) if meanwhile else None
            settings = {
                "clock_ns": loop_clock_ns,
                "utc_now": virtual_now,
                "on_health": lambda _: None,
                **options,
            }
            try:
                return await record(
                    air.radio, {}, store, athlete="ana", session=SESSION, stop=stop, **settings
                )
            finally:
                if beside:
                    beside.cancel()

    return run_virtual(main())


def late_s(journal, pods):
    """Return how far the session clock of each pod's samples is off, in s."""
    off = []
    for number, pod in zip(journal.header.pods, pods, strict=True):
        decoded = PROTOCOL.decode(journal.packets[number])
        time_s, _ = session_time_s(decoded.samples, decoded.arrival)
        first = np.searchsorted(pod.samples["device_us"], decoded.samples["device_us"][0])
        at = first + decoded.samples["index"] - decoded.samples["index"][0]
        off.append(time_s - pod.true_time_s[at])
    return off


def slow_disk(monkeypatch, seconds):
    """Let every sync take so many virtual seconds; return what is synced at the same time."""
    together = []
    at_once = threading.Semaphore(1)

    def fdatasync(file):
        together.append(not at_once.acquire(blocking=False))
        loops[0].rest(seconds)
        at_once.release()

    loops = []

    def clock_ns():
        loops[:] = [asyncio.get_running_loop()]
        return loop_clock_ns()

    monkeypatch.setattr(crc_records, "_fdatasync", fdatasync)
    return clock_ns, together


def test_a_sync_of_2_s_delays_no_stamp(tmp_path, make_pods, monkeypatch):
    pods = make_pods(45)
    clock_ns, together = slow_disk(monkeypatch, 2.0)
    journal = read_journal(recorded(tmp_path, pods, seconds=40, clock_ns=clock_ns))
    arrivals = [np.diff([p.host_ns for p in said]) * 1e-9 for said in journal.packets.values()]
    assert max(gap_s[10:].max() for gap_s in arrivals) < 0.5
    assert max(np.abs(off_s).max() for off_s in late_s(journal, pods)) < 0.010
    assert journal.closed
    assert len(together) >= 12
    assert not any(together), "one sync at a time"
    slow = [event for event in journal.events if event["kind"] == "slow_sync"]
    assert len(slow) >= 10
    assert all(event["seconds"] == pytest.approx(2.0) for event in slow)


def test_a_disk_that_refuses_a_sync_ends_the_recording_within_a_second(
    tmp_path, make_pods, monkeypatch
):
    fail_from_s, ended = 10.0, []

    def fdatasync(file):
        if ended and ended[-1] > fail_from_s:
            raise OSError(28, "No space left on device")

    def clock_ns():
        ended.append(asyncio.get_running_loop().time())
        return loop_clock_ns()

    monkeypatch.setattr(crc_records, "_fdatasync", fdatasync)
    with pytest.raises(OSError, match=r"no space left .* free some disk space"):
        recorded(tmp_path, make_pods(45), seconds=40, clock_ns=clock_ns)
    journal = read_journal(journal_path(tmp_path, "ana", SESSION))
    last_s = max(packets[-1].host_ns for packets in journal.packets.values()) * 1e-9
    assert fail_from_s < last_s < fail_from_s + 2


def test_a_cancelled_recording_waits_for_the_sync_that_runs(tmp_path, make_pods, monkeypatch):
    clock_ns, together = slow_disk(monkeypatch, 2.0)

    async def cancel():
        await asyncio.sleep(9.5)
        next(task for task in asyncio.all_tasks() if "main" in str(task.get_coro())).cancel()

    with pytest.raises(asyncio.CancelledError):
        recorded(tmp_path, make_pods(20), seconds=15, clock_ns=clock_ns, meanwhile=cancel)
    assert read_journal(journal_path(tmp_path, "ana", SESSION)).closed
    assert not any(together)


AT = Clocks(100.0, 50.0, 1000.0)


@pytest.mark.parametrize(
    ("after", "found"),
    [
        (Clocks(100.2, 50.2, 1000.2), {}),
        (Clocks(100.4, 50.4, 1000.41), {}),
        (Clocks(700.2, 50.2, 1600.2), {host_events.SUSPENDED: 600.0}),
        (Clocks(103.2, 53.2, 1003.2), {host_events.STALLED: 3.0}),
        (Clocks(100.2, 50.2, 998.2), {host_events.SET: -2.0}),
        (Clocks(100.2, 50.2, 4600.2), {host_events.SET: 3600.0}),
        (
            Clocks(160.2, 51.4, 1063.2),
            {host_events.SUSPENDED: 58.8, host_events.STALLED: 1.2, host_events.SET: 3.0},
        ),
    ],
)
def test_what_happened_between_two_looks_at_the_clocks(after, found):
    assert dict(noticed(AT, after, expected_s=0.2)) == pytest.approx(found, abs=1e-6)


def test_stamps_come_from_a_clock_that_is_never_set():
    first = steady_ns()
    time.sleep(0.01)
    assert steady_ns() - first >= 10_000_000
    if hasattr(time, "CLOCK_BOOTTIME"):
        boot_ns = time.clock_gettime_ns(time.CLOCK_BOOTTIME)
        assert 0 <= boot_ns - first < 60_000_000_000


def test_what_happens_to_the_machine_is_noted_and_said(tmp_path, make_pods):
    """Set back by 2 s, it stands still for 1.5 s, then sleeps for 600 s."""

    def loop_s():
        return asyncio.get_running_loop().time()

    async def stand_still():
        await asyncio.sleep(14)
        asyncio.get_running_loop().rest(1.5)

    path = recorded(
        tmp_path,
        make_pods(35),
        seconds=30,
        meanwhile=stand_still,
        clock_ns=lambda: loop_clock_ns() + (600_000_000_000 if loop_s() > 20 else 0),
        awake_ns=loop_clock_ns,
        utc_now=lambda: (
            virtual_now() + timedelta(seconds=-2 * (loop_s() > 8) + 600 * (loop_s() > 20))
        ),
    )
    journal = read_journal(path)
    happened = {e["kind"]: e["seconds"] for e in journal.events if "seconds" in e}
    assert happened == pytest.approx(
        {host_events.SET: -2.0, host_events.STALLED: 1.5, host_events.SUSPENDED: 600.0}, abs=0.21
    )
    slept, clock, program = sorted(host_notes(journal))
    assert slept.startswith("the recording machine was asleep for 600.0 s; what the pods could not")
    assert program.startswith("the recording program stalled for 1.")
    assert clock.startswith("the recording machine's clock was set by -2.0 s; times within the run")


def set_back(path, steps):
    """Rewrite a journal as a recorder whose clock was set by `steps` {at_s: by_s} stamps it."""
    data = path.read_bytes()
    out = b""
    for stream, flags, host_ns, payload in records(data):
        by_s = sum(by_s for at_s, by_s in steps.items() if host_ns * 1e-9 > at_s)
        out += frame(stream, host_ns + round(by_s * 1e9), payload, flags)
    path.write_bytes(out)
    return path


@pytest.mark.parametrize(
    "steps", [{22: -2.0}, {9: -3600.0}, {12: -2.0, 13.3: -5.0, 30: -0.6}, {38.5: -2.0}]
)
def test_a_clock_set_back_costs_no_pod_and_no_time(steps, tmp_path, make_pods):
    pods = make_pods(45)
    path = set_back(recorded(tmp_path, pods, seconds=40), steps)
    journal = read_journal(path)
    assert [step.by_ns * 1e-9 for step in journal.clock_steps] == pytest.approx(
        [-by_s for by_s in steps.values()], abs=0.2
    )
    for off_s in late_s(with_steady_clock(journal), pods):
        assert np.abs(off_s).max() < 0.012
    raw = received(journal)
    assert set(raw.pods) == {"pelvis", "shank_left", "shank_right"}
    (note,) = raw.notes
    assert note.startswith("the clock that stamped this recording was set back by ")


def test_a_pod_that_is_started_after_the_fall_is_in_time_with_the_others(tmp_path, make_pods):
    """The fall of the others' stamps is a fall for it, too."""
    pods = make_pods(45)
    path = recorded(tmp_path, pods, seconds=40)
    kept = b"".join(
        frame(stream, host_ns, payload, flags)
        for stream, flags, host_ns, payload in records(path.read_bytes())
        if stream != 3 or host_ns > 20e9 or payload[0] >> 4 != 1 or len(payload) < 40
    )
    path.write_bytes(kept)
    journal = read_journal(set_back(path, {15: -2.0}))
    for off_s in late_s(with_steady_clock(journal), pods):
        assert np.abs(off_s).max() < 0.015


def test_a_journal_written_pod_by_pod_has_no_fall(tmp_path):
    header = Header(
        SESSION, "ana", STARTED.isoformat(), 0, {k: Pod("pelvis", "", "", "orp_v1") for k in (1, 2)}
    )
    with JournalWriter(tmp_path / "a.journal", header) as out:
        for pod in (1, 2):
            for k in range(5):
                out.append(pod, k, b"x")
    assert read_journal(tmp_path / "a.journal").clock_steps == ()
