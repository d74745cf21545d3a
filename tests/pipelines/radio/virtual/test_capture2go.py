"""Our conversations with a virtual Capture2Go pod: streams, full buffers, recordings on board."""

import asyncio
from dataclasses import replace
from functools import partial

import numpy as np
import pytest

pytest.importorskip("bumble")

from pods import on_links
from pods.virtual_pods import capture2go_pods

from firmware_protocols.capture2go import PROTOCOL
from firmware_protocols.capture2go.frames import Package, encode_frame
from firmware_protocols.capture2go.gatt import Channel
from firmware_protocols.capture2go.packages import Code, Id
from firmware_protocols.capture2go.request import RefusedError, request
from firmware_protocols.protocol import Stored, Wanted
from firmware_protocols.requests import Subscribe, Write
from pipelines.radio.conversation import converse
from pipelines.radio.link import connect
from pipelines.radio.scan import scan
from pipelines.radio.trouble import LinkLostError
from pipelines.radio.virtual.capture2go.firmware import Capture2Go
from pipelines.radio.virtual.link_timing import Air
from pipelines.radio.virtual.radio import virtual_radio
from pipelines.radio.virtual.time import loop_clock_ns, run_virtual

NAME = "2026-11-22_run"


def a_pod(seconds=60, **more):
    return replace(capture2go_pods(seconds)[0], **more)


with_pod = partial(on_links.on_links, PROTOCOL)
streaming = partial(on_links.streaming, PROTOCOL)


def assert_from(pod, samples, step=1):
    """The samples are those the pod took, every `step`-th of them, by their index."""
    index = samples["index"] - samples["index"][0]
    same = (pod.samples["acc_lsb"] == samples["acc_lsb"][0]).all(axis=1)
    at = int(np.argmax(same)) + index * step
    np.testing.assert_array_equal(samples["acc_lsb"], pod.samples["acc_lsb"][at])
    np.testing.assert_array_equal(samples["gyr_lsb"], pod.samples["gyr_lsb"][at])


@pytest.mark.parametrize("att_mtu", [23, 65, 185, 247])
def test_small_packets_lose_nothing_either(att_mtu):
    pod = a_pod(att_mtu=att_mtu)
    seconds = 3 if att_mtu == 23 else 20
    air = Air(missed=0.0, packets_per_event=12)
    _, packets = with_pod(pod, streaming(seconds), air=air)
    decoded = PROTOCOL.decode(packets)
    assert (decoded.lost, dict(decoded.trouble)) == (0, {})
    assert len(decoded.samples) > seconds * 200 * (0.5 if att_mtu == 23 else 0.95)
    assert_from(pod, decoded.samples)
    assert max(len(packet.payload) for packet in packets) <= att_mtu - 3


