"""Recordings on board of a virtual Movella DOT, and their export."""

import asyncio
from functools import partial

import numpy as np
import pytest

pytest.importorskip("bumble")

from pods.virtual_dot import a_pod, taken, with_pod

from firmware_protocols.movella_dot import PROTOCOL
from firmware_protocols.movella_dot.files import (
    DATA_BYTES,
    RECORD,
    SELECTED,
    Field,
    encode_start,
)
from firmware_protocols.movella_dot.gatt import Channel
from firmware_protocols.movella_dot.messages import Kind, Result, decode_message
from firmware_protocols.movella_dot.request import RefusedError, acknowledged, command
from firmware_protocols.protocol import Stored, Wanted
from pipelines.radio.conversation import converse
from pipelines.radio.link import connect
from pipelines.radio.scan import scan
from pipelines.radio.trouble import LinkLostError
from pipelines.radio.virtual.movella_dot.firmware import MovellaDot
from pipelines.radio.virtual.movella_dot.memory import Memory
from pipelines.radio.virtual.radio import virtual_radio
from pipelines.radio.virtual.time import loop_clock_ns, run_virtual

FIRST = Stored("1", DATA_BYTES, exact=False)
UTC_NS = 1_795_330_800 * 10**9


def logging(seconds, wanted=Wanted(utc_ns=UTC_NS)):  # noqa: B008
    async def work(link, kill):
        await converse(link, PROTOCOL.log.begin(wanted, "run"))
        await asyncio.sleep(seconds)
        await converse(link, PROTOCOL.log.end())

    return work


def fetching(recording=FIRST, offset=0):
    async def work(link, kill):
        await converse(link, PROTOCOL.log.download(recording, offset))

    return work


async def listing(link, kill):
    return await converse(link, PROTOCOL.log.stored())


def made(firmware, number=1):
    """What lies in the flash of the pod, as it is exported here."""
    recording = firmware[0].memory.recordings[number - 1]
    return b"".join(recording.exported(k, SELECTED) for k in range(len(recording.records)))


def test_a_recording_at_120_hz_is_exported_bit_by_bit_and_on_the_clock(firmware):
    pod = a_pod()
    results, packets = with_pod(pod, logging(20), listing, fetching())
    assert results[1] == [FIRST]
    assert PROTOCOL.log.fetched(packets, FIRST) == made(firmware)
    assert firmware[0].memory.recordings[0].utc_s == UTC_NS // 10**9
    decoded = PROTOCOL.decode(packets)
    assert (decoded.lost, dict(decoded.trouble), len(decoded.samplings)) == (0, {}, 1)
    assert decoded.assumed == ()
    assert decoded.rate_hz == pytest.approx(120, rel=1e-5)
    assert len(decoded.samples) == pytest.approx(20.5 * 120, abs=60)
    at = taken(pod, decoded)
    assert set(np.diff(at)) == {1}
    # The looks at the pod's clock, before and after, put the recording on the host's.
    assert len(decoded.arrival) > 120
    late_s = decoded.arrival[:, 1] - decoded.arrival[:, 0]
    true_late_s = pod.true_time_s[at[0]] - decoded.samples["device_us"][0] * 1e-6
    assert 0 < late_s.min() - true_late_s < 0.05
    half = len(late_s) // 2
    assert abs(late_s[:half].min() - late_s[half:].min()) < 0.01


def test_what_clipped_is_flagged_in_a_recording(firmware):
    pod = a_pod()
    pod.samples["acc_lsb"][1500:1503, 1] = 40_000
    pod.samples["gyr_lsb"][1600, 2] = -40_000
    _, packets = with_pod(pod, logging(20), fetching())
    decoded = PROTOCOL.decode(packets)
    at = taken(pod, decoded)
    np.testing.assert_array_equal(at[decoded.clipped[:, 0]], [1500, 1501, 1502])
    np.testing.assert_array_equal(at[decoded.clipped[:, 1]], [1600])


