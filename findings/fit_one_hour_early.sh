#!/usr/bin/env bash
# fit 0.5.1: every time in a FIT file is read one hour early.
#
# Times in FIT files are seconds since 1989-12-31 00:00 UTC, which is 631065600 seconds after 1970 began. The
# package counts from 631062000, an hour less. It answers in local time that does not name its zone: on a
# computer one hour ahead of UTC the numbers look like the right ones in UTC, on others they do not. Speeds
# of a watch are put beside the wrong hour of our sessions, and where somebody runs twice a day beside the
# wrong run. The same constant was a fault of another package (easy-fit, 2017).
#
# Input: a FIT file with one record at 2026-11-01 08:00 UTC, read where the clock is UTC. Expected: 08:00, as
# fitdecode says. Seen: 07:00.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check fit==0.5.1 fitdecode==0.11.0
cd "$folder"
TZ=UTC "$folder/venv/bin/python" - <<'EOF'
import struct
from datetime import datetime, timezone

import fitdecode
from fit import FitFile

HELD = datetime(2026, 11, 1, 8, tzinfo=timezone.utc)
SECONDS = int((HELD - datetime(1989, 12, 31, tzinfo=timezone.utc)).total_seconds())


def checksum(data):
    table = (0x0000, 0xCC01, 0xD801, 0x1400, 0xF001, 0x3C00, 0x2800, 0xE401,
             0xA001, 0x6C00, 0x7800, 0xB401, 0x5000, 0x9C01, 0x8801, 0x4400)
    crc = 0
    for byte in data:
        for nibble in (byte & 15, byte >> 4):
            crc = (crc >> 4) ^ table[crc & 15] ^ table[nibble]
    return struct.pack("<H", crc)


def message(number, fields, values):
    definition = struct.pack("<BBBHB", 0x40, 0, 0, number, len(fields))
    return definition + b"".join(bytes(field) for field in fields) + b"\0" + values


def fit_file():
    """A file id (type activity) and one record: time and heart rate."""
    body = message(0, [(0, 1, 0)], b"\4")
    body += message(20, [(253, 4, 0x86), (3, 1, 2)], struct.pack("<IB", SECONDS, 150))
    head = struct.pack("<BBHI4s", 14, 0x20, 2132, len(body), b".FIT")
    head += checksum(head)
    return head + body + checksum(head + body)


with open("run.fit", "wb") as file:
    file.write(fit_file())
with fitdecode.FitReader("run.fit") as frames:
    expected = [
        frame.get_value("timestamp")
        for frame in frames
        if frame.frame_type == fitdecode.FIT_FRAME_DATA and frame.name == "record"
    ]
with FitFile.open("run.fit") as messages:
    seen = [entry.timestamp for entry in messages if getattr(entry, "heart_rate", None) == 150]
print(f"fitdecode: {expected}\nfit: {seen}")
assert expected == [HELD]
assert seen == [datetime(2026, 11, 1, 7)]
EOF
