"""Published bytes of Polar sensors, and packets made of samples."""

import numpy as np

from firmware_protocols.polar_pmd.control import (
    Answer,
    Kind,
    Op,
    Setting,
    encode_answer,
    encode_factor,
    encode_settings,
)
from firmware_protocols.polar_pmd.frames import COMPRESSED, Header, encode_frame
from firmware_protocols.polar_pmd.gatt import Channel
from firmware_protocols.protocol import Packet

# Of the tests of the maker's SDK, polarofficial/polar-ble-sdk @8fb5311: AccDataTest.kt,
# GyrDataTest.kt, PmdSettingTest.kt. The values are those that these tests state.
ACC_COMPRESSED = "02 65 00 00 00 00 00 00 00 81 f1 ff 14 00 f0 03 06 01 7b 0f 08"
ACC_COMPRESSED_MG = [(-15, 20, 1008), (-20, 17, 1008)]
GYRO_COMPRESSED = "05 ff ff ff ff ff ff ff 7f 80 ea ff 08 00 0d 00 03 01 df 00"
GYRO_COMPRESSED_DPS = [(-22, 8, 13), (-23, 11, 16)]
GYRO_FLOATS = (
    "05 00 94 35 77 00 00 00 00 81 00 00 80 3f 00 00 20 41 00 00 a0 41 1c 01"
    "00 00 a0 01 00 00 08 cd cc ec 0d"
)
GYRO_FLOAT_PATTERNS = [
    (0x3F800000, 0x41200000, 0x41A00000),
    (0x3F800000 + 0x1A00000, 0x41200000 + 0x0800000, (0x41A00000 + 0xFDECCCCD) % 2**32),
]
ACC_RAW = "02 00 94 35 77 00 00 00 00 01 f7 ff ff ff e7 03 f8 ff fe ff e5 03"  # the first two
ACC_RAW_MG = [(-9, -1, 999), (-8, -2, 997)]
ACC_IN_G_BEGINS = "02 00 94 35 77 00 00 00 00 80 71 07 f0 6a 9e 8d 0a 01 be 5c be 3a"  # one of 56
ACC_IN_G = [(1905, 27376, -29282), (1905 + 190, 27376 - 105, -29282 - 85)]
GYRO_SETTINGS = "00 01 34 00 01 01 10 00 02 04 f5 00 f4 01 e8 03 d0 07 04 01 03"

START_NS = 800_000_000_000_000_000
ACC_16G = {Setting.RATE: (52, 208), Setting.RANGE: (8, 16)}
GYRO_2000DPS = {Setting.RATE: (52, 208), Setting.RANGE: (500, 2000)}
FACTOR = {Kind.ACC: 16_000 / 2**15, Kind.GYRO: 2000 / 2**15}
FRAME_TYPE = {Kind.ACC: COMPRESSED | 1, Kind.GYRO: COMPRESSED | 0}


def answer(op, kind, settings, host_ns=0):
    said = encode_answer(Answer(op, kind, 0, parameters=encode_settings(settings)))
    return Packet(host_ns, Channel.CONTROL, said)


def opening(kinds=(Kind.ACC, Kind.GYRO), factor=FACTOR):
    """Return what a sensor in SDK mode answers until it streams."""
    offered = {Kind.ACC: ACC_16G, Kind.GYRO: GYRO_2000DPS}
    return [
        *(answer(Op.SDK_SETTINGS, kind, offered[kind]) for kind in kinds),
        *(
            answer(Op.START, kind, {Setting.FACTOR: (encode_factor(factor[kind]),)})
            for kind in kinds
        ),
    ]


def frames(kind, counts, period_ns, *, per_frame=30, first_ns=START_NS, late_ns=20_000_000):
    """Return packets with the samples (n, 3), of which the k-th is of `first_ns` + k periods."""
    packets = []
    for begin in range(0, len(counts), per_frame):
        part = counts[begin : begin + per_frame]
        t_ns = first_ns + round((begin + len(part) - 1) * period_ns)
        payload = encode_frame(Header(kind, t_ns, FRAME_TYPE[kind]), part)
        packets.append(Packet(t_ns - START_NS + late_ns, Channel.DATA, payload))
    return packets


def noise(count, seed=0):
    return np.random.default_rng(seed).integers(-30_000, 30_000, (count, 3))
