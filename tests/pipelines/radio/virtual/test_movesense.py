"""Our conversations with a virtual Movesense pod: streams, refusals, logs in its flash."""

import asyncio
import re
from contextlib import suppress
from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("bumble")

from pods.virtual_pods import movesense_pods

from firmware_protocols.movesense_gsp import PROTOCOL
from firmware_protocols.movesense_gsp.frames import Command, encode_command, encode_paths
from firmware_protocols.movesense_gsp.gatt import Channel
from firmware_protocols.movesense_gsp.request import RefusedError, get
from firmware_protocols.protocol import Stored, Wanted
from firmware_protocols.requests import Pause, Subscribe, Write
from pipelines.radio.conversation import converse
from pipelines.radio.link import connect
from pipelines.radio.scan import scan
from pipelines.radio.trouble import LinkLostError
from pipelines.radio.virtual.link_timing import Air
from pipelines.radio.virtual.movesense_gsp.firmware import NEVER_ANSWERED, PLACES, Movesense
from pipelines.radio.virtual.radio import virtual_radio
from pipelines.radio.virtual.time import loop_clock_ns, run_virtual


def a_pod(seconds=60, **more):
    return movesense_pods(seconds, **more)[0]


def with_pod(pod, *works, air=Air(missed=0.02)):  # noqa: B008
    """Do each work, `(link)`, on a link of its own; return results and all packets."""
    packets, results = [], []

    async def main():
        async with virtual_radio([pod], air=air) as virtual:
            for work in works:
                (found,) = await scan(virtual.radio, [PROTOCOL], enough=1)
                assert pod.name.startswith(found.name)
                link = connect(virtual.radio, found, packets.append, clock_ns=loop_clock_ns)
                async with link as link:
                    results.append(await work(link))

    run_virtual(main())
    return results, packets


def streaming(seconds, **wanted):
    async def work(link):
        await converse(link, PROTOCOL.start(Wanted(**wanted)))
        await asyncio.sleep(seconds)
        await converse(link, PROTOCOL.stop())
        silent = len(link.kept)
        await asyncio.sleep(1)
        return silent

    return work


def assert_from(pod, samples, step=1):
    """The samples are those the pod took, every `step`-th of them, by their index."""
    index = samples["index"] - samples["index"][0]
    acc, gyr = 8 * pod.samples["acc_lsb"], 16 * pod.samples["gyr_lsb"]
    at = int(np.argmax((acc == samples["acc_lsb"][0]).all(axis=1))) + index * step
    np.testing.assert_array_equal(samples["acc_lsb"], acc[at])
    np.testing.assert_array_equal(samples["gyr_lsb"], gyr[at])
    return at


@pytest.mark.parametrize("att_mtu", [23, 105, 185, 247])
def test_every_sample_arrives_bit_by_bit_whatever_the_packets(att_mtu):
    pod = a_pod(att_mtu=att_mtu)
    wanted_hz = 50 if att_mtu == 23 else 200
    air = Air(missed=0.0, packets_per_event=12)
    _, packets = with_pod(pod, streaming(20, rate_hz=wanted_hz), air=air)
    decoded = PROTOCOL.decode(packets)
    assert (decoded.lost, len(decoded.samplings)) == (0, 1)
    # The pod cuts answers that do not fit, as it does its list of logs.
    assert dict(decoded.trouble) == ({"not the time of a pod": 1} if att_mtu == 23 else {})
    step = 4 if wanted_hz == 50 else 1
    assert len(decoded.samples) > 19.5 * 202.5 / step
    assert_from(pod, decoded.samples, step)
    assert decoded.rate_hz == pytest.approx(202.5 / step, rel=3e-4)
    assert max(len(packet.payload) for packet in packets) <= att_mtu - 3
    assert decoded.scale.acc_range_mps2 == pytest.approx(16 * 9.807)
    assert decoded.battery_pct == pod.battery_pct
    assert decoded.device["serial"].startswith("2502300")


@pytest.mark.parametrize(("wanted_hz", "path"), [(40, 52), (60, 104), (120, 208), (208, 208)])
def test_the_slowest_stream_is_chosen_that_is_fast_enough(wanted_hz, path):
    _, packets = with_pod(a_pod(20), streaming(4, rate_hz=wanted_hz))
    assert PROTOCOL.decode(packets).device["stream"] == f"/Meas/IMU6/{path}"


def test_after_a_stop_nothing_more_comes():
    pod = a_pod(30)
    _, packets = with_pod(pod, streaming(5))
    acc = PROTOCOL.decode(packets).samples["acc_lsb"]
    (last,) = np.flatnonzero((8 * pod.samples["acc_lsb"] == acc[-1]).all(axis=1))
    assert pod.true_time_s[last] < 7


def test_a_rate_that_a_pod_does_not_have_is_refused_in_words():
    with pytest.raises(RefusedError, match="refuses SUBSCRIBE: it has no such thing"):
        with_pod(a_pod(20), streaming(4, rate_hz=416))


