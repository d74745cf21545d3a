#!/usr/bin/env bash
# heartpy 1.2.7, pyhrv 0.5.0: the SD of successive differences is that of their sizes, 0.6 of it.
#
# SDSD is the standard deviation of the differences between an interval and the next, so nearly RMSSD, and SD1
# times the root of two. `measures["sdsd"]` of heartpy and `sdsd` of pyhrv, documented so, drop the signs of the
# differences first: for independent intervals 0.60 of the value is left, and for intervals that alternate, as
# the steps of a runner do whose legs differ, nothing at all. heartpy's RMSSD and SD1 beside it are right, and so
# is `sdsd` of hrv-analysis (1.0.6).
#
# Input: 600 intervals of 700 ms, SD 50, as of strides; and 600 that alternate between 340 and 360 ms, as of steps.
# Expected: 71.3 and 20.0 ms (RMSSD: 71.3 and 20.0). Seen: 42.6 and 0.0.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check heartpy==1.2.7 pyhrv==0.5.0 nolds==0.6.2 peakutils==1.3.5 setuptools==80.9.0 numpy==2.3.5 scipy==1.17.1 pandas==2.3.3
MPLBACKEND=Agg "$folder/venv/bin/python" -W ignore - <<'EOF'
import heartpy
import numpy as np
from pyhrv import time_domain

strides_ms = 700 + 50 * np.random.default_rng(0).standard_normal(600)
steps_ms = 350 + 10.0 * (-1) ** np.arange(600)
for name, intervals_ms, ratio in (("strides", strides_ms, 0.6), ("steps", steps_ms, 0.0)):
    differences = np.diff(intervals_ms)
    expected, rmssd = differences.std(), np.sqrt(np.mean(differences**2))
    measures = heartpy.process_rr(intervals_ms, clean_rr=False)[1]
    pyhrv = time_domain.sdsd(intervals_ms)["sdsd"]
    print(f"{name}: SD of differences {expected:.1f}, RMSSD {rmssd:.1f}; SD1 of heartpy {measures['sd1']:.1f}")
    print(f"  heartpy SDSD {measures['sdsd']:.1f}, pyhrv {pyhrv:.1f}")
    assert np.isclose(measures["rmssd"], rmssd)
    assert np.isclose(measures["sd1"] * np.sqrt(2), expected, rtol=1e-3)
    for found in (measures["sdsd"], pyhrv):
        assert np.isclose(found / expected, ratio, atol=0.02), found
        assert np.isclose(found, np.abs(differences).std(), rtol=0.002, atol=1e-9), found
EOF
