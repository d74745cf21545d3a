#!/usr/bin/env bash
# polars 2.1.0: the mean of 30000 and 30000 across columns of 16-bit integers is -2768.
#
# `mean_horizontal` is documented as the mean across columns and answers in float64. It is the wrapped sum
# of the integers divided by their number, as `sum_horizontal` and `Series.dot` wrap too, where `mean` and
# `sum` down a column, and within lists, are right. Raw samples of sensors are such integers: the mean of a
# left and a right pod is off by half the range wherever both are beyond half of it, and smooth elsewhere.
#
# Input: two columns of Int16, 20000 and 30000 in the one, 10000 and 30000 in the other. Expected: 15000 and
# 30000, as pandas says. Seen: 15000 and -2768; of float columns 30000.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check polars==2.1.0 pandas==3.1.1 pyarrow==26.0.1 numpy==2.4.6
"$folder/venv/bin/python" - <<'EOF'
import polars as pl

pods = pl.DataFrame({"left": [20_000, 30_000], "right": [10_000, 30_000]}, schema_overrides={
    "left": pl.Int16, "right": pl.Int16
})
across = pl.mean_horizontal("left", "right").alias("mean")
whole, floats = (frame.select(across)["mean"] for frame in (pods, pods.cast(pl.Float64)))
down = pods["left"].mean(), pods.select(pl.concat_list("left", "right").list.mean())["left"].to_list()
print(f"across integers: {whole.to_list()} ({whole.dtype}); across floats: {floats.to_list()}")
print(f"pandas: {pods.to_pandas().mean(axis=1).to_list()}; down a column, in lists: {down}")
assert whole.dtype == pl.Float64
assert whole.to_list() == [15_000, -2_768]
assert floats.to_list() == pods.to_pandas().mean(axis=1).to_list() == down[1] == [15_000, 30_000]
assert down[0] == 25_000
EOF
