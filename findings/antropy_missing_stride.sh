#!/usr/bin/env bash
# antropy 0.2.3: one missing value makes a series perfectly regular.
#
# `sample_entropy` is documented to give NaN where the entropy is undefined, and its neighbours answer
# NaN for a series with NaN in it (permutation entropy, DFA, fractal dimensions) or refuse it
# (`app_entropy`). Here one NaN makes the default tolerance, 0.2 SD, NaN; the compiled loop asks
# whether a difference is `>= tolerance`, which is false for NaN, so everything matches everything: the
# answer is -0.0, the lowest entropy there is. With a tolerance given, a missing value matches every
# other value, which lowers the entropy with each.
#
# Input: 300 stride times of 0.7 s with an SD of 10 ms, white; one and 15 of them missing.
# Seen: 2.31 (none missing), -0.0 (one), -0.0 (15); with tolerance 2 ms 2.25, 2.09 and 1.82.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check antropy==0.2.3 numpy==2.4.6
"$folder/venv/bin/python" - <<'EOF'
import antropy
import numpy as np

stride_s = 0.7 + 0.01 * np.random.default_rng(1).standard_normal(300)
default, given = [], []
for missing in (0, 1, 15):
    series = stride_s.copy()
    series[10 : 10 + 19 * missing : 19] = np.nan
    assert np.isnan(series).sum() == missing
    default.append(float(antropy.sample_entropy(series)))
    given.append(float(antropy.sample_entropy(series, tolerance=0.002)))
    order = antropy.perm_entropy(series, normalize=True)
    print(f"{missing:2} missing: {default[-1]:.2f}, 2 ms {given[-1]:.2f}, permutation {order:.2f}")
    assert np.isnan(order) == (missing > 0)
assert default[0] > 2 and default[1:] == [0, 0], default
assert given[0] > given[1] > given[2] + 0.2, given
EOF
