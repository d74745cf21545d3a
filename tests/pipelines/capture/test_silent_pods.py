"""A pod that answers and measures nothing is not recording: seen, said, noted and mended."""

import asyncio
from datetime import UTC, datetime

import numpy as np
import pytest

from firmware_protocols.orp_v1 import PROTOCOL
from firmware_protocols.orp_v1.frames import Frame, Kind, encode_frame
from firmware_protocols.orp_v1.gatt import Channel
from pipelines.capture.one_pod.health import Newest, is_news
from pipelines.capture.recorder import record
from pipelines.radio.virtual.orp_v1.firmware import OrpV1
from pipelines.radio.virtual.radio import virtual_radio
from pipelines.radio.virtual.time import loop_clock_ns, run_virtual
from pipelines.store.journal.reader import read_journal

STARTED = datetime(2026, 11, 22, 7, tzinfo=UTC)
FAULTY = "ORP-LSH"


def recorded(store, pods, *, seconds):
    """Record virtual pods; return the journal and, for every second, the health of each pod."""
    health = []

    async def main():
        async with virtual_radio(pods) as air:
            stop = asyncio.Event()
            asyncio.get_running_loop().call_later(seconds, stop.set)
            return await record(
                air.radio,
                {},
                store,
                athlete="ana",
                session="2026-11-22-a1b2",
                stop=stop,
                on_health=lambda pods: health.append((loop_clock_ns() * 1e-9, pods)),
                clock_ns=loop_clock_ns,
                utc_now=lambda: STARTED,
            )

    return read_journal(run_virtual(main())), health


async def nothing(firmware, sampling, n):
    """Send no frame: STATUS alone goes on."""


async def empty_frames(firmware, sampling, n):
    frame = Frame(Kind.RAW6, 0, 0, sampling.index, 0, 1, np.zeros((0, 6), np.int16))
    await firmware._send(Channel.STREAM, encode_frame(frame))


async def broken_frames(firmware, sampling, n):
    payload = bytearray(encode_frame(sampling.frame(sampling.index, n, 0)))
    payload[-1] ^= 1
    await firmware._send(Channel.STREAM, bytes(payload))


async def unknown_configuration(firmware, sampling, n):
    frame = sampling.frame(sampling.index, n, 0)
    other = Frame(frame.kind, frame.flags, 0, frame.index, frame.t0_us, 99, frame.counts)
    await firmware._send(Channel.STREAM, encode_frame(other))


