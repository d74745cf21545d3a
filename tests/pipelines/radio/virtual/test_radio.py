"""Virtual pods through bleak's public interface, over bumble, in virtual time."""

import asyncio
import sys
from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("bumble")

from firmware_protocols.orp_v1 import PROTOCOL, control
from firmware_protocols.orp_v1.control import Command, Op, Result
from firmware_protocols.orp_v1.conversation import command
from firmware_protocols.orp_v1.gatt import Channel
from firmware_protocols.protocol import Wanted
from firmware_protocols.requests import Ask, Subscribe
from pipelines.radio.conversation import converse
from pipelines.radio.link import connect
from pipelines.radio.scan import scan
from pipelines.radio.trouble import RadioError
from pipelines.radio.virtual.link_timing import Air
from pipelines.radio.virtual.radio import virtual_radio
from pipelines.radio.virtual.time import loop_clock_ns, run_virtual

HEAD_START_S = 8.0


async def record(pods, *, air=Air(), until_s=None, wanted=Wanted(), zero_in_s=HEAD_START_S):  # noqa: B008
    """Scan, connect, start, wait, stop: the packets of each pod, by name."""
    packets = {pod.name: [] for pod in pods}
    until_s = zero_in_s + pods[0].true_time_s[-1] + 0.5 if until_s is None else until_s

    async def one(radio, found):
        keep = packets[found.name].append
        async with connect(radio, found, keep, clock_ns=loop_clock_ns) as link:
            await converse(link, PROTOCOL.start(wanted))
            await asyncio.sleep(until_s - asyncio.get_running_loop().time())
            await converse(link, PROTOCOL.stop())

    async with virtual_radio(pods, air=air, zero_in_s=zero_in_s) as virtual:
        found = await scan(virtual.radio, [PROTOCOL], enough=len(pods))
        await asyncio.gather(*(one(virtual.radio, pod) for pod in found))
    return packets


def assert_complete(pod, decoded):
    assert (decoded.lost, dict(decoded.trouble)) == (0, {})
    np.testing.assert_array_equal(decoded.samples["index"], pod.samples["index"])
    np.testing.assert_array_equal(decoded.samples["acc_lsb"], pod.samples["acc_lsb"])
    np.testing.assert_array_equal(decoded.samples["gyr_lsb"], pod.samples["gyr_lsb"])
    off_us = decoded.samples["device_us"] - pod.samples["device_us"]
    assert np.abs(off_us).max() <= 1


def test_three_pods_are_recorded_without_losing_a_sample(rig):
    packets = run_virtual(record(rig, air=Air(missed=0.1)))
    for pod in rig:
        decoded = PROTOCOL.decode(packets[pod.name])
        assert_complete(pod, decoded)
        assert decoded.device["role"] == pod.placement
        assert decoded.battery_pct == pod.battery_pct
        assert decoded.scale.acc_mps2 == pytest.approx(pod.scale.acc_mps2, rel=1e-7)
        assert decoded.scale.gyr_range_radps == pytest.approx(pod.scale.gyr_range_radps)


def test_the_same_run_gives_the_same_bytes_at_the_same_times(rig):
    assert run_virtual(record(rig)) == run_virtual(record(rig))


def test_another_seed_gives_other_times_but_the_same_samples(rig):
    first, second = (run_virtual(record(rig, air=Air(seed=seed))) for seed in (1, 2))
    for pod in rig:
        one, other = PROTOCOL.decode(first[pod.name]), PROTOCOL.decode(second[pod.name])
        np.testing.assert_array_equal(one.samples["acc_lsb"], other.samples["acc_lsb"])
        assert not np.array_equal(one.arrival, other.arrival)


def test_arrivals_are_late_by_up_to_an_interval_and_sweep_it(make_pod):
    pod = make_pod("ORP-RSH", seconds=60.0)
    decoded = PROTOCOL.decode(run_virtual(record([pod], air=Air(missed=0.0)))[pod.name])
    late_s = lateness_s(pod, decoded, HEAD_START_S)
    assert late_s.min() > 0
    assert late_s.min() < 0.003
    assert 0.010 < np.median(late_s) < 0.035
    assert late_s.max() < 0.030 + pod.service_s + 0.050


