#!/usr/bin/env bash
# scikit-digital-health 0.17.18: the "detail power" of a signal with an offset is 1e11 times as large.
#
# `DetailPower` is documented as the summed power in the detail levels of a frequency band, which an offset is
# no part of. It is divided by the number of upward zero crossings of the signal rebuilt with its
# approximation, and that number is held at or above 1e-10: a signal that never crosses zero, such as the
# magnitude of an acceleration, which has gravity in it, is divided by 1e-10. Nothing is said.
#
# Input: 0.3 g at 1.2 Hz for 60 s at 50 Hz, around 0 and around 1 g. Seen: 1.83 and 1.3e12.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check scikit-digital-health==0.17.18 numpy==2.4.6
"$folder/venv/bin/python" - <<'EOF'
import numpy as np
from skdh.features import DetailPower

wave_g = 0.3 * np.sin(2 * np.pi * 1.2 * np.arange(3000) / 50)
plain, upright = (float(DetailPower().compute(wave_g + offset_g, fs=50.0)) for offset_g in (0, 1))
print(f"around 0: {plain:.3g}; around 1 g: {upright:.3g}")
assert 0.1 < plain < 100, plain
assert upright / plain > 1e9, upright
EOF