def test_a_recording_goes_on_where_the_link_is_lost(firmware):
    async def walks_off(link, kill):
        await converse(link, PROTOCOL.log.begin(Wanted(), "run"))
        kill()
        await asyncio.sleep(15)

    async def comes_back(link, kill):
        with pytest.raises(ValueError, match="is recording on board; end that first"):
            await converse(link, PROTOCOL.start(Wanted()))
        await converse(link, PROTOCOL.log.end())

    pod = a_pod()
    _, packets = with_pod(pod, walks_off, comes_back, fetching())
    decoded = PROTOCOL.decode(packets)
    assert (decoded.lost, len(decoded.samplings)) == (0, 1)
    assert len(decoded.samples) > 15 * 120
    assert PROTOCOL.log.fetched(packets, FIRST) == made(firmware)


def test_a_download_goes_on_where_a_lost_link_ended_it(firmware):
    packets = []

    async def main():
        async with virtual_radio([a_pod()]) as virtual:
            (found,) = await scan(virtual.radio, [PROTOCOL], enough=1)
            works = [logging(20), cut, going_on]
            for work in works:
                link = connect(virtual.radio, found, packets.append, clock_ns=loop_clock_ns)
                async with link as link:
                    await work(link, virtual.kill_link["DOT 1"])

    async def cut(link, kill):
        asyncio.get_running_loop().call_later(3, kill)
        with pytest.raises(LinkLostError):
            await converse(link, PROTOCOL.log.download(FIRST, 0))

    async def going_on(link, kill):
        before = len(packets)
        half = len(PROTOCOL.log.fetched(packets, FIRST))
        assert 100 * RECORD.itemsize < half < len(made(firmware)) - 100 * RECORD.itemsize
        await converse(link, PROTOCOL.log.download(FIRST, half))
        again = records_of(packets[before:])
        assert min(k for k in again if k > 200) == half // RECORD.itemsize

    run_virtual(main())
    assert PROTOCOL.log.fetched(packets, FIRST) == made(firmware)
    assert PROTOCOL.decode(packets).lost == 0


def records_of(packets):
    """The numbers of the records among the packets, in the order of arrival."""
    said = [decode_message(one.payload) for one in packets if one.channel == Channel.NOTICE]
    return [int.from_bytes(one.payload[:4], "little") for one in said if one.kind == Kind.DATA]


def losing(monkeypatch, lost, *, always=False):
    """Let records be lost on the way: the first time that each of those is sent, or always."""
    send, lost = MovellaDot._tell, set(lost)

    async def lossy(self, kind, payload=b""):
        number = int.from_bytes(payload[:4], "little")
        if kind == Kind.DATA and number in lost:
            if not always:
                lost.discard(number)
            return
        await send(self, kind, payload)

    monkeypatch.setattr(MovellaDot, "_tell", lossy)


def test_records_that_are_lost_are_asked_for_again(firmware, monkeypatch):
    losing(monkeypatch, {5, 6, 40, 1000})
    _, packets = with_pod(a_pod(), logging(20), fetching())
    assert PROTOCOL.log.fetched(packets, FIRST) == made(firmware)
    assert PROTOCOL.decode(packets).lost == 0


def test_a_recording_that_never_arrives_whole_is_said_to_be(firmware, monkeypatch):
    losing(monkeypatch, range(3, 600, 3))
    with pytest.raises(ValueError, match="does not arrive whole; bring the pod closer"):
        with_pod(a_pod(), logging(20), fetching())
    assert firmware[0]._state == Result.IDLE


@pytest.mark.parametrize("lost", [5, 110])
def test_a_record_that_is_lost_again_and_again_is_missed_at_the_end(firmware, monkeypatch, lost):
    losing(monkeypatch, {lost}, always=True)
    with pytest.raises(ValueError, match="does not arrive whole; bring the pod closer"):
        with_pod(a_pod(), logging(1), fetching())


def test_a_record_that_the_pod_finds_damaged_costs_itself_alone(firmware):
    async def damaging(link, kill):
        firmware[0].memory.recordings[0].damaged.add(77)

    _, packets = with_pod(a_pod(), logging(10), damaging, fetching())
    decoded = PROTOCOL.decode(packets)
    assert (decoded.lost, dict(decoded.trouble)) == (1, {"record damaged in the pod": 1})
    content = PROTOCOL.log.fetched(packets, FIRST)
    assert len(content) == len(made(firmware))


