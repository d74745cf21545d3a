"""Damaged packets of every firmware: samples, counted trouble or one sentence; nothing else.

What is damaged are real recordings of virtual pods, so that the damage gets past the checks that
random bytes never pass. `-m faults` decodes some fifteen million packets.
"""

import asyncio
from dataclasses import replace
from itertools import count
from random import Random

import numpy as np
import pytest

pytest.importorskip("bumble")

from pods.virtual_pods import (
    capture2go_pods,
    dot_pods,
    metawear_pods,
    movesense_pods,
    noisy_pods,
    polar_pods,
    witmotion_pods,
)

from firmware_protocols.protocol import Wanted
from firmware_protocols.requests import Read, Subscribe, Write
from pipelines.protocols import PROTOCOLS
from pipelines.radio.conversation import converse
from pipelines.radio.link import connect
from pipelines.radio.scan import scan
from pipelines.radio.virtual.radio import virtual_radio
from pipelines.radio.virtual.time import loop_clock_ns, run_virtual

STREAMS = 100  # damaged streams for each seed
LATEST_NS = 2**62
PODS = {
    "orp_v1": noisy_pods,
    "capture2go": capture2go_pods,
    "movella_dot": dot_pods,
    "movesense_gsp": movesense_pods,
    "polar_pmd": polar_pods,
    "witmotion": witmotion_pods,
    "metawear": metawear_pods,
}


@pytest.fixture(scope="module", params=PROTOCOLS)
def recorded(request):
    """A protocol, and all packets of a pod that speaks it."""
    protocol = PROTOCOLS[request.param]
    pod = PODS[request.param](30)[0]
    packets = []

    async def main():
        async with virtual_radio([pod]) as virtual:
            (found,) = await scan(virtual.radio, [protocol], enough=1)
            async with connect(
                virtual.radio, found, packets.append, clock_ns=loop_clock_ns
            ) as link:
                await converse(link, protocol.start(Wanted(recording=5)))
                await asyncio.sleep(8)
                await converse(link, protocol.stop())

    run_virtual(main())
    decoded = protocol.decode(packets)
    assert len(decoded.samples) > 6 * decoded.rate_hz
    return protocol, packets


def damaged(packets, random):
    """Return the packets with bytes, places or times of some of them changed."""
    said = list(packets)
    for _ in range(random.randrange(1, 40)):
        at = random.randrange(len(said))
        packet = said[at]
        match random.randrange(6):
            case 0:
                said.insert(random.randrange(len(said)), packet)
            case 1 if len(said) > 1:
                del said[at]
            case 2:
                said[at] = replace(packet, host_ns=random.randrange(LATEST_NS))
            case 3:
                said[at] = replace(packet, channel=random.randrange(9))
            case _:
                said[at] = replace(packet, payload=changed(packet.payload, random))
    return said


def changed(payload, random):
    """Return the bytes with a bit, a byte or a piece of them other, missing or more."""
    at = random.randrange(len(payload) + 1)
    one = payload[at : at + 1]
    return random.choice(
        [
            payload[:at],
            payload[:at] + random.randbytes(random.randrange(1, 20)) + payload[at:],
            payload[:at] + random.randbytes(len(one)) + payload[at + 1 :],
            payload[:at]
            + bytes(byte ^ 1 << random.randrange(8) for byte in one)
            + payload[at + 1 :],
        ]
    )


def decoded_or_refused(protocol, packets):
    """Return the samplings of the packets; none where they are refused in one sentence."""
    try:
        return protocol.decode(packets).samplings
    except ValueError as error:
        if "\n" in str(error):
            raise
        return ()


@pytest.mark.campaign(short=1, long=480)
def test_damaged_packets_are_samples_or_trouble_and_nothing_else(recorded, seed):
    protocol, packets = recorded
    random = Random(seed)
    for _ in range(STREAMS):
        for one in decoded_or_refused(protocol, damaged(packets, random)):
            assert (np.diff(one.samples["index"]) > 0).all()
            assert one.arrival.ndim == 2


def answers(protocol, conversation, packets, random):
    """Hold a conversation with a pod that says anything; end it after so many answers."""
    kept = [packet.payload for packet in packets]
    request = next(conversation)
    for _ in count():
        said = random.choice(kept) if random.random() < 0.5 else random.randbytes(30)
        if isinstance(request, (Read, Subscribe, Write)):
            request = conversation.send(said if isinstance(request, Read) else b"")
            continue
        fits = getattr(request, "fits", None)
        for _ in range(20):
            if fits is None or fits(said):
                request = conversation.send(said)
                break
            said = random.choice(kept)
        else:
            request = conversation.throw(TimeoutError())


@pytest.mark.campaign(short=10, long=1000)
def test_a_pod_that_answers_anything_ends_every_conversation_in_words(recorded, seed):
    protocol, packets = recorded
    random = Random(seed)
    talks = [protocol.start(Wanted(recording=5)), protocol.stop()]
    if protocol.backfill is not None:
        talks.append(protocol.backfill(3, 500))
    if (log := protocol.log) is not None:
        talks += [log.begin(Wanted(), "run"), log.end(), log.stored()]
    for talk in talks:
        with pytest.raises((StopIteration, ValueError, TimeoutError)) as raised:
            answers(protocol, talk, packets, random)
        assert "\n" not in str(raised.value)
