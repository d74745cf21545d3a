#!/usr/bin/env bash
# mixedlm 1.3.0: a p value after Kenward and Roger is Satterthwaite's, or 0.0008 where it is 0.13.
#
# `summary(ddf_method="Kenward-Roger")`, `pvalues_with_ddf` and `anova_type3` take the method that is recommended for
# few people and uneven numbers of stances. It has a wider standard error and degrees of freedom of its own. Here the
# standard error stays as it is, and the degrees of freedom are those of Satterthwaite over a factor that is 1 in
# every fit with a variance between people, and rounding at a variance of zero. lme-python (0.2.7), which the
# formulas of Kenward and Roger (1997) agree with to 1e-6, has both.
#
# Input: six runners with 2 to 15 stances each, two groups of three. Expected: 0.060 and 0.132, as by the formulas.
# Seen: 0.038 (Satterthwaite's: 0.038), and below 0.001 where the variance between runners is estimated as zero.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check mixedlm==1.3.0 lme-python==0.2.7 polars==2.1.0 pyarrow==26.0.1 numpy==2.4.6 scipy==1.17.1 pandas==3.1.1
"$folder/venv/bin/python" -W ignore - <<'EOF'
import lme_python
import mixedlm
import numpy as np
import pandas as pd
from scipy import stats


def session(seed, counts):
    generator = np.random.default_rng(seed)
    runner = np.repeat(np.arange(len(counts)), counts)
    generator.random(runner.size)
    contact_ms = 240 + 6 * (runner % 2) + generator.normal(0, 4, len(counts))[runner]
    contact_ms = contact_ms + generator.normal(0, 6, runner.size)
    return pd.DataFrame({"runner": [f"r{i}" for i in runner], "team": runner % 2.0, "contact_ms": contact_ms})


def by_formula(table, between, within):
    """p of the team by Kenward and Roger, from the variances between and within runners."""
    x = np.column_stack([np.ones(len(table)), table["team"]])
    same = table["runner"].to_numpy()[:, None] == table["runner"].to_numpy()
    parts = [same.astype(float), np.eye(len(table))]
    inverse = np.linalg.inv(between * parts[0] + within * parts[1])
    phi = np.linalg.inv(x.T @ inverse @ x)
    projected = inverse - inverse @ x @ phi @ x.T @ inverse
    information = [[0.5 * np.trace(projected @ a @ projected @ b) for b in parts] for a in parts]
    weights = np.linalg.inv(information)
    p = [-x.T @ inverse @ a @ inverse @ x for a in parts]
    q = [[x.T @ inverse @ a @ inverse @ b @ inverse @ x for b in parts] for a in parts]
    pairs = [(i, j) for i in (0, 1) for j in (0, 1)]
    adjusted = phi + 2 * phi @ sum(weights[i, j] * (q[i][j] - p[i] @ phi @ p[j]) for i, j in pairs) @ phi
    change = [(phi @ p[i] @ phi)[1, 1] / phi[1, 1] for i in (0, 1)]
    degrees = 2 / sum(weights[i, j] * change[i] * change[j] for i, j in pairs)
    effect = (phi @ x.T @ inverse @ table["contact_ms"].to_numpy())[1]
    return 2 * stats.t.sf(abs(effect) / np.sqrt(adjusted[1, 1]), degrees)


for seed, counts in ((1, [3, 3, 15, 4, 3, 8]), (0, [2, 2, 3, 12, 3, 2])):
    table = session(seed, counts)
    formula = "contact_ms ~ team + (1|runner)"
    fit = mixedlm.lmer(formula, table)
    right = by_formula(table, (fit.theta[0] * fit.sigma) ** 2, fit.sigma**2)
    peer = lme_python.lmer(formula, table)
    peer.with_kenward_roger(table)
    seen = {m: mixedlm.pvalues_with_ddf(fit, m)["team"][2] for m in ("Kenward-Roger", "Satterthwaite")}
    print(f"p by the formulas {right:.4f}, lme-python {peer.kenward_roger_p_values[1]:.4f},", end=" ")
    print(f"mixedlm {seen['Kenward-Roger']:.4f} (Satterthwaite {seen['Satterthwaite']:.4f})")
    assert abs(right - peer.kenward_roger_p_values[1]) < 1e-4 and right > 0.05 > seen["Kenward-Roger"]
    if fit.theta[0] > 0.1:
        assert abs(seen["Kenward-Roger"] - seen["Satterthwaite"]) < 1e-9
EOF
