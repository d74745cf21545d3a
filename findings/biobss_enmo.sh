#!/usr/bin/env bash
# biobss 0.1.1: "Euclidian norm minus one" does not take off the one: a sensor at rest moves by half a g or by a whole.
#
# Its documentation says: the mean of what the magnitude is above 1 g, and zero where it is below. The code sums the
# magnitudes that are above 1 g as they are. So the index is near the share of samples above 1 g. A sensor at rest has
# about half a g from its noise alone, and one that is off by a thousandth of a g all of it or nothing.
#
# Input: half a minute at 100 Hz, at rest with 3 mg of noise, at rest 1 mg too high, and walking (0.3 g up and down
# twice a second). Expected, in mg: 1.1, 1 and 95. Seen: 480, 1001 and 595.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check antropy==0.2.3 cvxopt==1.3.3 heartpy==1.2.7 matplotlib==3.11.2 neurokit2==0.3.0 numpy==2.4.6 pandas==3.1.1 plotly==6.9.0 plotly-resampler==0.11.1 py-ecg-detectors==1.3.5 scipy==1.17.1
"$folder/venv/bin/pip" install -q --disable-pip-version-check --no-deps biobss==0.1.1
"$folder/venv/bin/python" -W ignore - <<'EOF'
import numpy as np
from biobss.imutools import calc_activity_index

samples = 3000
none = np.zeros(samples)
noise_g = np.random.default_rng(0).normal(0, 0.003, samples)
records = {
    "at rest": (1 + noise_g, 480),
    "at rest, 1 mg too high": (none + 1.001, 1001),
    "walking": (1 + 0.3 * np.sin(2 * np.pi * 2 * np.arange(samples) / 100), 595),
}
for name, (up_g, expected) in records.items():
    defined = 1000 * np.mean(np.maximum(up_g - 1, 0))
    seen = 1000 * calc_activity_index(none, none, up_g, 30, 100, "ENMO")["UFM"]
    print(f"{name}: mean of what is above 1 g {defined:.1f} mg, seen {seen:.0f} mg")
    assert defined < 100 and abs(seen - expected) < 1
EOF
