"""Published bytes of Movesense pods, and notifications made of samples."""

import numpy as np

from firmware_protocols.movesense_gsp.frames import Answer, Frame, encode_frame
from firmware_protocols.movesense_gsp.gatt import Channel
from firmware_protocols.movesense_gsp.streams import ACC_UNIT_MPS2, GYR_UNIT_DPS, STREAMS
from firmware_protocols.protocol import Packet

# Captured from a pod, and published with what they mean: sokolmarek/movesense-commander @216f762,
# src/lib/gsp/layouts.hardware.test.ts (MIT, © 2026 Marek Sokol).
ACC_INFO = "08 0d 00 1a 00 34 00 68 00 d0 00 a0 01 41 03 82 06 04 02 04 08 10"
GYR_INFO = "08 0d 00 1a 00 34 00 68 00 d0 00 a0 01 41 03 82 06 05 7d 00 f5 00 f4 01 e8 03 d0 07"
TIME = "58 d8 97 e1 69 59 06 00 d0 89 24 00 00 04 00 00 14 00 00 00"
IMU9_52HZ = (
    "15 9e 01 00 5c 6e 61 bd 56 d2 9c bd 8c 2a 1d c1 ee 54 e6 bd cc d5 fe bc 8c 2a 1d c1 c9 87"
    "dc bd 31 05 13 bd 27 3e 1d c1 cc d5 fe bd ec 06 44 bd f7 a9 1d c1 48 e1 fa 3f 8f c2 25 c0"
    "c3 f5 68 3f 66 66 06 40 cd cc 1c c0 3e 0a 57 3f 85 eb 01 40 cd cc 1c c0 3e 0a 57 3f 66 66"
    "06 40 ae 47 21 c0 b8 1e 45 3f 52 a8 6f 42 81 7b b0 c2 72 e8 5a 43 1b 6e 6a 42 f0 53 ac c2"
    "4a dd 5a 43 77 70 6d 42 04 ec b1 c2 db 61 59 43 35 90 6f 42 0b 7e b0 c2 d2 34 5a 43"
)
# Made by hand from the published layout: two samples.
IMU6_208HZ = (
    "02 63 e8 03 00 00 00 00 00 00 00 00 00 00 c3 f5 1c 41 00 00 00 00 00 00 80 3f c3 f5 1c 41"
    "00 00 80 3f 00 00 00 40 00 00 40 40 00 00 80 40 00 00 a0 40 00 00 c0 40"
)
SUBSCRIBE_IMU6_208HZ = "01 63 2f 4d 65 61 73 2f 49 4d 55 36 2f 32 30 38 00"

REFERENCE = {(stream.axes, stream.rate_hz): k for k, stream in STREAMS.items()}


def counts_of(first, samples, *, seed=0, most=30_000):
    """What sensors measure from sample `first` on: accelerometer and gyroscope, (samples, 3)."""
    rows = [
        np.random.default_rng([seed, first + k]).integers(-most, most, 6) for k in range(samples)
    ]
    both = np.array(rows)
    return both[:, :3], both[:, 3:]


def frame(first, t_ms, *, axes=6, rate_hz=208.0, samples=8, steps=(8, 16), **noise):
    """Return the frame that begins with sample `first`; `steps` are those of its full scales."""
    one = np.zeros((), STREAMS[REFERENCE[axes, rate_hz]].layout(samples))
    acc, gyr = counts_of(first, samples, **noise)
    one["t_ms"] = t_ms % 2**32
    one["acc"], one["gyr"] = acc * steps[0] * ACC_UNIT_MPS2, gyr * steps[1] * GYR_UNIT_DPS
    return one.tobytes()


def notified(payload, host_s=0.0, *, reference=REFERENCE[6, 208.0], room=242):
    """Return the packets that bring a frame, in as many parts as it needs."""
    parts = [payload[at : at + room] for at in range(0, len(payload), room)]
    kinds = [Answer.DATA, *(len(parts) - 1) * [Answer.DATA_PART_2]]
    return [
        Packet(round(host_s * 1e9), Channel.DATA, encode_frame(Frame(kind, reference, part)))
        for kind, part in zip(kinds, parts, strict=True)
    ]


def stream(
    frames,
    *,
    true_hz=208.0,
    rate_hz=208.0,
    axes=6,
    samples=8,
    start_ms=0.0,
    delay_s=0.03,
    room=242,
    **how,
):
    """Return so many frames as packets, from a sensor that runs at `true_hz`."""
    said = []
    for k in range(frames):
        at_s = k * samples / true_hz
        payload = frame(
            k * samples,
            int(start_ms + 1000 * at_s),
            axes=axes,
            rate_hz=rate_hz,
            samples=samples,
            **how,
        )
        host_s = at_s + samples / true_hz + delay_s
        said += notified(payload, host_s, reference=REFERENCE[axes, rate_hz], room=room)
    return said
