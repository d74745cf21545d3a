"""Our conversations with a virtual MetaWear pod: both ways of streaming, its log, lost links."""

import asyncio
from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("bumble")

from virtual_pods import metawear_pods, taken

from firmware_protocols.metawear import PROTOCOL
from firmware_protocols.metawear.gatt import Channel
from firmware_protocols.metawear.messages import (
    Logger,
    Module,
    Processor,
    Sensor,
    message,
    read_of,
)
from firmware_protocols.protocol import Ask, DecodeError, Stored, Subscribe, Wanted, Write
from pipelines.radio.conversation import converse
from pipelines.radio.link import connect
from pipelines.radio.scan import scan
from pipelines.radio.trouble import LinkLostError
from pipelines.radio.virtual.firmwares import FIRMWARES
from pipelines.radio.virtual.link_timing import Air
from pipelines.radio.virtual.metawear.firmware import MetaMotionR, MetaWear
from pipelines.radio.virtual.radio import virtual_radio
from pipelines.radio.virtual.time import loop_clock_ns, run_virtual

BOTH = pytest.mark.parametrize("firmware", [MetaWear, MetaMotionR])


def a_pod(seconds=60, **more):
    return replace(metawear_pods(seconds)[0], **more)


def with_pod(pod, *works, air=Air(missed=0.02), safe=lambda _: None):  # noqa: B008
    """Do each work, `(link, air)`, on a link of its own; return the last result, all packets."""
    packets, result = [], None

    async def main():
        nonlocal result
        async with virtual_radio([pod], air=air) as virtual:
            (found,) = await scan(virtual.radio, [PROTOCOL], enough=1)
            for work in works:
                async with connect(
                    virtual.radio,
                    found,
                    packets.append,
                    clock_ns=loop_clock_ns,
                    make_safe=lambda: safe(packets),
                ) as link:
                    result = await work(link, virtual)

    run_virtual(main())
    return result, packets


def streaming(seconds, **wanted):
    async def work(link, _):
        await converse(link, PROTOCOL.start(Wanted(**wanted)))
        await asyncio.sleep(seconds)
        await converse(link, PROTOCOL.stop())
        silent = len(link.on_packet.__self__)
        await asyncio.sleep(1)
        assert len(link.on_packet.__self__) == silent

    return work


def lost_after(seconds, **wanted):
    async def work(link, virtual):
        await converse(link, PROTOCOL.start(Wanted(**wanted)))
        await asyncio.sleep(seconds)
        (kill,) = virtual.kill_link.values()
        kill()
        await asyncio.sleep(4)

    return work


def told(talk):
    async def work(link, _):
        return await converse(link, talk())

    return work


# Streams -----------------------------------------------------------------------------------------


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


# Log ---------------------------------------------------------------------------------------------


def logging(seconds, **wanted):
    async def work(link, _):
        await converse(link, PROTOCOL.log.begin(Wanted(**{"rate_hz": 200, **wanted}), "run"))
        await asyncio.sleep(seconds)

    return work


ended, listed = told(PROTOCOL.log.end), told(PROTOCOL.log.stored)


async def fetching(link, _):
    stored = Stored("log")
    await converse(link, PROTOCOL.log.download(stored, 0))
    return stored


async def remembering(link, virtual):
    """Return the entries that lie in the pod."""
    (firmware,) = virtual.firmware.values()
    kept.clear()
    kept.extend(firmware.memory.entries)


kept: list[bytes] = []