def test_several_recordings_are_fetched_each_by_its_number(firmware):
    works = [logging(5), logging(8), listing, fetching(Stored("2")), fetching(FIRST)]
    results, packets = with_pod(a_pod(), *works)
    assert results[2] == [Stored(name, DATA_BYTES, exact=False) for name in "12"]
    for number in (1, 2):
        assert PROTOCOL.log.fetched(packets, Stored(str(number))) == made(firmware, number)
    assert [one.lost for one in PROTOCOL.decode(packets).samplings] == [0, 0]


def test_a_recording_outlasts_a_reboot_and_ends_with_it(firmware):
    async def loses_power(link, kill):
        await converse(link, PROTOCOL.log.begin(Wanted(), "run"))
        await asyncio.sleep(6)
        await firmware[0].power_cycle()

    pod = a_pod()
    _, packets = with_pod(pod, loses_power, fetching())
    decoded = PROTOCOL.decode(packets)
    assert len(decoded.samples) == pytest.approx(6 * 120, abs=60)
    # The clock began anew since: nothing puts the recording on that of the host.
    assert len(decoded.arrival) == 0


def test_a_full_memory_ends_a_recording_and_refuses_the_next(firmware, monkeypatch):
    memory = partial(Memory, size_bytes=40_000)
    monkeypatch.setattr("pipelines.radio.virtual.movella_dot.firmware.Memory", memory)

    async def fills(link, kill):
        await converse(link, PROTOCOL.log.begin(Wanted(), "run"))
        await asyncio.sleep(12)
        about = await converse(link, PROTOCOL.about())
        await converse(link, PROTOCOL.log.end())
        return about

    async def again(link, kill):
        with pytest.raises(ValueError, match="does not record: its memory may be full"):
            await converse(link, PROTOCOL.log.begin(Wanted(), "run"))

    results, packets = with_pod(a_pod(), fills, again, fetching())
    assert results[0].doing == ""
    assert 600 < len(PROTOCOL.decode(packets).samples) < 900


def test_what_is_not_there_is_refused_in_words():
    with pytest.raises(ValueError, match="no recording 7; list what it has"):
        with_pod(a_pod(20), fetching(Stored("7")))
    for name in ("my run", "0", "255", "²"):
        with pytest.raises(ValueError, match="numbers for names"):
            with_pod(a_pod(20), fetching(Stored(name)))


@pytest.mark.parametrize(
    ("recording", "kind", "payload", "result"),
    [
        (False, Kind.ERASED, b"", Result.INVALID),
        (False, Kind.STOP, b"", Result.INVALID),
        (False, Kind.RESEND, bytes(4), Result.INVALID),
        (False, Kind.SELECT, bytes([Field.TIME, 0x0D]), Result.INVALID),
        (False, Kind.START, bytes(5), Result.INVALID),
        (False, Kind.GET_STATE, b"", Result.IDLE),
        (True, Kind.GET_STATE, b"", Result.RECORDING),
        (True, Kind.START, encode_start(0), Result.RECORDING),
        (True, Kind.GET_FLASH, b"", Result.RECORDING),
        (True, Kind.GET_DATA, b"\x01", Result.RECORDING),
        (True, Kind.SELECT, SELECTED, Result.RECORDING),
    ],
)
def test_a_pod_acknowledges_as_published(recording, kind, payload, result):
    async def asking(link, kill):
        if recording:
            await converse(link, command(Kind.START, encode_start(0)))
        return await converse(link, acknowledged(kind, payload))

    assert with_pod(a_pod(20), asking)[0] == [result]


def test_a_refusal_says_why():
    async def asking(link, kill):
        await converse(link, command(Kind.START, encode_start(0)))
        await converse(link, command(Kind.GET_FLASH))

    with pytest.raises(RefusedError, match="refuses GET_FLASH: it is recording on board; end that"):
        with_pod(a_pod(20), asking)