def test_a_pod_that_streams_already_begins_anew():
    async def twice(link):
        await converse(link, PROTOCOL.start(Wanted()))
        await asyncio.sleep(2)
        await converse(link, PROTOCOL.start(Wanted()))
        await asyncio.sleep(2)

    pod = a_pod(20)
    _, packets = with_pod(pod, twice)
    decoded = PROTOCOL.decode(packets)
    assert len(decoded.samplings) == 1
    assert len(decoded.samples) > 700
    assert dict(decoded.trouble) == {"refused with status 409": 1}


def unanswered():
    yield Subscribe(Channel.DATA)
    said = encode_command(Command.GET, 0x77, encode_paths(NEVER_ANSWERED))
    for _ in range(PLACES):
        yield Write(Channel.COMMAND, said)
    yield Pause(0.5)


def test_a_pod_without_a_place_for_requests_is_started_anew_and_streams_then():
    async def exhausts(link):
        await converse(link, unanswered())
        with pytest.raises(LinkLostError):
            await converse(link, PROTOCOL.start(Wanted()))
        await asyncio.sleep(2)

    pod = a_pod(60)
    _, packets = with_pod(pod, exhausts, streaming(5))
    decoded = PROTOCOL.decode(packets)
    assert len(decoded.samples) > 900
    assert decoded.trouble["refused with status 429"] == 1


def logging(seconds, wanted=Wanted(rate_hz=100, utc_ns=1_795_330_800 * 10**9)):  # noqa: B008
    async def work(link):
        await converse(link, PROTOCOL.log.begin(wanted, "run"))
        await asyncio.sleep(seconds)
        with suppress(LinkLostError):  # a pod that starts anew lets go of the link
            await converse(link, PROTOCOL.log.end())
        await asyncio.sleep(2)

    return work


async def listing(link):
    return await converse(link, PROTOCOL.log.stored())


def fetching(number="1", offset=0):
    async def work(link):
        await converse(link, PROTOCOL.log.download(Stored(number), offset))

    return work


def test_a_run_that_was_logged_in_flash_is_fetched_and_on_the_clock():
    pod = a_pod(100)
    results, packets = with_pod(pod, logging(60), listing, fetching())
    (stored,) = results[1]
    content = PROTOCOL.log.fetched(packets, stored)
    assert (stored.name, len(content)) == ("1", stored.size_bytes)
    decoded = PROTOCOL.decode(packets)
    assert (decoded.lost, dict(decoded.trouble), len(decoded.samplings)) == (0, {}, 1)
    assert len(decoded.samples) > 59 * 101
    at = assert_from(pod, decoded.samples, 2)
    assert decoded.rate_hz == pytest.approx(101.25, rel=1e-4)
    # The pod's answers about its time, before and after, put the log on the host's clock.
    assert len(decoded.arrival) == 2
    device_s = decoded.samples["device_us"] * 1e-6
    host_s = np.interp(device_s, *decoded.arrival.T)
    late_s = host_s - pod.true_time_s[at]
    assert np.ptp(late_s) < 0.06
    assert np.abs(late_s).max() < 0.1


def test_a_download_that_a_lost_link_ended_is_completed():
    async def cut(link):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(3):
                await converse(link, PROTOCOL.log.download(Stored("1"), 0))

    pod = a_pod(100)
    _, packets = with_pod(pod, logging(40), cut)
    half = len(PROTOCOL.log.fetched(packets, Stored("1")))
    assert 10_000 < half < 100_000
    _, packets = with_pod(pod, logging(40), cut, fetching(offset=half))
    decoded = PROTOCOL.decode(packets)
    assert decoded.lost == 0
    assert len(decoded.samples) > 3900


@pytest.mark.parametrize("product", ["Movesense HR2", "Movesense MD", "Movesense HR+"])
def test_a_pod_without_flash_is_refused_because_it_holds_no_run(monkeypatch, product):
    monkeypatch.setattr(Movesense, "product", product)
    why = f"{re.escape(product)} has no flash .* 2.6 minutes"
    with pytest.raises(ValueError, match=why):
        with_pod(a_pod(20), logging(5))
    _, packets = with_pod(a_pod(20), streaming(5))
    assert len(PROTOCOL.decode(packets).samples) > 900


def test_what_is_not_there_is_refused_in_words():
    with pytest.raises(RefusedError, match="refuses FETCH_LOG: it has no such thing"):
        with_pod(a_pod(20), fetching("7"))
    with pytest.raises(ValueError, match="numbers for names"):
        with_pod(a_pod(20), fetching("my run"))

    async def asks(link):
        await converse(link, start_of(get("/Meas/Acc/Config", 9)))

    with pytest.raises(RefusedError, match="refuses GET"):
        with_pod(a_pod(20), asks)


def start_of(talk):
    yield Subscribe(Channel.DATA)
    return (yield from talk)


@pytest.mark.parametrize(("range_g", "step"), [(2, 1), (8, 4)])
def test_a_pod_of_another_full_scale_says_so_by_its_samples(range_g, step):
    pod = a_pod(20)
    unit = step * pod.scale.acc_mps2 / 8
    scale = replace(pod.scale, acc_mps2=unit, acc_range_mps2=range_g * 9.807)
    _, packets = with_pod(replace(pod, scale=scale), streaming(5))
    assert PROTOCOL.decode(packets).scale.acc_range_mps2 == pytest.approx(range_g * 9.807)
