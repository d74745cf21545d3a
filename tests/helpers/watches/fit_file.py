"""Write the FIT files of the tests by hand: one definition of records, then the records."""

import struct

FIT_EPOCH_S = 631_065_600
FIELDS = {  # name: number, size, base type, struct, scale, offset, invalid
    "timestamp": (253, 4, 0x86, "I", 1, 0, 0xFFFFFFFF),
    "position_lat": (0, 4, 0x85, "i", 2**31 / 180, 0, 0x7FFFFFFF),
    "position_long": (1, 4, 0x85, "i", 2**31 / 180, 0, 0x7FFFFFFF),
    "distance": (5, 4, 0x86, "I", 100, 0, 0xFFFFFFFF),
    "enhanced_speed": (73, 4, 0x86, "I", 1000, 0, 0xFFFFFFFF),
    "enhanced_altitude": (78, 4, 0x86, "I", 5, 500, 0xFFFFFFFF),
    "heart_rate": (3, 1, 0x02, "B", 1, 0, 0xFF),
    "cadence": (4, 1, 0x02, "B", 1, 0, 0xFF),
    "fractional_cadence": (53, 1, 0x02, "B", 128, 0, 0xFF),
}
CRC = (
    *(0x0000, 0xCC01, 0xD801, 0x1400, 0xF001, 0x3C00, 0x2800, 0xE401),
    *(0xA001, 0x6C00, 0x7800, 0xB401, 0x5000, 0x9C01, 0x8801, 0x4400),
)


def crc(data):
    value = 0
    for byte in data:
        for nibble in (byte & 15, byte >> 4):
            value = (value >> 4) & 0x0FFF ^ CRC[value & 15] ^ CRC[nibble]
    return value


def fit_file(rows, *, again_at=()):
    """Return a FIT file of records; `rows` are dictionaries, `timestamp` in Unix seconds.

    The definition is written again before the rows of these numbers.
    """
    names = list(rows[0])
    definition = bytes([0x40, 0, 0]) + struct.pack("<HB", 20, len(names))
    definition += b"".join(bytes(FIELDS[name][:3]) for name in names)
    data = b""
    for number, row in enumerate(rows):
        if number == 0 or number in again_at:
            data += definition
        data += bytes([0]) + b"".join(_value(name, row.get(name)) for name in names)
    head = struct.pack("<BBHI4s", 14, 0x20, 21_170, len(data), b".FIT")
    body = head + struct.pack("<H", crc(head)) + data
    return body + struct.pack("<H", crc(body))


def _value(name, value):
    _, _, _, code, scale, offset, invalid = FIELDS[name]
    if value is None:
        return struct.pack(f"<{code}", invalid)
    if name == "timestamp":
        value -= FIT_EPOCH_S
    return struct.pack(f"<{code}", round((value + offset) * scale))
