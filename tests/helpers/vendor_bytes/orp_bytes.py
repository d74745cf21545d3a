"""What a pod of our own firmware sends, as packets that came in."""

import numpy as np

from firmware_protocols.orp_v1 import config, control, info
from firmware_protocols.orp_v1.frames import Flag, Frame, Kind, encode_frame
from firmware_protocols.orp_v1.gatt import Channel
from firmware_protocols.protocol import Packet

RATE_HZ = 200.0
FRAME = 19
DELAY_NS = 20_000_000
EFFECTIVE = config.Effective(1, RATE_HZ, {1: 16, 2: 2000}, 100, {1: 0.5, 2: 0.25})


def counts(n, seed=0):
    return np.random.default_rng(seed).integers(-(2**15), 2**15, (n, 6)).astype("<i2")


def answer(op, data=b"", result=control.Result.OK, host_ns=0):
    payload = control.encode_answer(control.Answer(op, 1, result, data))
    return Packet(host_ns, Channel.CONTROL, payload)


def configured(effective=EFFECTIVE, result=control.Result.OK):
    return answer(control.Op.CONFIG, config.encode_effective(effective), result)


def started(next_index=0, t_start_us=5_000_000):
    return answer(control.Op.START, control.encode_started(control.Started(next_index, t_start_us)))


HELLO = Packet(0, Channel.INFO, info.encode_info(info.Info("POD-7", role=2, boot_id=0xBEEF)))
OPENING = [HELLO, configured(), started()]


def stream(
    raw,
    *,
    first=0,
    t_start_us=5_000_000,
    rate_hz=RATE_HZ,
    config_id=1,
    channel=Channel.STREAM,
    size=FRAME,
):
    """Frame `raw` as a pod does; the last sample of each frame arrives 20 ms after it was taken."""
    packets = []
    flags = Flag.BACKFILL if channel == Channel.BULK else 0
    for at in range(0, len(raw), size):
        part = raw[at : at + size]
        t0_us = t_start_us + round((first + at) * 1e6 / rate_hz)
        frame = Frame(Kind.RAW6, flags, at // size, first + at, t0_us, config_id, part)
        last_ns = round((first + at + len(part) - 1) * 1e9 / rate_hz)
        packets.append(Packet(last_ns + DELAY_NS, channel, encode_frame(frame)))
    return packets
