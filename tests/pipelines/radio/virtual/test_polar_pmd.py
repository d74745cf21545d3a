"""A virtual Polar sensor keeps to the published rules, and our conversations get along with it."""

import asyncio
from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("bumble")

from pods.virtual_pods import polar_pods

from firmware_protocols.polar_pmd import PROTOCOL
from firmware_protocols.polar_pmd.control import Answer, Status, decode_answer
from firmware_protocols.polar_pmd.gatt import Channel
from firmware_protocols.protocol import Wanted
from firmware_protocols.requests import Ask, Subscribe
from pipelines.radio.conversation import converse
from pipelines.radio.link import connect
from pipelines.radio.scan import scan
from pipelines.radio.virtual.link_timing import Air
from pipelines.radio.virtual.radio import virtual_radio
from pipelines.radio.virtual.time import loop_clock_ns, run_virtual

ACC_52HZ_8G = "02 02 00 01 34 00 01 01 10 00 02 01 08 00"


def with_pod(pod, work, air=Air(missed=0.02)):  # noqa: B008
    """Do `work(link)` on a link; return its result and all packets."""
    packets = []

    async def main():
        async with virtual_radio([pod], air=air) as virtual:
            (found,) = await scan(virtual.radio, [PROTOCOL], enough=1)
            assert found.name == pod.name
            async with connect(
                virtual.radio, found, packets.append, clock_ns=loop_clock_ns
            ) as link:
                return await work(link)

    return run_virtual(main()), packets


def asked(pod, *commands):
    """Return the answers of a pod to commands in hex, one after the other."""

    def talk():
        yield Subscribe(Channel.CONTROL)
        answers = []
        for command in commands:
            said = yield Ask(Channel.CONTROL, bytes.fromhex(command), Channel.CONTROL)
            answers.append(decode_answer(said))
        return answers

    async def work(link):
        return await converse(link, talk())

    return with_pod(pod, work)[0]


@pytest.mark.parametrize(
    ("commands", "status"),
    [
        (["77"], Status.UNKNOWN_OP),
        (["01"], Status.LENGTH),
        (["01 00"], Status.NOT_SUPPORTED),
        (["01 82"], Status.NOT_SUPPORTED),  # recording on board
        (["02 02 00 01 34"], Status.PARAMETER),
        (["02 02"], Status.PARAMETER),
        (["02 02 00 01 d0 00 01 01 10 00 02 01 08 00"], Status.RATE),
        (["02 02 00 01 34 00 01 01 0e 00 02 01 08 00"], Status.RESOLUTION),
        (["02 02 00 01 34 00 01 01 10 00 02 01 10 00"], Status.RANGE),
        ([f"{ACC_52HZ_8G} 04 01 02"], Status.CHANNELS),
        ([ACC_52HZ_8G], Status.OK),
        ([ACC_52HZ_8G, ACC_52HZ_8G], Status.ALREADY),
        ([ACC_52HZ_8G, "02 09"], Status.STATE),
        (["03 02"], Status.ALREADY),
        (["02 09", "02 09"], Status.ALREADY),
        (["02 09", "02 02 00 01 d0 00 01 01 10 00 02 01 10 00"], Status.OK),
    ],
)
def test_a_command_is_answered_with_the_published_status(commands, status):
    (pod, *_) = polar_pods(20)
    answer = asked(pod, *commands)[-1]
    command = bytes.fromhex(commands[-1])
    assert (answer.status, answer.op) == (status, command[0])


def test_what_the_sensor_says_of_itself():
    (pod, *_) = polar_pods(20)
    off, _, on, running, _ = asked(pod, "06", "02 09", "06", "05", "03 09")
    assert (off.parameters, on.parameters) == (b"\0", b"\1")
    assert running == Answer(5, 0, 0, parameters=b"\x02\x05")
    _, running = asked(pod, ACC_52HZ_8G, "05")
    assert running.parameters == b"\x42\x05"


def test_a_chest_strap_has_no_sdk_mode_and_no_gyroscope():
    (pod, *_) = polar_pods(20, model="Polar H10", rate_hz=200.0)
    for answer in asked(pod, "02 09", "04 02", "06", "01 05"):
        assert answer.status == Status.NOT_SUPPORTED


def streaming(seconds, wanted=Wanted()):  # noqa: B008
    async def work(link):
        await converse(link, PROTOCOL.start(wanted))
        await asyncio.sleep(seconds)
        await converse(link, PROTOCOL.stop())

    return work


@pytest.mark.parametrize("att_mtu", [70, 185, 247, 517])
@pytest.mark.parametrize("asked_hz", [52, 200, 400])
def test_our_conversation_streams_at_any_rate_and_packet_size(att_mtu, asked_hz):
    (pod, *_) = polar_pods(30, rate_hz=416.0)
    pod = replace(pod, att_mtu=att_mtu)
    air = Air(missed=0.0, packets_per_event=12)
    _, packets = with_pod(pod, streaming(10, Wanted(rate_hz=asked_hz)), air=air)
    decoded = PROTOCOL.decode(packets)
    assert (decoded.lost, dict(decoded.trouble)) == (0, {})
    step = {52: 8, 200: 2, 400: 1}[asked_hz]
    assert decoded.rate_hz == 416 / step
    index = decoded.samples["index"] - decoded.samples["index"][0]
    same = (pod.samples["acc_lsb"] == decoded.samples["acc_lsb"][0]).all(axis=1)
    at = int(np.argmax(same)) + step * index
    np.testing.assert_array_equal(decoded.samples["acc_lsb"], pod.samples["acc_lsb"][at])
    np.testing.assert_array_equal(decoded.samples["gyr_lsb"], pod.samples["gyr_lsb"][at])
    assert len(index) > 8 * decoded.rate_hz
    assert max(len(packet.payload) for packet in packets) <= att_mtu - 3


def test_packets_that_are_too_small_are_refused_in_words():
    (pod, *_) = polar_pods(20)
    with pytest.raises(ValueError, match="packets that are too small"):
        with_pod(replace(pod, att_mtu=23), streaming(1))


def test_a_name_of_no_sensor_is_refused():
    (pod, *_) = polar_pods(20)
    with pytest.raises(ValueError, match="is the name of no Polar sensor"):
        with_pod(replace(pod, name="ORP-PEL"), streaming(1))
