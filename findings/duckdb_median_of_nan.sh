#!/usr/bin/env bash
# duckdb 2.0.1, pandas 3.1.1, pyarrow 26.0.1: the median of one column depends on who computes it.
#
# A Parquet column can hold NaN or null. For null all agree. Where a writer kept NaN (any writer given
# arrays of floats: `pa.table({"x": numpy_array})`), duckdb counts NaN as a value above all others, as its
# page on numeric types says of sorting, so a median is not NaN (as an average is) but plainly too
# high, and `where x > 2` lets NaN pass. pandas leaves NaN out. pyarrow leaves it out of `quantile` and
# `max`, and not out of `mean` and `count`.
#
# Input: 1, 2, 3, NaN, NaN. Seen: median 3.0 in duckdb, 2.0 in pandas and pyarrow; maximum nan in
# duckdb, 3.0 in pyarrow; 3 rows above 2 in duckdb, 1 in pandas. With null: 2.0 in all three.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check duckdb==2.0.1 pandas==3.1.1 pyarrow==26.0.1
cd "$folder"
"$folder/venv/bin/python" - <<'EOF'
import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

values = np.array([1.0, 2.0, 3.0, np.nan, np.nan])
found = {}
for kind, column in (("NaN", pa.array(values)), ("null", pa.array(values, from_pandas=True))):
    path = f"{kind}.parquet"
    pq.write_table(pa.table({"x": column}), path)
    table, frame = pq.read_table(path)["x"], pd.read_parquet(path)["x"]
    sql = "select median(x), max(x), count(*) filter (x > 2) from read_parquet(?)"
    found[kind] = {
        "duckdb median, max, above 2": duckdb.execute(sql, [path]).fetchone(),
        "pandas median, max, above 2": (frame.median(), frame.max(), int((frame > 2).sum())),
        "pyarrow median, max, mean": (
            pc.quantile(table)[0].as_py(), pc.max(table).as_py(), pc.mean(table).as_py()
        ),
    }
    for name, numbers in found[kind].items():
        print(f"{kind:5} {name}: {', '.join(f'{number:g}' for number in numbers)}")
(duck, pandas, arrow), nulls = found["NaN"].values(), found["null"].values()
assert duck[0] == 3 and np.isnan(duck[1]) and duck[2] == 3, duck
assert pandas == (2, 3, 1), pandas
assert arrow[:2] == (2, 3) and np.isnan(arrow[2]), arrow
assert list(nulls) == [(2, 3, 1), (2, 3, 1), (2, 3, 2)], nulls
EOF
