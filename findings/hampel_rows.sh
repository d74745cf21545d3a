#!/usr/bin/env bash
# hampel 1.0.2: cleaned values of a pandas Series are numbered from 0, and land on other rows.
#
# `hampel(series).filtered_data` is a Series with a RangeIndex, whatever index the input had. Assigned to
# the table that it came from, pandas aligns it: after rows were left out at the start, each cleaned value
# stands as many rows too early, the last rows are empty, and the result looks like a cleaned signal. It is
# also rounded to 32-bit floats, values that are no outliers too (of clock times 64 s).
#
# Input: heart rates of a table of which the first 4 rows (the warm-up) were left out; a rise from 120 to
# 160 at row 10. Expected: the same rise at row 10 in the cleaned column. Seen: at row 6, and rows 16 to 19
# empty.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check hampel==1.0.2 pandas==2.3.3 numpy==2.2.6
"$folder/venv/bin/python" - <<'EOF'
import numpy as np
import pandas as pd
from hampel import hampel

run = pd.DataFrame({"heart": np.where(np.arange(20) < 10, 120.0, 160.0)})
run = run.iloc[4:].copy()
run["clean"] = hampel(run["heart"], window_size=3).filtered_data
rise = {name: int(run.index[run[name] > 140][0]) for name in run}
empty = run.index[run["clean"].isna()].tolist()
print(f"the rise is at row {rise['heart']}, cleaned at row {rise['clean']}; empty: {empty}")
assert rise == {"heart": 10, "clean": 6}, rise
assert empty == [16, 17, 18, 19], empty
clock_s = 1_795_000_000 + np.arange(8) / 4
moved_s = np.abs(hampel(clock_s, window_size=3).filtered_data - clock_s).max()
print(f"a regular clock is moved by up to {moved_s:.0f} s")
assert moved_s > 60, moved_s
EOF
