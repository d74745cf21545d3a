#!/usr/bin/env bash
# pygt3x 0.7.1: an older .gt3x (activity.bin, as of NHANES) is read as if recorded in 1990.
#
# "Start Date" in info.txt counts 100 ns since the year 1, in all files of the maker. For files with
# log.bin each record brings a time of its own and dates are right. For those with activity.bin the
# reader takes the start date for ns since 1970: any day of this century becomes one of early 1990, 20
# seconds of recording stay 20 seconds, and nothing warns.
#
# Input: 20 s at 30 Hz, at rest, +1 g on z, started on 2012-05-14 at 08:00.
# Seen: 600 samples of (0, 0, 1) g, the first at 1990-02-11 08:43:12.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check pygt3x==0.7.1
cd "$folder"
"$folder/venv/bin/python" - <<'EOF'
import zipfile
from datetime import datetime, timedelta

import pandas as pd
from pygt3x.reader import FileReader

STARTED = datetime(2012, 5, 14, 8)
ticks = (STARTED - datetime(1, 1, 1)) // timedelta(microseconds=1) * 10
info = {
    "Serial Number": "NEO1DXXXXXXXX", "Device Type": "GT3X+", "Firmware": "2.0.0",
    "Battery Voltage": "4.1", "Sample Rate": "30", "Start Date": str(ticks), "Stop Date": "0",
    "Last Sample Time": str(ticks + 20 * 10**7), "TimeZone": "00:00:00", "Board Revision": "1",
}
# three counts of 12 bits a sample, 341 to the g, most significant bit first
bits = "".join(f"{count & 0xFFF:012b}" for _ in range(600) for count in (0, 0, 341))
with zipfile.ZipFile("run.gt3x", "w") as file:
    file.writestr("info.txt", "".join(f"{key}: {value}\n" for key, value in info.items()))
    file.writestr("activity.bin", int(bits, 2).to_bytes(len(bits) // 8, "big"))
    file.writestr("log.txt", "")
    file.writestr("lux.bin", b"")
with FileReader("run.gt3x") as reader:
    frame = reader.to_pandas()
first = pd.to_datetime(float(frame.index[0]), unit="s")
print(f"{len(frame)} samples, first {frame.iloc[0].tolist()}, at {first}; started {STARTED}")
assert len(frame) == 600, len(frame)
assert frame.iloc[0].tolist()[:3] == [0, 0, 1], frame.iloc[0]
assert first.year == 1990, first
assert float(frame.index[0]) == ticks / 1e9
EOF
