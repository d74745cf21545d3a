"""Our conversations with a virtual Movella DOT while it measures: streams and refusals."""

import asyncio
from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("bumble")

from pods.virtual_dot import a_pod, streaming, taken, with_pod

from firmware_protocols.movella_dot import PROTOCOL
from firmware_protocols.movella_dot.gatt import Channel
from firmware_protocols.movella_dot.values import (
    Mode,
    Settings,
    Visit,
    encode_measure,
    encode_settings,
)
from firmware_protocols.protocol import Wanted
from firmware_protocols.requests import Pause, Read, Subscribe, Write
from pipelines.radio.conversation import converse
from pipelines.radio.virtual.link_timing import Air
from pipelines.radio.virtual.movella_dot.firmware import MovellaDot


@pytest.mark.parametrize("att_mtu", [43, 185, 247])
def test_every_sample_arrives_bit_by_bit(att_mtu):
    pod = a_pod(att_mtu=att_mtu)
    _, packets = with_pod(pod, streaming(20), air=Air(missed=0.0, packets_per_event=12))
    decoded = PROTOCOL.decode(packets)
    assert (decoded.lost, dict(decoded.trouble), len(decoded.samplings)) == (0, {}, 1)
    assert len(decoded.samples) > 19.5 * 60
    at = taken(pod, decoded)
    np.testing.assert_array_equal(np.diff(at), 2 * np.diff(decoded.samples["index"]))
    assert {len(one.payload) for one in packets if one.channel == Channel.MEDIUM} == {40}
    assert decoded.battery_pct == pod.battery_pct
    assert decoded.device["tag"] == pod.name


def test_packets_too_small_for_a_sample_are_said_to_bring_none():
    _, packets = with_pod(a_pod(20, att_mtu=23), streaming(3))
    decoded = PROTOCOL.decode(packets)
    assert len(decoded.samples) == 0
    assert decoded.trouble["truncated sample"] > 100


@pytest.mark.parametrize(("wanted_hz", "does_hz"), [(200, 60), (20, 20), (13, 15), (3, 4)])
def test_the_slowest_rate_that_is_enough_is_set_and_read_back(wanted_hz, does_hz):
    pod = a_pod()
    _, packets = with_pod(pod, streaming(12, Wanted(rate_hz=wanted_hz)))
    decoded = PROTOCOL.decode(packets)
    assert decoded.rate_hz == pytest.approx(does_hz, rel=1e-4)
    assert decoded.lost == 0
    at = taken(pod, decoded)
    assert set(np.diff(at)) == {120 // does_hz}


def test_after_a_stop_nothing_more_comes():
    async def work(link, kill):
        await streaming(3)(link, kill)
        before = asyncio.get_running_loop().time() * 1e9
        await asyncio.sleep(2)
        return before

    (stopped_ns,), packets = with_pod(a_pod(), work)
    assert not [one for one in packets if one.host_ns > stopped_ns + 1e8]


def test_what_a_lost_link_lost_is_a_gap_to_the_sample():
    async def lost(link, kill):
        await converse(link, PROTOCOL.start(Wanted()))
        await asyncio.sleep(5)
        kill()
        await asyncio.sleep(4)

    pod = a_pod()
    _, packets = with_pod(pod, lost, streaming(5))
    decoded = PROTOCOL.decode(packets)
    assert len(decoded.samplings) == 1
    at = taken(pod, decoded)
    np.testing.assert_array_equal(np.diff(at), 2 * np.diff(decoded.samples["index"]))
    assert decoded.lost == np.diff(at).max() // 2 - 1
    assert 4 * 60 < decoded.lost < 7 * 60


def test_a_pod_that_measures_something_else_is_stopped_first():
    def other():
        yield Subscribe(Channel.SHORT)
        yield Write(Channel.MEASURE, encode_measure(on=True, mode=Mode.FREE_ACCELERATION))
        yield Pause(1.0)

    async def work(link, kill):
        await converse(link, other())
        await streaming(3)(link, kill)

    _, packets = with_pod(a_pod(), work)
    decoded = PROTOCOL.decode(packets)
    assert len(decoded.samples) > 170
    assert dict(decoded.trouble) == {}


def test_a_pod_that_keeps_its_rate_is_refused_in_words(firmware, monkeypatch):
    monkeypatch.setattr(MovellaDot, "_set", lambda self, payload: None)
    with pytest.raises(ValueError, match=r"stays at 60 Hz, where 20 Hz were asked .* synchronised"):
        with_pod(a_pod(20), streaming(2, Wanted(rate_hz=20)))


def test_a_pod_that_does_not_begin_is_refused_in_words(firmware, monkeypatch):
    monkeypatch.setattr(MovellaDot, "_measure", lambda self, payload: None)
    with pytest.raises(ValueError, match="does not begin measuring"):
        with_pod(a_pod(20), streaming(2))


def test_a_pod_says_who_and_how_it_is_and_blinks(firmware):
    pod = a_pod(battery_pct=37)

    async def asking(link, kill):
        await converse(link, PROTOCOL.identify())
        idle = await converse(link, PROTOCOL.about())
        await converse(link, PROTOCOL.log.begin(Wanted(), "run"))
        return idle, await converse(link, PROTOCOL.about())

    ((idle, busy),), _ = with_pod(pod, asking)
    assert firmware[0].identified == 1
    assert (idle.battery_pct, idle.firmware, idle.free_pct, idle.doing) == (37, "2.4.0", 100, "")
    assert idle.rates_hz[0] == 60
    assert (busy.doing, busy.free_pct) == ("recording on board", None)


def test_120_hz_are_not_sent_live_and_no_rate_is_set_while_measuring():
    def rate(hz):
        return Write(Channel.SETTINGS, encode_settings(Settings(Visit.RATE, rate_hz=hz)))

    def talk():
        yield rate(120)
        yield Write(Channel.MEASURE, encode_measure(on=True, mode=Mode.RATE_QUANTITIES))
        at_120 = yield Read(Channel.MEASURE)
        yield rate(30)
        yield Write(Channel.MEASURE, encode_measure(on=True, mode=Mode.RATE_QUANTITIES))
        at_30 = yield Read(Channel.MEASURE)
        yield rate(60)
        settings = yield Read(Channel.SETTINGS)
        return at_120[1], at_30[1], settings[24]

    async def asking(link, kill):
        return await converse(link, talk())

    assert with_pod(a_pod(20), asking)[0] == [(0, 1, 30)]


def test_a_pod_that_measures_at_another_rate_is_none():
    with pytest.raises(ValueError, match="these pods do at 120 Hz"):
        with_pod(replace(a_pod(), rate_hz=100.0), streaming(1))
