#!/usr/bin/env bash
# pingouin 0.7.0: the power of a paired t-test is that of another effect than the one it tested.
#
# A paired t-test is the one-sample test of the differences; T, p, interval and Bayes factor of both calls
# are the same. `power`, "achieved power of the test", is not: `ttest(paired=True)` hands Cohen's d over the
# average SD of the two columns to a formula that takes d over the SD of the differences. The more alike the
# repeats of a person, the more a paired design helps and the lower the power that is printed.
#
# Input: 12 runners, stride time before and after; SD between runners 40 ms, of the change 5 ms, mean
# change 8 ms. Seen: p below 0.001 in both; power 0.18 paired, 1.00 of the differences.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check pingouin==0.7.0 numpy==2.4.6 scipy==1.17.1 pandas==2.3.3
"$folder/venv/bin/python" - <<'EOF'
import numpy as np
import pingouin

random = np.random.default_rng(1)
before_ms = random.normal(700, 40, 12)
after_ms = before_ms + random.normal(8, 5, 12)
paired = pingouin.ttest(after_ms, before_ms, paired=True).iloc[0]
differences = pingouin.ttest(after_ms - before_ms, 0).iloc[0]
for name, test in (("paired", paired), ("differences", differences)):
    print(f"{name}: T {test['T']:.2f}, p {test['p_val']:.2g}, d {test['cohen_d']:.2f}, power {test['power']:.2f}")
assert np.isclose(paired["T"], differences["T"]) and np.isclose(paired["p_val"], differences["p_val"])
assert paired["p_val"] < 0.01 and differences["power"] > 0.9, differences
assert paired["power"] < 0.2, paired
EOF
