"""From the bytes of one pod to its samples."""

import numpy as np
import pytest

from firmware_protocols.orp_v1 import PROTOCOL, config, control
from firmware_protocols.orp_v1.frames import Frame, Kind, encode_frame
from firmware_protocols.orp_v1.gatt import Channel
from firmware_protocols.protocol import Packet
from imu.recording.timebase import Track, align, session_time_s

FRAME = 19
DELAY_S = 0.02
MOST_TO_DECODE, MOST_TO_ALIGN = 4.0, 4.0


def answer(op, data):
    payload = control.encode_answer(control.Answer(op, 1, control.Result.OK, data))
    return Packet(0, Channel.CONTROL, payload)


def packets_of(stream):
    """Return what a pod notifies of a run, each frame 20 ms late and a little more."""
    scale = stream.scale
    known = config.Effective(
        1, stream.rate_hz, {1: 16, 2: 2000}, 100, {1: scale.acc_mps2, 2: scale.gyr_radps}
    )
    begin_us = int(stream.samples["device_us"][0])
    packets = [
        answer(control.Op.CONFIG, config.encode_effective(known)),
        answer(control.Op.START, control.encode_started(control.Started(0, begin_us))),
    ]
    counts = np.hstack([stream.samples["acc_lsb"], stream.samples["gyr_lsb"]]).astype("<i2")
    late_s = DELAY_S + np.random.default_rng(0).exponential(0.01, len(counts))
    arrival_ns = np.maximum.accumulate(np.rint((stream.true_time_s + late_s) * 1e9)).astype(int)
    for at in range(0, len(counts), FRAME):
        part = counts[at : at + FRAME]
        t0_us = int(stream.samples["device_us"][at])
        frame = Frame(Kind.RAW6, 0, at // FRAME, at, t0_us, 1, part)
        received_ns = int(arrival_ns[at + len(part) - 1])
        packets.append(Packet(received_ns, Channel.STREAM, encode_frame(frame)))
    return packets


@pytest.fixture(scope="module")
def received(run):
    """What the three pods said, in order of arrival."""
    return {place: packets_of(stream) for place, stream in run.streams.items()}


@pytest.fixture(scope="module")
def decoded(received):
    return {place: PROTOCOL.decode(packets) for place, packets in received.items()}


def test_decode(received, run, cost, timed):
    found, ratio = cost(lambda: {place: PROTOCOL.decode(said) for place, said in received.items()})
    for place, stream in run.streams.items():
        np.testing.assert_array_equal(found[place].samples["acc_lsb"], stream.samples["acc_lsb"])
    assert not timed or ratio < MOST_TO_DECODE


def test_clocks_and_grid(decoded, run, cost, timed):
    def on_one_grid():
        return align([track(place, pod) for place, pod in decoded.items()])

    recording, ratio = cost(on_one_grid)
    assert recording.duration_s == pytest.approx(run.duration_s, abs=1.0)
    assert all(sensor.valid[100:-100].all() for sensor in recording.sensors.values())
    assert not timed or ratio < MOST_TO_ALIGN


def track(place, pod):
    time_s, clock = session_time_s(pod.samples, pod.arrival, pod=place)
    acc = pod.samples["acc_lsb"] * pod.scale.acc_mps2
    gyr = pod.samples["gyr_lsb"] * pod.scale.gyr_radps
    return Track(place, time_s, acc, gyr, sync_s=clock.uncertainty_s)
