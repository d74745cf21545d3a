#!/usr/bin/env bash
# polars 1.44.2, pandas 3.1.1: halfway between two rows the nearest is the later one in polars, the earlier in pandas.
#
# Both join each row of one pod to the row of another that is nearest in time, by `join_asof(strategy="nearest")` and
# `merge_asof(direction="nearest")`. Of two that are equally near polars takes the last, as it says, and pandas the
# first, of which it says nothing. With clocks on one grid this is no rare case: of a pod whose samples lie between
# those of another all are halfway. A pipeline that is moved from one engine to the other then has every value one
# sample later, with no row missing and no word. Of rows with one time both take the last.
#
# Input: two pods at 100 Hz, in milliseconds, the second 5 ms after the first. Expected: the same rows. Seen: 5 ms
# earlier in pandas and 5 ms later in polars in all of 999 rows: of a leg that turns by 3 rad/s, 1.7° between them.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check pandas==3.1.1 polars==1.44.2 pyarrow==26.0.1 numpy==2.4.6
"$folder/venv/bin/python" - <<'EOF'
import numpy as np
import pandas as pd
import polars as pl

time_ms = np.arange(0, 10_000, 10)
shank = pd.DataFrame({"time_ms": time_ms, "angle_rad": 3.0 * time_ms / 1000, "sample_ms": time_ms})
pelvis = pd.DataFrame({"time_ms": time_ms[:-1] + 5})
by_pandas = pd.merge_asof(pelvis, shank, on="time_ms", direction="nearest")
by_polars = pl.from_pandas(pelvis).join_asof(pl.from_pandas(shank), on="time_ms", strategy="nearest").to_pandas()
late_pandas, late_polars = (found["sample_ms"] - pelvis["time_ms"] for found in (by_pandas, by_polars))
apart_deg = np.degrees(by_polars["angle_rad"] - by_pandas["angle_rad"])
print(f"{len(pelvis)} rows: pandas {set(late_pandas)} ms, polars {set(late_polars)} ms, {apart_deg.median():.1f}° apart")
assert set(late_pandas) == {-5} and set(late_polars) == {5} and np.allclose(apart_deg, np.degrees(0.03))

twice = pd.DataFrame({"time_ms": [0, 0, 10, 10], "row": [1, 2, 3, 4]})
at = pd.DataFrame({"time_ms": [0, 10]})
last = pd.merge_asof(at, twice, on="time_ms", direction="nearest")["row"].tolist()
assert last == pl.from_pandas(at).join_asof(pl.from_pandas(twice), on="time_ms", strategy="nearest")["row"].to_list()
print(f"of two rows with one time: {last} of 1, 2 and 3, 4 in both")
EOF
