#!/usr/bin/env bash
# mne 1.13.2: data asked for from the time of a sample begin with the one before, 6 times in 100.
#
# `raw.get_data(tmin=t)` truncates t times the rate, so wherever that product is a rounding below its whole
# number the data begin, and end, one sample early. `raw.crop(tmin=t)` rounds, and gives the sample of that
# time. A stance cut out of a record by the times of our tables is 5 ms off at 200 Hz, here and there; at 128
# Hz it never is, so a test may not see it. `time_as_index` has `use_rounding`, off by default; `get_data`
# does not mention it. Known in mne's issues since February 2026, and open.
#
# Input: a channel that holds the number of its sample; get_data from each whole number divided by the rate.
# Expected: that number. Seen: the number before for 6 of 100 at 50, 100 and 200 Hz, 1 of 100 at 1000 Hz,
# none at 128 Hz, and for none with crop.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check mne==1.13.2 numpy==2.4.6 scipy==1.17.1
"$folder/venv/bin/python" - <<'EOF'
import mne
import numpy as np

mne.set_log_level("ERROR")
for rate_hz, low, high in ((50, 0.05, 0.09), (100, 0.05, 0.09), (200, 0.05, 0.09), (1000, 0.005, 0.02), (128, 0, 0)):
    samples = np.arange(600 * rate_hz, dtype=float)
    raw = mne.io.RawArray(samples[None], mne.create_info(["number"], rate_hz, "misc"))
    asked = samples[: 590 * rate_hz : 37].astype(int)
    first = np.array([raw.get_data(tmin=number / rate_hz, tmax=number / rate_hz + 1)[0, 0] for number in asked])
    early = np.mean(first == asked - 1)
    cropped = [raw.copy().crop(tmin=number / rate_hz).get_data()[0, 0] for number in asked[:100]]
    print(f"{rate_hz} Hz: {100 * early:.1f} of 100 begin one sample early")
    assert np.all((first == asked) | (first == asked - 1)) and low <= early <= high
    assert np.array_equal(cropped, asked[:100])
EOF
