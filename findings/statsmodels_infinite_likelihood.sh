#!/usr/bin/env bash
# statsmodels 0.15.0: by its first optimiser a mixed model runs off to an infinite likelihood.
#
# `MixedLM.fit` tries `bfgs`, then `lbfgs`, then `cg`, as documented; `method="lbfgs"`, which much
# code names, is legal by itself. The likelihood of a random intercept with noise is finite for
# every variance, zero among them. Here L-BFGS ends at a variance of exactly zero, where statsmodels
# answers infinity; the fixed effects are not even those of least squares, and `converged` is true,
# beside warnings of a singular matrix. BFGS finds the maximum from the same start.
#
# Input: 16 sessions of 48 stances, a fixed effect of 2.5 of the session's pair of shoes, a random
# intercept and noise with an SD of 1 each; ten seeds; `reml=False`.
# Seen: 7 of 10 fits by `lbfgs` with an infinite likelihood and effects from -4.3 to 3.6; none by
# `bfgs`.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check statsmodels==0.15.0 scipy==1.17.1 numpy==2.4.6 pandas==3.1.1
"$folder/venv/bin/python" - <<'EOF'
import warnings

import numpy as np
import pandas as pd
import statsmodels.formula.api as smf

warnings.simplefilter("ignore")
infinite = {"lbfgs": [], "bfgs": []}
for seed in range(10):
    rng = np.random.default_rng(seed)
    session = np.repeat(np.arange(16), 48)
    pair = rng.integers(0, 2, 16)[session]
    angle = 11 + 2.5 * pair + rng.normal(size=16)[session] + rng.normal(size=session.size)
    rows = pd.DataFrame({"angle": angle, "pair": pair, "session": session})
    for method, found in infinite.items():
        fitted = smf.mixedlm("angle ~ pair", rows, groups="session").fit(reml=False, method=method)
        if not np.isfinite(fitted.llf):
            found.append(round(float(fitted.params["pair"]), 1))
            assert fitted.converged
for method, found in infinite.items():
    print(f"{method}: {len(found)} of 10 infinite, effects {found}")
assert len(infinite["lbfgs"]) > 3 and not infinite["bfgs"], infinite
EOF
