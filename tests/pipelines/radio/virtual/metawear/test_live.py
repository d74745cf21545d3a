"""Our conversations with a virtual MetaWear pod that measures: two ways to stream, lost links."""

import asyncio
from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("bumble")

from pods.virtual_metawear import BOTH, a_pod, lost_after, streaming, told, with_pod
from pods.virtual_pods import taken

from firmware_protocols.metawear import PROTOCOL
from firmware_protocols.metawear.gatt import Channel
from firmware_protocols.metawear.messages import (
    Module,
    Processor,
    Sensor,
    message,
    read_of,
)
from firmware_protocols.requests import Ask, Subscribe, Write
from pipelines.radio.conversation import converse
from pipelines.radio.virtual.firmwares import FIRMWARES
from pipelines.radio.virtual.metawear.firmware import MetaMotionR, MetaWear


@BOTH
@pytest.mark.parametrize("rate_hz", [25, 50, 100, 200])
def test_every_sample_arrives_bit_by_bit(monkeypatch, firmware, rate_hz):
    monkeypatch.setitem(FIRMWARES, "metawear", firmware)
    pod = a_pod(att_mtu=23)
    _, packets = with_pod(pod, streaming(20, rate_hz=rate_hz))
    decoded = PROTOCOL.decode(packets)
    assert (decoded.lost, dict(decoded.trouble), len(decoded.samplings)) == (0, {}, 1)
    at = taken(pod, decoded.samples)
    np.testing.assert_array_equal(np.diff(at), 200 // rate_hz)
    assert len(at) > 19.5 * rate_hz
    assert decoded.rate_hz == pytest.approx(rate_hz, rel=1e-3)
    assert decoded.time_quality == ("host" if rate_hz == 200 else "device")
    late_s = decoded.samples["device_us"] * 1e-6 - pod.true_time_s[at]
    assert np.ptp(late_s) < (0.03 if rate_hz == 200 else 0.002)
    assert max(len(packet.payload) for packet in packets) <= 20
    assert decoded.battery_pct == 90
    assert decoded.device["hardware"] == firmware.model


@pytest.mark.parametrize(("asked_hz", "done_hz"), [(500, 200), (60, 100), (30, 50), (1, 25)])
def test_the_slowest_rate_is_chosen_that_is_enough(asked_hz, done_hz):
    _, packets = with_pod(a_pod(20), streaming(5, rate_hz=asked_hz))
    assert PROTOCOL.decode(packets).rate_hz == pytest.approx(done_hz, rel=2e-3)


@BOTH
@pytest.mark.parametrize(("asked", "done"), [((2, 125), (2, 125)), ((5, 300), (8, 500))])
def test_ranges_are_those_that_the_pod_reads_back(monkeypatch, firmware, asked, done):
    monkeypatch.setitem(FIRMWARES, "metawear", firmware)
    wanted = {"acc_range_g": asked[0], "gyr_range_dps": asked[1]}
    _, packets = with_pod(a_pod(20), streaming(3, rate_hz=100, **wanted))
    scale = PROTOCOL.decode(packets).scale
    assert scale.acc_range_mps2 == pytest.approx(done[0] * 9.80665)
    assert np.degrees(scale.gyr_range_radps) == pytest.approx(done[1], rel=2e-3)


def test_a_pod_that_does_not_do_as_told_is_taken_as_it_is(monkeypatch):
    monkeypatch.setattr(MetaWear, "_set_acc", lambda *_: None)
    _, packets = with_pod(a_pod(20), streaming(3, rate_hz=100))
    assert PROTOCOL.decode(packets).scale.acc_range_mps2 == pytest.approx(2 * 9.80665)


def test_over_a_lost_link_a_stamped_stream_is_counted_exactly():
    pod = a_pod()
    _, packets = with_pod(pod, lost_after(8, rate_hz=100), streaming(8, rate_hz=100))
    decoded = PROTOCOL.decode(packets)
    assert len(decoded.samplings) == 1
    at = taken(pod, decoded.samples) // 2
    index = decoded.samples["index"]
    np.testing.assert_array_equal(index - index[0], at - at[0])
    assert decoded.lost == at[-1] - at[0] + 1 - len(at)
    assert 200 < decoded.lost < 700


def test_over_a_lost_link_a_packed_stream_is_placed_by_its_arrival():
    pod = a_pod()
    _, packets = with_pod(pod, lost_after(12), streaming(12))
    decoded = PROTOCOL.decode(packets)
    assert len(decoded.samplings) == 1
    at = taken(pod, decoded.samples)
    # What the pod still sent before it was asked who it is lies between two holes.
    holes = np.flatnonzero(np.diff(at) != 1)
    assert 1 <= len(holes) <= 2
    counted = np.diff(decoded.samples["index"])
    np.testing.assert_allclose(counted[holes], np.diff(at)[holes], atol=12)
    np.testing.assert_array_equal(np.delete(counted, holes), 1)
    assert decoded.lost == pytest.approx(at[-1] - at[0] + 1 - len(at), abs=24)
    assert decoded.trouble.keys() <= {"sample from before the pod was started"}
    assert "lost ones show only where" in decoded.assumed[0]


@pytest.mark.parametrize("rate_hz", [100, 200])
def test_messages_that_never_arrive(rate_hz):
    """Of a stamped stream they are counted. Of a packed one they show where one sensor's are."""
    pod = a_pod()
    _, packets = with_pod(pod, streaming(20, rate_hz=rate_hz))
    headers = {(Module.PROCESSOR, Processor.OUTPUT), (Module.GYR, MetaWear.chip.gyr_packed)}
    messages = [k for k, packet in enumerate(packets) if tuple(packet.payload[:2]) in headers]
    lost = set(np.random.default_rng(1).choice(messages[40:-40], 5, replace=False).tolist())
    decoded = PROTOCOL.decode([packet for k, packet in enumerate(packets) if k not in lost])
    at = taken(pod, decoded.samples) // (200 // rate_hz)
    assert decoded.lost == len(lost) * (1 if rate_hz == 100 else 3)
    index = decoded.samples["index"]
    np.testing.assert_array_equal(index - index[0], at - at[0])


def test_a_pod_that_cannot_fuse_sends_packed_samples_at_any_rate(monkeypatch):
    revisions = {**MetaMotionR.revisions, Module.PROCESSOR: 0}
    monkeypatch.setitem(FIRMWARES, "metawear", MetaMotionR)
    monkeypatch.setattr(MetaMotionR, "revisions", revisions)
    _, packets = with_pod(a_pod(), streaming(10, rate_hz=50))
    decoded = PROTOCOL.decode(packets)
    assert (decoded.time_quality, decoded.rate_hz, decoded.lost) == ("host", 50.0, 0)
    monkeypatch.setattr(MetaMotionR, "revisions", {**revisions, Module.ACC: 0})
    with pytest.raises(ValueError, match="no packed samples; update it"):
        with_pod(a_pod(), streaming(10, rate_hz=50))


def test_other_sensors_are_refused_in_words(monkeypatch):
    monkeypatch.setattr(MetaWear, "chip", replace(MetaWear.chip, acc_implementation=3))
    with pytest.raises(ValueError, match="not the sensors of a MetaMotion R, RL or S"):
        with_pod(a_pod(), streaming(1))


def test_what_the_pod_was_told_before_is_ended_first():
    """Sensors and processors go on beyond a link, whoever started them."""
    _, packets = with_pod(a_pod(), lost_after(5, rate_hz=100), streaming(10, rate_hz=200))
    decoded = PROTOCOL.decode(packets)
    assert [one.rate_hz for one in decoded.samplings] == [pytest.approx(100, rel=1e-3), 200.0]
    assert decoded.trouble.keys() <= {"sample from before the pod was started"}


def test_a_pod_that_sends_nothing_is_one_sentence(monkeypatch):
    async def nothing(self):
        await asyncio.sleep(0)

    monkeypatch.setattr(MetaWear, "_measure", nothing)
    with pytest.raises(TimeoutError, match="was started and sends nothing; switch it off and on"):
        with_pod(a_pod(), streaming(1))


def test_a_pod_blinks_and_says_who_it_is():
    async def blinks(link, virtual):
        await converse(link, PROTOCOL.identify())
        about = await converse(link, PROTOCOL.about())
        (firmware,) = virtual.firmware.values()
        return firmware.identified, about

    (blinked, about), packets = with_pod(a_pod(), blinks)
    assert blinked == 1
    assert (about.serial, about.battery_pct, about.free_pct, about.doing) == ("000010", 90, 100, "")
    assert max(about.acc_ranges_g) == 16
    with pytest.raises(ValueError, match="hold no answer of the pod on its ranges"):
        PROTOCOL.decode(packets)


def test_what_is_no_command_is_passed_over():
    def odd():
        yield Subscribe(Channel.NOTIFY)
        for payload in (b"", b"\3", b"\x99\1", b"\3\3\xff", b"\x0b\2\1", b"\x0b\6", b"\x0b\x82"):
            yield Write(Channel.COMMAND, payload, confirmed=False)
        question = read_of(Module.ACC, Sensor.CONFIG)
        return (yield Ask(Channel.COMMAND, question, Channel.NOTIFY, fits=lambda s: s[0] == 3))

    said, _ = with_pod(a_pod(), told(odd))
    assert said == message(Module.ACC, 0x80 | Sensor.CONFIG, b"\xa8\x00")
