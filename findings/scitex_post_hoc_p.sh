#!/usr/bin/env bash
# scitex-stats 1.0.0: the p values of Tukey's and of Games and Howell's tests are not corrected for the comparisons.
#
# `posthoc_tukey` and `posthoc_games_howell` take `alpha` as the family-wise error rate and give a p value for each pair
# ("approximate" for Tukey's). It is that of a single t test: twice the tail of t, whatever the number of groups. The
# interval beside it is wider than Tukey's, so one row has p = 0.0255, a star, an interval with 0 in it, and
# `significant` false. scipy and pingouin have the tests.
#
# Input: contact times of four groups of eight runners without a difference, 200 times. Expected: some pair below
# 0.05 in 5 of 100, as by the studentized range. Seen: in 15 of 100 by Tukey's and 21 by Games and Howell's test; of
# one pair p = 0.0255, where scipy's `tukey_hsd` has 0.109.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check --no-deps scitex-stats==1.0.0 scitex-logging==0.2.3 scitex-config==0.3.7 scitex-dev==0.62.4
"$folder/venv/bin/pip" install -q --disable-pip-version-check numpy==2.4.6 scipy==1.17.1 pandas==3.1.1 matplotlib==3.11.2 2>/dev/null
"$folder/venv/bin/python" -W ignore - <<'EOF'
import numpy as np
from scipy import stats
from scitex_stats.posthoc import posthoc_games_howell, posthoc_tukey

generator = np.random.default_rng(0)
critical = stats.studentized_range.isf(0.05, 4, 28)
found = {"by the studentized range": 0, "tukey": 0, "games and howell": 0}
for trial in range(200):
    groups = [generator.normal(240, 8, 8) for _ in range(4)]
    table = posthoc_tukey(groups)
    error = np.mean([np.var(group, ddof=1) for group in groups])
    single = 2 * stats.t.sf(np.abs(table["mean_diff"]) / np.sqrt(error * 2 / 8), 28)
    assert np.allclose(table["pvalue"], single, atol=2e-3)
    found["by the studentized range"] += np.ptp([group.mean() for group in groups]) / np.sqrt(error / 8) > critical
    found["tukey"] += table["pvalue"].min() < 0.05
    found["games and howell"] += posthoc_games_howell(groups)["pvalue"].min() < 0.05
    row = table.iloc[table["pvalue"].argmin()]
    if row["pvalue"] < 0.03 and row["ci_lower"] < 0 < row["ci_upper"]:
        example = row, groups, table["pvalue"].argmin()
for name, times in found.items():
    print(f"{name}: some pair below 0.05 in {times / 2:.1f} of 100")
row, groups, place = example
right = stats.tukey_hsd(*groups).pvalue[np.triu_indices(4, 1)][place]
print(f"one pair: p {row['pvalue']} {row['pstars']}, interval {row['ci_lower']} to {row['ci_upper']}; scipy p {right:.3f}")
assert found["by the studentized range"] == 10 and found["tukey"] == 31 and found["games and howell"] == 42
assert row["pvalue"] < 0.03 and right > 0.1
EOF
