#!/usr/bin/env bash
# mixedlm 1.3.0: means and contrasts of a mixed model take each stance for a person.
#
# `emmeans` gives estimated means with intervals, and contrasts with p values. Its degrees of freedom are the number of
# rows less that of coefficients, whatever is random in the model: with six runners of 50 stances each 298, where
# `summary` of the same fit has 4 (Satterthwaite's, which are exact here) for the same difference. Intervals are
# 1.41 times too narrow. Its documentation speaks of tests within groups and not of degrees of freedom.
#
# Input: 100 made-up studies of six runners, three in each of two shoes that do not differ, 50 stances each. Expected:
# p below 0.05 in about 5 of 100, as by the t test of the six means, which is the exact test, and by `summary`.
# Seen: in 12 of 100 by `emmeans(fit, "shoe").pairs()`.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check mixedlm==1.3.0 numpy==2.4.6 scipy==1.17.1 pandas==3.1.1
"$folder/venv/bin/python" -W ignore - <<'EOF'
import mixedlm
import numpy as np
import pandas as pd
from scipy import stats

runners, stances, studies = 6, 50, 100
below = {"t test of the means": 0, "summary": 0, "emmeans": 0}
for seed in range(studies):
    generator = np.random.default_rng(seed)
    runner = np.repeat(np.arange(runners), stances)
    contact_ms = 240 + generator.normal(0, 8, runners)[runner] + generator.normal(0, 6, runner.size)
    table = pd.DataFrame(
        {"runner": [f"r{i}" for i in runner], "shoe": np.where(runner % 2, "new", "old"), "contact_ms": contact_ms}
    )
    fit = mixedlm.lmer("contact_ms ~ shoe + (1|runner)", table)
    contrast = mixedlm.emmeans(fit, "shoe").pairs()
    means = table.groupby("runner")["contact_ms"].mean().to_numpy()
    p = {
        "t test of the means": stats.ttest_ind(means[::2], means[1::2]).pvalue,
        "summary": mixedlm.pvalues_with_ddf(fit)[fit.matrices.fixed_names[1]][2],
        "emmeans": float(np.ravel(contrast.p_value)[0]),
    }
    assert contrast.df == 298
    for name in below:
        below[name] += p[name] < 0.05
for name, times in below.items():
    print(f"{name}: p below 0.05 in {100 * times / studies:.1f} of 100 studies without a difference")
assert below["t test of the means"] < 0.08 * studies and below["summary"] < 0.08 * studies
assert 0.11 * studies < below["emmeans"] < 0.18 * studies
EOF
