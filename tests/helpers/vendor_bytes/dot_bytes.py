"""Published bytes of Movella DOTs, and packets made of samples."""

import numpy as np

from firmware_protocols.movella_dot.files import RECORD, SELECTED, encode_file, encode_record
from firmware_protocols.movella_dot.gatt import Channel
from firmware_protocols.movella_dot.messages import (
    Acknowledged,
    Kind,
    Message,
    Result,
    encode_acknowledged,
    encode_message,
)
from firmware_protocols.movella_dot.samples import LIVE, MEDIUM_BYTES
from firmware_protocols.movella_dot.values import Info, encode_info
from firmware_protocols.protocol import Packet
from imu.recording.samples import acceleration, angular_rate

# Printed in XD0506P revision C, 5.2.1: the message, its kind, and what it says.
PRINTED = (
    ("01 01 02 fc", 0x02, ""),
    ("01 03 01 06 02 f3", 0x01, "06 02"),
    ("01 01 41 bd", 0x41, ""),
    ("01 03 01 00 41 ba", 0x01, "00 41"),
    ("01 02 60 01 9c", 0x60, "01"),
    ("01 04 01 00 60 01 99", 0x01, "00 60 01"),
    ("01 01 62 9c", 0x62, ""),
    ("01 09 74 00 01 05 06 07 08 09 0a 54", 0x74, "00 01 05 06 07 08 09 0a"),
    ("01 0b 01 00 74 00 01 05 06 07 08 09 0a 51", 0x01, "00 74 00 01 05 06 07 08 09 0a"),
    ("01 02 70 07 86", 0x70, "07"),
    ("01 04 01 00 70 07 83", 0x01, "00 70 07"),
)
# Printed there too: a start of recording that does not sum to 0, and the beginnings of two records
# of the eight fields selected above.
PRINTED_START = "01 07 40 df 50 3b 5b 08 07 e0"
PRINTED_RECORDS = ("01 55 71 00 00 00 00 75 a7 66 a8", "01 55 71 01 00 00 00 90 e8 66 a8")

# Recorded from a DOT of the first version with early firmware, in the comments of the maker's
# program that exports over USB (xbusHandler.js, read in Kitty1992/XSensDOT @6b950d9), without the
# frame of USB. There a record was of kind 61, where the document has 71; all fields were selected.
FLASH = (
    "01 81 51 73 61 6c 46 80 00 00 00 00 01 eb 41 98 12 00 a0 ff 00" + 110 * " ff" + " 1f",
    "01 81 51 ee cc cc ee cc cc" + 122 * " ff" + " 9b",
)
RECORDS = (
    "01786101000000266c8b2d43cf313c07ac40bf288928bf55d79b3b7c000030ffffc108003601000044fcffff"
    "8c57ffff81b432c3202fd1be05b3a4420000803f00f29e37001840b7803d8e380040913a00f168bb0cd423be"
    "4e2b883dd2605abe029619c11d02153b9415b4bafa58053c2226defc221b0002000035",
    "0178610200000041ad8b2d52b5303cd4ae40bf0c8628bf207a9a3bc40000e6feffdd0a007b0100004ffbffff"
    "992effffc9b632c35062d0be4cafa4420000803f00f40f37001014b780fe863800ae883a005975bb04cc23be"
    "7822803d430266be7b8e19c10ff4863a4ace8abae51bfd3b1026f8fc181b00020000e3",
)
# Made by hand from the document: u32 µs, then three float32 each, m/s² and °/s; 16 667 µs,
# (0, 0, 9.81) m/s², (1, -2, 0.5) °/s.
LIVE_SAMPLE = "1b 41 00 00 00 00 00 00 00 00 00 00 c3 f5 1c 41 00 00 80 3f 00 00 00 c0 00 00 00 3f"

WRAP_US = 2**32


def measured(number, *, seed=0):
    """Acceleration in m/s² and angular rate in °/s of a sample, float32 (3,) each."""
    rng = np.random.default_rng([seed, number])
    both = rng.uniform(-1, 1, 6) * np.repeat([150.0, 1900.0], 3)
    return both[:3].astype(np.float32), both[3:].astype(np.float32)


def live(number, time_us, host_s):
    """Return the packet of one live sample."""
    one = np.zeros((), LIVE)
    one["time"] = round(time_us) % WRAP_US
    one["acc"], one["gyr"] = measured(number)
    payload = one.tobytes().ljust(MEDIUM_BYTES, b"\0")
    return Packet(round(host_s * 1e9), Channel.MEDIUM, payload)


def stream(numbers, *, rate_hz=60.0, first_us=0, delay_s=0.03, ppm=0.0):
    """Return live samples of these numbers; the pod's clock runs so much faster than the host's."""
    return [
        live(k, first_us + k / rate_hz * 1e6, k / rate_hz / (1 + ppm * 1e-6) + delay_s)
        for k in numbers
    ]


def linked(host_s=0.0):
    """Return the packet that begins every link: who the pod is."""
    info = Info(0x40195BFC800B017A, (2, 4, 0), "XS-T02", bytes.fromhex("01 02 03 cd 22 d4"))
    return Packet(round(host_s * 1e9), Channel.INFO, encode_info(info))


def notice(kind, payload=b"", host_s=0.0):
    """Return the packet of a message of the pod."""
    said = encode_message(Message(kind, payload))
    return Packet(round(host_s * 1e9), Channel.NOTICE, said)


def acknowledged(kind, payload=b"", result=Result.SUCCESS):
    """Return the packet that a command was acknowledged with."""
    said = encode_acknowledged(Acknowledged(result, kind, payload))
    return Packet(0, Channel.ACKNOWLEDGE, said)


def asked_for(number=1, *, utc_s=0, selected=SELECTED, late=False):
    """Return the packets that a pod says before the records of a recording.

    Its notice is there after the acknowledgement was read; `late`: before.
    """
    said = [acknowledged(Kind.GET_FILE, bytes([number])), notice(Kind.FILE, encode_file(utc_s))]
    return [
        acknowledged(Kind.SELECT, selected),
        *(reversed(said) if late else said),
        notice(Kind.FILE_DONE),
        acknowledged(Kind.GET_DATA, bytes([number])),
    ]


def record(number, *, rate_hz=120.0, first_us=0, status=0, unit=1.0):
    """Return one record; its angular velocity is in °/s times `unit`."""
    one = np.zeros((), RECORD)
    one["time"] = round(first_us + number / rate_hz * 1e6) % WRAP_US
    one["acc"], gyr = measured(number)
    one["gyr"] = gyr * unit
    half_rad = np.radians(gyr.astype(np.float64)) / rate_hz / 2
    one["rotation"] = [np.sqrt(1 - half_rad @ half_rad), *half_rad]
    one["status"] = status
    return one.tobytes()


def records(numbers, *, kind=Kind.DATA, **how):
    """Return the packets of these records."""
    return [notice(kind, encode_record(k, record(k, **how))) for k in numbers]


def assert_samples(decoded, numbers):
    """The samples are those of these numbers, to less than their noise, and so is their index."""
    acc, gyr = (np.array([measured(k)[sensor] for k in numbers], np.float64) for sensor in range(2))
    np.testing.assert_allclose(acceleration(decoded.samples, decoded.scale), acc, atol=5e-7)
    dps = np.degrees(angular_rate(decoded.samples, decoded.scale))
    np.testing.assert_allclose(dps, gyr, atol=1.1e-6)
    np.testing.assert_array_equal(
        decoded.samples["index"] - decoded.samples["index"][0], np.subtract(numbers, numbers[0])
    )
