#!/usr/bin/env bash
# pyphysio 4.10.0: its periodogram is that of the first 2048 samples, however long the record is.
#
# `nfft` ("number of samples of the PSD", 2048 if not given) goes to `scipy.signal.periodogram`, which cuts a signal
# longer than that down to its begin. Welch's method beside it takes the whole record. Nothing is said.
#
# Input: acceleration at 100 Hz for a minute: somebody stands (0.01 m/s²) for 25 s and then walks, two steps a second,
# 1 m/s². Expected: the walking holds nearly all power from 1 to 3 Hz, by either method. Seen: by `period` less than
# a thousandth of what `welch` finds, the same as if the person had never walked.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check numpy==2.4.6 scipy==1.17.1 pandas==3.1.1 xarray==2026.9.0 dask==2026.8.0 matplotlib==3.11.2 pywavelets==1.9.0 scikit-learn==1.9.1 csaps==1.3.3 h5py==3.16.0 pyxdf==1.17.5
"$folder/venv/bin/pip" install -q --disable-pip-version-check --no-deps pyphysio==4.10.0
"$folder/venv/bin/python" -W ignore - <<'EOF'
import numpy as np
import pyphysio
from pyphysio.indicators.frequencydomain import PowerInBand

time_s = np.arange(6000) / 100
steps = np.sin(2 * np.pi * 2 * time_s)
records = {"walks from 25 s": np.where(time_s < 25, 0.01, 1) * steps, "stands": 0.01 * steps}
powers = {}
for name, acceleration in records.items():
    for method in ("welch", "period"):
        signal = pyphysio.create_signal(acceleration, sampling_freq=100)
        powers[name, method] = np.ravel(PowerInBand(1, 3, method)(signal).values)[0]
        print(f"{name}, {method}: power in band {powers[name, method]:.6f}")
assert powers["walks from 25 s", "welch"] > 1000 * powers["stands", "welch"]
assert abs(powers["walks from 25 s", "period"] / powers["stands", "period"] - 1) < 0.02
assert powers["walks from 25 s", "welch"] > 1000 * powers["walks from 25 s", "period"]
EOF
