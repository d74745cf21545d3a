#!/usr/bin/env bash
# cosinorage 1.0.8: an hour of strides is 0.1 mg of movement, where it is 255 mg.
#
# `GenericDataHandler` reads acceleration in g, mg or m/s² and gives ENMO for each minute: the mean of what the
# acceleration has beyond 1 g. Before it takes ENMO it brings the record to one row a minute, by means. What a
# movement does within a minute is gone then, and what is left is gravity: ENMO is 0, or the small error of the
# calibration. From records at more than 30 Hz a high-pass at 15 Hz takes gravity as well, so they are 0 altogether;
# at 25 Hz that filter "failed, skipping", said with `verbose` alone. Data that come as ENMO are read right.
#
# Input: twelve hours at 25 Hz, in g, with strides of 0.8 g at 1.4 Hz from 8 to 9. Expected: 255 mg from 8 to 9 (0.8 g
# over pi). Seen: less than 0.5 mg in every minute of it; at 31.25 Hz 0.0.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check cosinorage==1.0.8 claid==0.6.4 cosinorpy==3.1 scikit-digital-health==0.17.18 pytz==2026.6 seaborn==0.13.2 statsmodels==0.15.0 numpy==2.4.6 scipy==1.17.1 pandas==3.1.1
"$folder/venv/bin/python" -W ignore - "$folder/pod.csv" <<'EOF'
import sys

import numpy as np
import pandas as pd
from cosinorage.datahandlers import GenericDataHandler

midnight_ms = 1_793_491_200_000
for step_ms in (40, 32):
    elapsed_ms = np.arange(0, 12 * 3_600_000 + 60_000, step_ms)
    time_s = elapsed_ms / 1000
    strides = (time_s >= 8 * 3600) & (time_s < 9 * 3600)
    acceleration_g = np.random.default_rng(0).normal(0, 0.003, (time_s.size, 3))
    acceleration_g[:, 2] += 1 + 0.8 * strides * np.sin(2 * np.pi * 1.4 * time_s)
    table = pd.DataFrame(acceleration_g.round(3), columns=list("xyz"))
    table.insert(0, "timestamp", midnight_ms + elapsed_ms)
    next_day = table.iloc[-1:].assign(timestamp=midnight_ms + 86_401_000)
    pd.concat([table, next_day]).to_csv(sys.argv[1], index=False)
    record = GenericDataHandler(sys.argv[1], data_type="accelerometer-g", time_format="unix-ms", data_columns=list("xyz"))
    found_mg = record.get_ml_data()["enmo"].iloc[8 * 60 : 9 * 60].to_numpy()
    size_g = np.linalg.norm(acceleration_g, axis=1)
    right_mg = 1000 * np.maximum(size_g - 1, 0)[strides].mean()
    print(f"at {1000 / step_ms:.2f} Hz, 8 to 9: {found_mg.mean():.3f} mg, at most {found_mg.max():.3f}, by the samples {right_mg:.0f}")
    assert found_mg.size == 60 and found_mg.max() < 0.5 and 250 < right_mg < 260
    assert step_ms == 40 or found_mg.max() == 0
EOF