@pytest.mark.parametrize(("asked_hz", "done_hz"), [(500, 200), (60, 100), (25, 25)])
def test_the_pod_does_the_slowest_rate_that_is_enough(asked_hz, done_hz):
    pod = a_pod()
    _, packets = with_pod(pod, streaming(20, Wanted(rate_hz=asked_hz)))
    decoded = PROTOCOL.decode(packets)
    assert (decoded.rate_hz, decoded.lost) == (done_hz, 0)
    assert len(decoded.samples) == pytest.approx(20 * done_hz, rel=0.05)
    assert_from(pod, decoded.samples, step=200 // done_hz)


def test_clipped_samples_are_flagged():
    pod = a_pod()
    pod.samples["acc_lsb"][1500:1503, 1] = 40_000
    pod.samples["gyr_lsb"][2500, 2] = -40_000
    _, packets = with_pod(pod, streaming(20))
    decoded = PROTOCOL.decode(packets)
    acc, gyr = decoded.clipped.T
    assert 8 <= acc.sum() <= 16
    assert gyr.sum() == 8
    assert (np.abs(decoded.samples["acc_lsb"][acc]) >= 32767).any()
    assert not (np.abs(decoded.samples["acc_lsb"][~acc]) >= 32767).any()


def test_what_a_full_buffer_did_not_take_is_a_gap_and_said():
    pod = a_pod(ring_s=2.0)

    async def lost_for_ten_seconds(link, kill):
        await converse(link, PROTOCOL.start(Wanted()))
        await asyncio.sleep(5)
        kill()
        await asyncio.sleep(10)

    _, packets = with_pod(pod, lost_for_ten_seconds, streaming(5))
    decoded = PROTOCOL.decode(packets)
    assert decoded.earlier == ()
    assert decoded.lost == pytest.approx(8 * 200, abs=150)
    assert decoded.trouble["gap in time reported by the pod"] == 1
    assert_from(pod, decoded.samples)


def test_a_recording_on_board_is_what_the_pod_took():
    pod = a_pod()

    async def recording(link, kill):
        await converse(link, PROTOCOL.log.begin(Wanted(), NAME))
        await asyncio.sleep(20)
        with pytest.raises(ValueError, match="is recording on board"):
            await converse(link, PROTOCOL.start(Wanted()))
        await converse(link, PROTOCOL.log.end())
        (stored,) = await converse(link, PROTOCOL.log.stored())
        await converse(link, PROTOCOL.log.download(stored))
        return stored

    ((stored,), packets) = with_pod(pod, recording)
    assert stored.name == NAME
    assert len(PROTOCOL.log.fetched(packets, stored)) == stored.size_bytes
    decoded = PROTOCOL.decode(packets)
    assert decoded.lost == 0
    assert len(decoded.samples) == pytest.approx(20 * 200, abs=80)
    assert_from(pod, decoded.samples)
    assert len(decoded.arrival) == pytest.approx(20, abs=2)
    late_s = decoded.arrival[:, 1] - decoded.arrival[:, 0]
    assert np.ptp(late_s) < 0.2


def test_a_download_goes_on_where_a_lost_link_ended_it():
    pod = a_pod()

    async def recording(link, kill):
        await converse(link, PROTOCOL.log.begin(Wanted(), NAME))
        await asyncio.sleep(30)
        await converse(link, PROTOCOL.log.end())

    async def cut_off(link, kill):
        (stored,) = await converse(link, PROTOCOL.log.stored())
        asyncio.get_running_loop().call_later(1.0, kill)
        with pytest.raises(LinkLostError):
            await converse(link, PROTOCOL.log.download(stored))
        return stored

    got = []

    async def the_rest(link, kill):
        stored = Stored(NAME)
        got.append(len(PROTOCOL.log.fetched(so_far, stored)))

        await converse(link, PROTOCOL.log.download(stored, got[0]))

    so_far = []

    async def main():
        async with virtual_radio([pod]) as virtual:
            (found,) = await scan(virtual.radio, [PROTOCOL], enough=1)
            for work in (recording, cut_off, the_rest):
                async with connect(
                    virtual.radio, found, so_far.append, clock_ns=loop_clock_ns
                ) as link:
                    stored = await work(link, virtual.kill_link[pod.name]) or Stored(NAME)
        return stored

    run_virtual(main())
    decoded = PROTOCOL.decode(so_far)
    assert got[0] > 0
    assert len(PROTOCOL.log.fetched(so_far, Stored(NAME))) > got[0]
    assert decoded.lost == 0
    assert len(decoded.samples) == pytest.approx(30 * 200, abs=20)


def test_a_piece_of_a_recording_that_is_lost_is_asked_for_again(monkeypatch):
    pod = a_pod()
    send = Capture2Go._send_file
    fetching, dropped = [], []

    async def noting(self, pieces):
        fetching.append(pieces)
        lossy = [p for k, p in enumerate(pieces) if len(fetching) > 1 or k not in (5, 6, 40)]
        dropped.append(len(pieces) - len(lossy))
        await send(self, lossy)

    monkeypatch.setattr(Capture2Go, "_send_file", noting)

    async def recording(link, kill):
        await converse(link, PROTOCOL.log.begin(Wanted(), NAME))
        await asyncio.sleep(10)
        await converse(link, PROTOCOL.log.end())
        await converse(link, PROTOCOL.log.download(Stored(NAME)))

    _, packets = with_pod(pod, recording)
    assert dropped[0] == 3
    assert len(fetching) == 2
    assert PROTOCOL.decode(packets).lost == 0


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (Package(0x0186, bytes(17)), Code.UNKNOWN_COMMAND),
        (Package(Id.SET_MODE, bytes(3)), Code.PACKAGE_ERROR),
        (Package(Id.STOP_STREAMING), Code.WRONG_STATE),
        (Package(Id.START_RECORDING), Code.NO_RECORDING_CONFIG),
        (Package(Id.GET_SIZE, b"none".ljust(65, b"\0")), Code.FILE_NOT_FOUND),
    ],
)
def test_what_the_pod_does_not_do_it_refuses_with_the_published_code(command, code):
    async def asking(link, kill):
        def talk():
            yield Subscribe(Channel.TX)
            yield from request(command, 0)

        with pytest.raises(RefusedError) as refused:
            await converse(link, talk())
        return refused.value

    ((refused,), _) = with_pod(a_pod(), asking)
    assert refused.code == code
    assert str(refused).startswith("the pod refuses ")


def test_what_is_no_frame_is_refused_and_the_pod_goes_on():
    async def babbling(link, kill):
        def talk():
            yield Subscribe(Channel.TX)
            yield Write(Channel.RX, b"\x02\x00")
            yield Write(Channel.RX, encode_frame(Package(Id.GET_STATUS))[:-1] + b"\x01")
            return (yield from request(Package(Id.GET_STATUS), Id.STATUS))

        return await converse(link, talk())

    ((answer,), packets) = with_pod(a_pod(), babbling)
    assert answer.id == Id.STATUS
    assert PROTOCOL.decode(packets).trouble["refused with code FC"] == 2


def test_a_pod_that_measures_at_another_rate_is_none():
    with pytest.raises(ValueError, match="these pods do at 200 Hz"):
        with_pod(replace(a_pod(), rate_hz=104.0), streaming(1))