async def the_same_again(firmware, sampling, n):
    """Send the first ten frames that were ever sent over and over, whatever is asked."""
    if not hasattr(firmware, "stuck"):
        firmware.stuck = [encode_frame(sampling.frame(k * n, n, k)) for k in range(10)]
    await firmware._send(Channel.STREAM, firmware.stuck[sampling.framed // n % 10])


FAULTS = [nothing, empty_frames, broken_frames, unknown_configuration, the_same_again]


def broken_firmware(monkeypatch, fault, *, from_s, mended_by):
    """Let one pod do `fault` instead of sending samples, until it is asked to `mended_by`."""
    send_live = OrpV1._send_live
    since = {"START": 0, "connected": 0}
    for name, method in (("START", "_start"), ("connected", "connected")):
        original = getattr(OrpV1, method)

        def counting(self, *args, name=name, original=original):
            if self.pod.name == FAULTY and self._now_s() > from_s:
                since[name] += name == "connected" or self._sampling is None
            return original(self, *args)

        monkeypatch.setattr(OrpV1, method, counting)

    async def send(self, sampling, n):
        mended = mended_by is not None and since[mended_by] > 0
        if self.pod.name != FAULTY or self._now_s() < from_s or mended:
            await send_live(self, sampling, n)
            return
        if n > 0:
            await fault(self, sampling, n)
        sampling.framed += n

    monkeypatch.setattr(OrpV1, "_send_live", send)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_pod_that_sends_no_samples_is_not_recording_whatever_else_it_says(
    fault, tmp_path, make_pods, monkeypatch
):
    broken_firmware(monkeypatch, fault, from_s=12.0, mended_by=None)
    journal, health = recorded(tmp_path, make_pods(45), seconds=40)
    rows = [(now_s, pods[1]) for now_s, pods in health]
    assert all(pod.state == "recording" for now_s, pod in rows if 10 < now_s < 12)
    late = [(now_s, pod) for now_s, pod in rows if 19 < now_s < 40]
    assert late
    for now_s, pod in late:
        assert pod.state != "recording"
        assert pod.age_s == pytest.approx(now_s - 12.0, abs=0.5)
        assert pod.rate_hz is None
        since = datetime.fromtimestamp(STARTED.timestamp() + 12 - began_s(journal)).astimezone()
        assert pod.note.startswith(f"no samples since {since:%H:%M:}")
        assert f"({now_s - 12:.0f} s)" in pod.note or f"({now_s - 12 - 0.5:.0f} s)" in pod.note
        assert "no new samples came for 5 s" in pod.note or "the link to" in pod.note
    lost = [event for event in journal.events if event["kind"] == "lost"]
    assert {event["pod"] for event in lost} == {2}
    assert len(lost) >= 3, "it is connected again and again"
    assert 16 < lost[0]["host_ns"] * 1e-9 < 19
    assert lost[0]["sampled_ns"] * 1e-9 == pytest.approx(12, abs=0.5)
    assert journal.closed
    for number in (1, 3):
        decoded = PROTOCOL.decode(journal.packets[number])
        assert decoded.lost == 0
        assert len(decoded.samples) > 34 * 200


def began_s(journal):
    return journal.header.started_ns * 1e-9


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize(("mended_by", "within_s"), [("connected", 8.0), ("START", 16.0)])
def test_a_silent_pod_is_connected_again_and_if_need_be_started_anew(
    fault, mended_by, within_s, tmp_path, make_pods, monkeypatch
):
    broken_firmware(monkeypatch, fault, from_s=12.0, mended_by=mended_by)
    journal, health = recorded(tmp_path, make_pods(45), seconds=40)
    assert all(pods[1].state == "recording" for now_s, pods in health if 12 + within_s < now_s < 40)
    _, last = health[-2]
    assert last[1].note == ""
    assert last[1].rate_hz == pytest.approx(200, rel=0.01)
    kinds = [event["kind"] for event in journal.events if event.get("pod") == 2]
    assert kinds.count("lost") == (1 if mended_by == "connected" else 2)


def test_a_pod_without_a_first_sample_is_started_anew(tmp_path, make_pods, monkeypatch):
    broken_firmware(monkeypatch, nothing, from_s=0.0, mended_by=None)
    journal, health = recorded(tmp_path, make_pods(30), seconds=25)
    rows = [pods[1] for now_s, pods in health if 12 < now_s < 25]
    assert {pod.state for pod in rows} <= {"connecting", "lost"}
    assert all("no samples since" in pod.note for pod in rows)
    assert all(pod.received == 0 for pod in rows)
    assert [event["kind"] for event in journal.events if event.get("pod") == 2].count(
        "started"
    ) >= 3
    assert journal.closed
    assert len(PROTOCOL.decode(journal.packets[1]).samples) > 18 * 200


def test_samples_are_news_only_once_and_those_of_another_start_always():
    known = Newest(1000, 65_000_000, 10.0)
    assert is_news(known, None, rate_hz=200)
    assert is_news(Newest(1001, 65_005_000, 11.0), known, rate_hz=200)
    assert not is_news(Newest(1000, 65_000_000, 12.0), known, rate_hz=200)
    assert not is_news(Newest(200, 61_000_300, 13.0), known, rate_hz=200)
    assert is_news(Newest(200, 3_000_000, 14.0), known, rate_hz=200)
    assert is_news(Newest(0, 66_000_000, 15.0), known, rate_hz=200)


def test_of_a_pod_that_sends_all_in_order_whatever_comes_later_is_news():
    known = Newest(13_000, 65_000_000, 10.0)
    assert is_news(Newest(200, 1_000_000, 14.0), known, rate_hz=200, in_order=True)
    assert not is_news(Newest(13_000, 65_000_000, 14.0), known, rate_hz=200, in_order=True)
    assert not is_news(Newest(14_000, 70_000_000, 9.0), known, rate_hz=200, in_order=True)
