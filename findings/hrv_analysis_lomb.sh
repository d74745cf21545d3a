#!/usr/bin/env bash
# hrv-analysis 1.0.6: by "lomb", the power of a heart's rhythm grows with the heart rate: 83, 124, 249, 299 for 200.
#
# `get_frequency_domain_features` gives power in bands, documented in ms². By `method="welch"` it does. By
# `method="lomb"` it integrates the periodogram of astropy in the normalisation "psd", which without errors of the
# values is a power for each beat and not for each Hz: it is n / T times too large and two times too small, where
# n / T is beats a second. The same rhythm has more power the faster the heart, so LF and HF fall from a run to the
# rest after it by the heart rate alone. LF/HF and the normalised units divide it out.
#
# Input: five minutes of intervals that swing by 20 ms at 0.1 Hz, at 50, 75, 150 and 180 beats a minute. Expected:
# 200 ms² in LF, half the square of 20, in all. Seen: welch 182 to 199; lomb 83, 124, 249 and 299.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check numpy==2.4.6 scipy==1.17.1 pandas==3.1.1 matplotlib==3.11.2 astropy==8.0.2 nolds==0.6.1
"$folder/venv/bin/pip" install -q --disable-pip-version-check --no-deps hrv-analysis==1.0.6
"$folder/venv/bin/python" -W ignore - <<'EOF'
import numpy as np
from hrvanalysis import get_frequency_domain_features


def intervals_ms(beats_per_min, swing_ms=20, duration_s=300):
    time_s, intervals = 0.0, []
    while time_s < duration_s:
        intervals.append(60000 / beats_per_min + swing_ms * np.sin(2 * np.pi * 0.1 * time_s))
        time_s += intervals[-1] / 1000
    return intervals


for beats_per_min, seen in ((50, 82.6), (75, 124.2), (150, 249.0), (180, 298.8)):
    series = intervals_ms(beats_per_min)
    welch = get_frequency_domain_features(series, method="welch")["lf"]
    lomb = get_frequency_domain_features(series, method="lomb")["lf"]
    beats_hz = len(series) / 300
    print(f"{beats_per_min} a minute: LF by welch {welch:.0f} ms², by lomb {lomb:.0f}, times 2 over beats a second {2 * lomb / beats_hz:.0f}")
    assert 180 < welch < 200 and abs(lomb - seen) < 1 and abs(2 * lomb / beats_hz - 200) < 4
EOF
