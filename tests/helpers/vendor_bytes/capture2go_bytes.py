"""Published bytes of Capture2Go pods, and notifications made of samples."""

import numpy as np

from firmware_protocols.capture2go.frames import Package, encode_frame, join_notification
from firmware_protocols.capture2go.gatt import Channel
from firmware_protocols.capture2go.samples import SAMPLE_KINDS
from firmware_protocols.protocol import Packet

PIECE = 243  # of the stream in one notification
KIND = 0x0231

# Made by the maker's own software (capture2go 1.0.1) from the values beside them.
COMMANDS = {
    "GET_DEVICE_INFO": "02 09 6b e6 6e 00 70 00",
    "START_STREAMING": "02 3d 7f 65 8c 00 50 01",
    "STOP_STREAMING": "02 bf 1d 53 be 00 52 01",
    "STOP_AND_CLEAR": "02 35 f5 bc 44 00 58 01",
    "GET_STATUS": "02 d3 73 d7 af 00 00 02",
}
SET_TIME = "02 c1 2b 8d a5 08 70 01 00 00 2a 36 fe 9c 97 17"  # 1 700 000 000 s
SET_MODE = (
    "02 c0 91 f4 80 1e 20 01 00 00 00 00 00 00 00 00 00 00 01 00 00 00 01 00 00 00"
    "01 88 77 66 55 44 33 22 11 00 00 01"
)
SAMPLES = (
    "02 86 45 17 34 73 31 02 15 cd 85 3d fe 9c 97 17"
    "f4 ff f5 ff f6 ff f7 ff f8 ff f9 ff fa ff fb ff fc ff fd ff fe ff ff ff"
    "00 00 01 00 02 00 03 00 04 00 05 00 06 00 07 00 08 00 09 00 0a 00 0b 00"
    "00 00 64 00 c8 00 2c 01 90 01 f4 01 58 02 bc 02 20 03 84 03 e8 03 4c 04"
    "b0 04 14 05 78 05 dc 05 40 06 a4 06 08 07 6c 07 d0 07 34 08 98 08 fc 08"
    "00 00 08 00 80 27 a8 0d fb ff 04"
)
SAMPLES_NS = 1_700_000_000_123_456_789


def samples_package(first, *, kind=KIND, t_ns=None, flags=0, seed=0):
    """Return the package that begins with sample number `first` of a pod that measures noise."""
    about = SAMPLE_KINDS[kind]
    one = np.zeros((), about.layout)
    rng = np.random.default_rng([seed, first])
    one["t_ns"] = first * about.period_ns if t_ns is None else t_ns
    one["acc"] = rng.integers(-30_000, 30_000, (about.samples, 3))
    one["gyr"] = rng.integers(-30_000, 30_000, (about.samples, 3))
    one["flags"] = flags
    return Package(kind, one.tobytes())


def packets_of(packages, *, every_ns=40_000_000, delay_ns=20_000_000, start_ns=0):
    """Return the packets that bring packages, one every `every_ns`, cut anywhere."""
    stream = b"".join(encode_frame(package) for package in packages)
    frames = len(packages)
    per_ns = every_ns * frames / max(1, len(stream))
    return [
        Packet(
            round(start_ns + delay_ns + (at + PIECE) * per_ns),
            Channel.TX,
            join_notification([], stream[at : at + PIECE]),
        )
        for at in range(0, len(stream), PIECE)
    ]
