#!/usr/bin/env bash
# pyphysio 4.10.0: the power in a band of frequencies is twice the power of the signal.
#
# A spectral density is integrated by the step from one frequency to the next: the sampling rate over the length of
# the transform. `PowerInBand` divides by the number of frequencies of the one-sided spectrum instead, which is half
# of that length (and one). The density itself (`PSD`) is divided by that number too, so it falls as `nfft` is raised.
#
# Input: intervals between heart beats that swing by 30 ms at 0.1 Hz, at 4 Hz for five minutes, and an acceleration
# that swings by 3 m/s² at 2 Hz, at 100 Hz. Expected: their variances, 450 ms² from 0.04 to 0.15 Hz and 4.5 (m/s²)²
# from 1 to 3 Hz. Seen: 899 and 8.99, by both of its methods.
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

for name, rate_hz, swing, swing_hz, band_hz in (("intervals", 4, 30, 0.1, (0.04, 0.15)), ("acceleration", 100, 3, 2, (1, 3))):
    values = swing * np.sin(2 * np.pi * swing_hz * np.arange(300 * rate_hz) / rate_hz)
    signal = pyphysio.create_signal(values, sampling_freq=rate_hz)
    for method in ("welch", "period"):
        power = np.ravel(PowerInBand(*band_hz, method)(signal).values)[0]
        print(f"{name}, {method}: variance {values.var():.1f}, power in band {power:.2f}")
        assert abs(power / values.var() - 2) < 0.01
EOF