def lateness_s(pod, decoded, zero_s):
    """Time from when the last sample of each live frame was taken to its arrival."""
    true_s = np.interp(decoded.arrival[:, 0], pod.samples["device_us"] * 1e-6, pod.true_time_s)
    return decoded.arrival[:, 1] - zero_s - true_s


def test_the_firmware_lets_full_frames_wait_for_a_random_moment(make_pod):
    pod = make_pod(seconds=30.0, service_s=0.005)
    air = Air(interval_s=0.0005, missed=0.0, jitter_s=0.0)
    decoded = PROTOCOL.decode(run_virtual(record([pod], air=air))[pod.name])
    late_s = lateness_s(pod, decoded, HEAD_START_S)
    assert late_s.min() < 0.001
    assert 0.0045 < late_s.max() < 0.0056
    assert np.median(late_s) == pytest.approx(0.0027, abs=0.0006)


def test_live_frames_do_not_wait_behind_a_back_fill(make_pod):
    pod = make_pod(seconds=60.0)

    async def talk(link, virtual, packets):
        await converse(link, PROTOCOL.start(Wanted()))
        await asyncio.sleep(30)
        answer = await ask(link, Op.BACKFILL, control.encode_pair(0, 5000))
        assert answer.result == Result.OK
        await asyncio.sleep(10)

    packets = on_link(pod, talk)
    assert sum(p.channel == Channel.BULK for p in packets) == 264 + 1
    assert lateness_s(pod, PROTOCOL.decode(packets), 0.0).max() < 0.1


def test_a_pod_started_in_the_middle_begins_with_the_next_sample(make_pod):
    pod = make_pod(seconds=10.0)
    decoded = PROTOCOL.decode(run_virtual(record([pod], zero_in_s=0.0))[pod.name])
    n = len(decoded.samples)
    assert 0.5 < len(pod.samples) / n < 2
    assert decoded.samples["index"][0] == 0
    np.testing.assert_array_equal(decoded.samples["acc_lsb"], pod.samples["acc_lsb"][-n:])
    assert abs(decoded.samples["device_us"][0] - pod.samples["device_us"][-n]) <= 1


def test_stop_sends_what_was_taken_since_the_last_frame(make_pod):
    pod = make_pod(seconds=10.0)
    packets = run_virtual(record([pod], until_s=HEAD_START_S + 5.0))
    taken_s = len(PROTOCOL.decode(packets[pod.name]).samples) / pod.rate_hz
    assert taken_s == pytest.approx(5.0, abs=0.05)


@pytest.mark.parametrize(("att_mtu", "per_frame"), [(65, 3), (185, 13)])
def test_small_packets_lose_nothing_either(make_pod, att_mtu, per_frame):
    pod = make_pod(att_mtu=att_mtu)
    packets = run_virtual(record([pod]))[pod.name]
    assert_complete(pod, PROTOCOL.decode(packets))
    assert {p.payload[12] for p in packets if p.channel == Channel.STREAM} >= {per_frame}


def test_packets_too_small_for_a_sample_are_refused_in_words(make_pod):
    with pytest.raises(ValueError, match="packets that are too small"):
        run_virtual(record([make_pod(att_mtu=23)]))


def test_a_name_too_long_for_its_advertisement_is_refused(make_pod):
    pod = replace(make_pod(), name="TOO-LONG-A-NAME")
    with pytest.raises(ValueError, match="8 characters"):
        run_virtual(record([pod]))


def test_the_pod_keeps_the_latency_asked_for(make_pod):
    pod = make_pod()
    packets = run_virtual(record([pod], wanted=Wanted(max_latency_s=0.05)))[pod.name]
    assert {p.payload[12] for p in packets if p.channel == Channel.STREAM} == {10}


def test_status_is_sent_every_second(make_pod):
    packets = run_virtual(record([make_pod(seconds=10.0)]))["ORP-PEL"]
    statuses = [control.decode_status(p.payload) for p in packets if p.channel == Channel.STATUS]
    assert len(statuses) == pytest.approx(HEAD_START_S + 10.0 - 1.0, abs=2)
    assert statuses[-1].next_index == 2000
    assert statuses[-1].flags == control.StatusFlag.SAMPLING


def on_link(pod, talk, *, air=Air(missed=0.0)):  # noqa: B008
    """Run `talk(link, virtual, packets)` on a link to `pod`; return what was received."""

    async def main():
        packets = []
        async with virtual_radio([pod], air=air) as virtual:
            (found,) = await scan(virtual.radio, [PROTOCOL], enough=1)
            async with connect(
                virtual.radio, found, packets.append, clock_ns=loop_clock_ns
            ) as link:
                await talk(link, virtual, packets)
        return packets

    return run_virtual(main())


