#!/usr/bin/env bash
# polar-python 1.1.1: a difference of one bit is read as +1, where two's complement has −1.
#
# Compressed frames of Polar sensors hold differences of so many bits each, signed. Of one bit they are 0
# or −1, as in every other width: the highest bit is the sign. `parse_delta_frame` extends the sign only
# where `bit_width > 1`, so a reading that falls by one count a sample rises by one.
#
# Input: a frame of acceleration that stands at 100 mg, and a block of three samples of one bit, all set.
# Seen: 100, 101, 102, 103. The same block in two bits is read as 100, 99, 98, 97.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check polar-python==1.1.1
"$folder/venv/bin/python" - <<'END'
from polar_python.parsers import parse_polar_data

header = bytes([2]) + bytes(8) + bytes([0x81]) + (100).to_bytes(2, "little") * 3
one_bit = header + bytes([1, 3]) + b"\xff\x01"
two_bits = header + bytes([2, 3]) + b"\xff\xff\x03"
read = [[x for x, _, _ in parse_polar_data(frame, lambda _: 1.0).data] for frame in (one_bit, two_bits)]
print(f"one bit: {read[0]}; two bits: {read[1]}")
assert read[1] == [100, 99, 98, 97], read[1]
assert read[0] == [100, 101, 102, 103], read[0]
END
