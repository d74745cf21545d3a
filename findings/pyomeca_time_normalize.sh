#!/usr/bin/env bash
# pyomeca 2026.0.2: normalising a record's time changes the time of the record it was given.
#
# `array.meca.time_normalize(norm_time=True)` is documented to return a normalised array. It also writes 0
# to 99 into the time of its input, so that what is done with the input afterwards is on another time axis:
# rates, derivatives and windows by time. The time ends at 99 where 100 is documented. Nothing is said.
#
# Input: a stance of 0.25 s at 200 Hz, a rotation of 200 degrees/s. Expected: 200 degrees/s before and
# after. Seen: 200 before; 0.49 after, with the record now 99 s long.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check pyomeca==2026.0.2 numpy==2.4.6 xarray==2026.9.0
"$folder/venv/bin/python" - <<'EOF'
import numpy as np
from pyomeca import Analogs

time_s = np.arange(50) / 200
record = Analogs(200 * time_s[None], ["shank"], time=time_s)
before = float(record.differentiate("time").mean())
stance = record.meca.time_normalize(n_frames=101, norm_time=True)
after = float(record.differentiate("time").mean())
print(f"degrees/s of the record: {before:.2f} before, {after:.2f} after")
print(f"its last time: {float(record.time[-1])}, of the stance: {float(stance.time[-1])}")
assert np.isclose(before, 200)
assert np.isclose(after, 200 * time_s[-1] / 99)
assert float(record.time[-1]) == float(stance.time[-1]) == 99
EOF