def asking(op, arguments=b"", request_id=9):
    """Return a conversation of one command, and the list its answer will be in."""
    answers = []

    def conversation():
        answers.append((yield from command(Command(op, request_id, arguments))))

    return conversation(), answers


async def ask(link, op, arguments=b"", request_id=9):
    conversation, answers = asking(op, arguments, request_id)
    await converse(link, conversation)
    return answers[0]


def test_the_other_commands_are_obeyed(make_pod):
    pod = make_pod(seconds=30.0, ring_s=5.0)

    async def talk(link, virtual, packets):
        await converse(link, PROTOCOL.start(Wanted()))
        assert (await ask(link, Op.IDENTIFY)).result == Result.OK
        assert (await ask(link, Op.SET_ROLE, b"\1")).result == Result.UNKNOWN_OP
        assert (await ask(link, Op.BACKFILL, b"\1")).result == Result.PARAMETER
        await asyncio.sleep(10)
        oldest, newest = control.decode_pair((await ask(link, Op.BUFFER)).data)
        assert newest - oldest == 1000
        for first, count, result in (
            (oldest - 100, 50, Result.OK),
            (newest + 500, 500, Result.RANGE),
            (oldest + 200, 100, Result.OK),
        ):
            answer = await ask(link, Op.BACKFILL, control.encode_pair(first, count), count % 256)
            assert answer.result == result
        await converse(link, PROTOCOL.stop())
        assert (await ask(link, Op.BUFFER)).result == Result.STATE

    packets = on_link(pod, talk)
    assert any(p.channel == Channel.BULK for p in packets)
    assert PROTOCOL.decode(packets).lost == 0


def test_config_while_sampling_is_refused_with_the_present_configuration(make_pod):
    async def talk(link, virtual, packets):
        await converse(link, PROTOCOL.start(Wanted()))
        await asyncio.sleep(2)
        packets.clear()  # a second recorder that joins has not received the beginning
        await converse(link, joining(Wanted()))
        await asyncio.sleep(2)

    def joining(wanted):
        """Start again without subscribing again."""
        conversation = PROTOCOL.start(wanted)
        answer = None
        try:
            while True:
                request = conversation.send(answer)
                answer = b"" if isinstance(request, Subscribe) else (yield request)
        except StopIteration:
            return

    decoded = PROTOCOL.decode(on_link(make_pod(seconds=30.0), talk))
    assert (decoded.lost, dict(decoded.trouble)) == (0, {})
    assert decoded.samples["index"][0] > 300
    assert decoded.scale.acc_range_mps2 == pytest.approx(16 * 9.80665)


def test_a_repeated_request_gets_the_same_answer_and_is_obeyed_once(make_pod):
    async def talk(link, virtual, packets):
        await converse(link, PROTOCOL.start(Wanted()))
        await converse(link, PROTOCOL.stop())
        packets.clear()
        for _ in range(2):
            await ask(link, Op.CONFIG, b"", request_id=77)

    first, second = (p.payload for p in on_link(make_pod(), talk) if p.channel == Channel.CONTROL)
    assert first == second


def test_a_ping_is_answered_with_the_time_of_the_pod(make_pod):
    pod = make_pod("ORP-RSH", seconds=30.0)
    asked_s, pongs = [], []

    def ping():
        yield Subscribe(Channel.TIME)
        pong = yield Ask(Channel.TIME, control.encode_ping(5), reply=Channel.TIME)
        pongs.append(control.decode_pong(pong))

    async def talk(link, virtual, packets):
        asked_s.append(asyncio.get_running_loop().time())
        await converse(link, ping())

    on_link(pod, talk)
    assert pongs[0].sequence == 5
    assert 0 < pongs[0].received_us * 1e-6 - asked_s[0] < 0.5


def test_the_virtual_radio_says_how_to_get_bumble(monkeypatch, make_pod):
    monkeypatch.setitem(sys.modules, "bumble", None)

    async def main():
        async with virtual_radio([make_pod()]):
            pass

    with pytest.raises(RadioError, match=r'pip install "midstance\[sim\]"'):
        run_virtual(main())
