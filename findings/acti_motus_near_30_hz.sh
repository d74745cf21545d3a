#!/usr/bin/env bash
# acti-motus 2.4.0: of a record at 30.5 Hz each hour lasts 61 minutes.
#
# `Features.compute` brings a record to 30 Hz and gives a row for each second, with its time. Rates within 1 Hz of
# 30 are taken for 30 and left as they are, so a row is 30 samples wherever the clock stands, and its time is that
# of the first sample and one second a row: an hour at 30.5 Hz has 3660 rows, of 29.5 Hz 3540, and a day is 24
# minutes long or short. The rate that it found stands in the table (`sf`). Other rates (50, 31.5 Hz) are resampled
# and in time. Activities beside a diary, or of thigh and trunk with clocks of their own, are minutes apart.
#
# Input: an hour lying still at 30, 30.5, 29.5 and 50 Hz, with a run from 08:50 to 08:55. Expected: from 08:50 to
# 08:55 in each. Seen: from 08:50:50 at 30.5 Hz and 08:49:10 at 29.5.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check --no-deps acti-motus==2.4.0
"$folder/venv/bin/pip" install -q --disable-pip-version-check altair==6.3.0 vegafusion==2.0.3 numpy==2.4.6 pandas==3.1.1 scipy==1.17.1 2>/dev/null
"$folder/venv/bin/python" - <<'EOF'
import numpy as np
import pandas as pd
from actimotus import Features

start = pd.Timestamp("2026-11-01 08:00:00")
for rate_hz, seconds_late in ((30.0, 0), (30.5, 50), (29.5, -50), (50.0, 0)):
    time_s = np.arange(int(3600 * rate_hz)) / rate_hz
    acceleration_g = np.random.default_rng(0).normal(0, 0.005, (time_s.size, 3))
    acceleration_g[:, 0] += 1
    run = (time_s >= 3000) & (time_s < 3300)
    acceleration_g[run, 0] += 0.8 * np.sin(2 * np.pi * 2.8 * time_s[run])
    acceleration_g[run, 2] += 0.5 * np.sin(2 * np.pi * 1.4 * time_s[run])
    stamps = start + pd.to_timedelta(np.round(time_s * 1e9).astype("int64"), unit="ns")
    record = pd.DataFrame(acceleration_g, index=stamps, columns=["acc_x", "acc_y", "acc_z"])
    table = Features(calibrate=False).compute(record)
    moving = table.index[table["sd_x"] > 0.2]
    moving = moving[moving > start + pd.Timedelta(minutes=1)]
    print(f"{rate_hz} Hz: {len(table)} rows an hour, the run from {moving[0]:%H:%M:%S} to {moving[-1]:%H:%M:%S}")
    assert abs((moving[0] - start).total_seconds() - 3000 - seconds_late) <= 2, moving[0]
EOF
