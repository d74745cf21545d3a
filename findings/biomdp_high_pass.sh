#!/usr/bin/env bash
# biomdp 0.11.2: a high-pass filter at 1 Hz removes seven tenths of what is at 1 Hz.
#
# `filter_butter(..., fc=1, kind="high")` corrects the cut-off for filtering forth and back, so that 0.707
# of the amplitude is left at `fc`, as its low-pass does. The factor is the same for both kinds, and a
# high-pass needs its inverse: the pass at 1 Hz is one at 1.5 Hz, and slow components of a stride are lost.
#
# Input: sines at the cut-off. Expected: 0.71 of the amplitude. Seen: 0.71 by the low-pass, 0.29 by the
# high-pass; 0.71 is left at 1.55 times the cut-off.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check biomdp==0.11.2 numpy==2.4.6 scipy==1.17.1 pandas==2.3.3 xarray==2026.9.0 matplotlib==3.11.2
"$folder/venv/bin/python" - <<'EOF'
import numpy as np
from biomdp.filter_butter import filter_butter

time_s = np.arange(0, 120, 0.005)
inner = slice(4000, -4000)


def left(signal_hz, **how):
    wave = np.sin(2 * np.pi * signal_hz * time_s)
    return np.std(filter_butter(wave, fr=200, order=2, **how)[inner]) / np.std(wave[inner])


low, high = left(10, fc=10, kind="low"), left(1, fc=1, kind="high")
beyond = left(1.555, fc=1, kind="high")
print(f"left at the cut-off: {low:.2f} by the low-pass, {high:.2f} by the high-pass")
print(f"left by the high-pass at 1.555 times the cut-off: {beyond:.2f}")
assert abs(low - 0.707) < 0.01
assert abs(high - 0.293) < 0.01
assert abs(beyond - 0.707) < 0.01
EOF