@pytest.mark.parametrize("rate_hz", [100, 200])
def test_a_log_is_fetched_bit_by_bit_and_on_the_clock(rate_hz):
    pod = a_pod(200)
    works = (logging(30, rate_hz=rate_hz), ended, remembering, listed, fetching)
    stored, packets = with_pod(pod, *works)
    assert PROTOCOL.log.fetched(packets, stored) == b"".join(kept)
    decoded = PROTOCOL.decode(packets)
    assert (decoded.lost, dict(decoded.trouble), len(decoded.samplings)) == (0, {}, 1)
    at = taken(pod, decoded.samples)
    np.testing.assert_array_equal(np.diff(at), 200 // rate_hz)
    assert len(at) > 30 * rate_hz
    assert len(at) == len(kept) // 4
    host_s = np.interp(decoded.samples["device_us"] * 1e-6, *decoded.arrival.T)
    late_s = host_s - pod.true_time_s[at]
    assert np.abs(late_s).max() < 0.1


def test_the_newest_entries_are_there_because_they_were_flushed(monkeypatch):
    pod = a_pod(100)
    works = (logging(10), ended, remembering, fetching)
    stored, packets = with_pod(pod, *works)
    assert len(kept) % 250
    assert len(PROTOCOL.log.fetched(packets, stored)) == 9 * len(kept)


def test_a_log_that_was_fetched_is_gone_and_another_can_begin():
    works = (logging(5), ended, fetching, listed)
    empty, _ = with_pod(a_pod(100), *works)
    assert empty == []
    _, packets = with_pod(a_pod(150), logging(5), ended, fetching, logging(5), ended, fetching)
    assert len(PROTOCOL.decode(packets).samples) > 2 * 5 * 200


def test_a_page_is_confirmed_only_when_what_was_received_is_safe():
    safe_at = []
    _, packets = with_pod(
        a_pod(100), logging(10), ended, fetching, safe=lambda said: safe_at.append(len(said))
    )
    ends = [k for k, one in enumerate(packets, 1) if one.payload == b"\x0b\x0d"]
    *safe_at, before_all_is_dropped = safe_at
    assert before_all_is_dropped >= ends[-1]
    assert len(safe_at) == len(ends) > 20
    # A pod goes on only when it was told so, but for how many entries are left.
    assert all(0 <= safe - end <= 1 for safe, end in zip(safe_at, ends, strict=True))


def test_a_download_that_a_lost_link_ended_goes_on_where_it_was():
    async def cut(link, virtual):
        (kill,) = virtual.kill_link.values()
        asyncio.get_running_loop().call_later(4, kill)
        with pytest.raises(LinkLostError):
            await fetching(link, virtual)

    pod = a_pod(200)
    stored, packets = with_pod(pod, logging(30), ended, remembering, cut, fetching)
    assert PROTOCOL.log.fetched(packets, stored) == b"".join(kept)
    assert PROTOCOL.decode(packets).lost == 0


def test_entries_that_do_not_arrive_are_not_erased(monkeypatch):
    async def deaf(link, virtual):
        (firmware,) = virtual.firmware.values()
        tell, said = firmware.logger._notify, []

        async def some(payload):
            entries = payload[:2] == bytes([Module.LOGGER, Logger.ENTRIES])
            said.append(entries)
            if not (entries and sum(said) == 300):
                await tell(payload)

        firmware.logger._notify = some
        with pytest.raises(ValueError, match=r"2 entries of the log did not arrive; .* fetch it"):
            await fetching(link, virtual)

    pod = a_pod(200)
    stored, packets = with_pod(pod, logging(20), ended, remembering, deaf, fetching)
    whole = PROTOCOL.log.fetched(packets, stored)
    assert sorted(whole[at : at + 9] for at in range(0, len(whole), 9)) == sorted(kept)


def test_a_log_outlasts_a_reboot_and_is_said_to_be_taken_as_begun():
    async def reboots(link, virtual):
        (reboot,) = virtual.reboot.values()
        await reboot()

    pod = a_pod(200)
    _, packets = with_pod(pod, logging(20), reboots, fetching)
    decoded = PROTOCOL.decode(packets)
    assert "has forgotten how" in decoded.assumed[0]
    np.testing.assert_array_equal(np.diff(taken(pod, decoded.samples)), 1)
    assert len(decoded.samples) > 20 * 200
    assert len(decoded.arrival) == 2


@pytest.mark.parametrize(
    ("work", "why"),
    [
        (streaming(1), "the pod is recording on board; end that first"),
        (logging(1), "the pod is recording on board already; end that first"),
        (fetching, "the pod is recording on board; end that first"),
    ],
)
def test_a_pod_that_records_on_board_is_left_alone(work, why):
    with pytest.raises(ValueError, match=why):
        with_pod(a_pod(), logging(3), work)


def test_a_pod_with_a_log_is_not_begun_anew():
    with pytest.raises(ValueError, match=r"still holds a log of \d+ entries; fetch that first"):
        with_pod(a_pod(), logging(3), ended, logging(3))


def test_a_pod_that_holds_no_run_is_refused(monkeypatch):
    monkeypatch.setitem(FIRMWARES, "metawear", MetaMotionR)
    with pytest.raises(ValueError, match="the pod holds 14 s of samples at that rate"):
        with_pod(a_pod(), logging(3))


def test_there_is_one_log_and_it_has_a_name():
    async def other(link, _):
        await converse(link, PROTOCOL.log.download(Stored("run 7"), 0))

    with pytest.raises(DecodeError, match="the log of a MetaWear is called log"):
        with_pod(a_pod(), other)


def test_while_a_pod_records_it_says_so():
    about, _ = with_pod(a_pod(), logging(3), told(PROTOCOL.about))
    assert about.doing == "recording on board"


# What a pod is told by others --------------------------------------------------------------------


def test_what_is_no_command_is_passed_over():
    def odd():
        yield Subscribe(Channel.NOTIFY)
        for payload in (b"", b"\3", b"\x99\1", b"\3\3\xff", b"\x0b\2\1", b"\x0b\6", b"\x0b\x82"):
            yield Write(Channel.COMMAND, payload, confirmed=False)
        question = read_of(Module.ACC, Sensor.CONFIG)
        return (yield Ask(Channel.COMMAND, question, Channel.NOTIFY, fits=lambda s: s[0] == 3))

    said, _ = with_pod(a_pod(), told(odd))
    assert said == message(Module.ACC, 0x80 | Sensor.CONFIG, b"\xa8\x00")
