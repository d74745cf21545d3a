"""Our conversations with a virtual WitMotion pod: rates, both services, links that are lost."""

import asyncio
from dataclasses import replace
from functools import partial

import numpy as np
import pytest

pytest.importorskip("bumble")

from pods import on_links
from pods.virtual_pods import taken, witmotion_pods

from firmware_protocols.protocol import Wanted
from firmware_protocols.requests import Pause, Subscribe, Write
from firmware_protocols.witmotion import PROTOCOL
from firmware_protocols.witmotion.gatt import Channel
from firmware_protocols.witmotion.registers import Register, encode_read, encode_write, rate_code
from pipelines.radio.conversation import converse
from pipelines.radio.virtual.firmwares import FIRMWARES
from pipelines.radio.virtual.link_timing import Air
from pipelines.radio.virtual.witmotion.firmware import WitMotion, WitMotionSig


def a_pod(seconds=60, **more):
    return replace(witmotion_pods(seconds)[0], **more)


with_pod = partial(on_links.on_links, PROTOCOL)
streaming = partial(on_links.streaming, PROTOCOL)


@pytest.mark.parametrize("att_mtu", [23, 100, 247])
@pytest.mark.parametrize("firmware", [WitMotion, WitMotionSig])
def test_a_pod_of_either_service_sends_all_it_takes(monkeypatch, firmware, att_mtu):
    monkeypatch.setitem(FIRMWARES, "witmotion", firmware)
    pod = a_pod(att_mtu=att_mtu)
    _, packets = with_pod(pod, streaming(20), air=Air(missed=0.0, packets_per_event=12))
    decoded = PROTOCOL.decode(packets)
    assert (decoded.lost, decoded.rate_hz) == (0, 200.0)
    assert set(decoded.trouble) == {"sample before the rate was set"}
    assert decoded.battery_pct == 90
    at = taken(pod, decoded.samples)[-3800:]
    np.testing.assert_array_equal(np.diff(at), 1)
    late_s = decoded.samples["device_us"][-3800:] * 1e-6 - pod.true_time_s[at]
    assert np.ptp(late_s) < 0.03
    assert max(len(packet.payload) for packet in packets) <= att_mtu - 3


@pytest.mark.parametrize(("asked_hz", "done_hz"), [(500, 200), (60, 100), (50, 50)])
def test_the_pod_does_the_slowest_rate_that_is_enough_and_keeps_it(asked_hz, done_hz):
    pod = a_pod()
    _, packets = with_pod(pod, streaming(20, Wanted(rate_hz=asked_hz)))
    decoded = PROTOCOL.decode(packets)
    assert decoded.rate_hz == done_hz
    step = np.diff(taken(pod, decoded.samples)[-15 * done_hz :])
    np.testing.assert_array_equal(step, 200 // done_hz)


def test_what_passed_while_the_link_was_lost_is_a_hole():
    pod = a_pod()

    async def lost(link, kill):
        await converse(link, PROTOCOL.start(Wanted()))
        await asyncio.sleep(10)
        kill()
        await asyncio.sleep(4)

    _, packets = with_pod(pod, lost, streaming(10))
    decoded = PROTOCOL.decode(packets)
    at = taken(pod, decoded.samples)
    (hole,) = np.flatnonzero(np.diff(at) > 100)
    assert np.diff(decoded.samples["index"])[hole] == pytest.approx(np.diff(at)[hole], abs=20)
    late_s = decoded.samples["device_us"] * 1e-6 - pod.true_time_s[at]
    assert np.ptp(late_s[400:]) < 0.08


def test_a_locked_pod_takes_no_setting_and_what_is_no_command_is_passed_over():
    async def locked(link, kill):
        def talk():
            yield Subscribe(Channel.NOTIFY)
            yield Write(Channel.WRITE, encode_write(Register.RATE, rate_code(200)))
            yield Write(Channel.WRITE, b"\xff\xaa")
            yield Write(Channel.WRITE, encode_read(Register.RATE))
            yield Pause(5)

        await converse(link, talk())

    decoded = PROTOCOL.decode(with_pod(a_pod(), locked)[1])
    assert decoded.rate_hz == 10
    assert len(decoded.samples) == pytest.approx(50, abs=3)


def test_a_silent_pod_is_one_sentence(monkeypatch):
    monkeypatch.setattr(WitMotion, "rate_hz", 0.0)
    with pytest.raises(ValueError, match="the pod sends nothing; switch it off and on"):
        with_pod(a_pod(), streaming(1))
