#!/usr/bin/env bash
# spm1d 0.4.55: exact permutation tests of single values find five pairs significant, which five pairs cannot be.
#
# A two-sided exact test counts the arrangements at least as extreme as what was seen, that itself among
# them: of five pairs that is 2 of 32 at best, 0.0625. spm1d counts those strictly beyond it, and lifts a p
# of 0 to 1 / 32, so every p is 2 arrangements (1 in the extreme case) too low; `h0reject` follows
# thresholds interpolated within the 32 values.
#
# Input: five pairs, all changed in one direction. Seen: p 0.03125, rejected at 0.05; scipy's exact
# permutation test of the same statistic and its Wilcoxon test give 0.0625. Of ten values, five against
# five, not all apart: 14 / 252 where scipy has 16 / 252.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check spm1d==0.4.55 numpy==2.4.6 scipy==1.17.1 matplotlib==3.11.2
"$folder/venv/bin/python" - <<'EOF'
import numpy as np
import spm1d
from scipy import stats

before = np.array([4.1, 5.2, 3.3, 6.0, 4.4])
after = before + [0.3, 0.5, 0.2, 0.4, 0.6]


def paired(a, b):
    return stats.ttest_rel(a, b).statistic


def apart(a, b):
    return stats.ttest_ind(a, b).statistic


answer = spm1d.stats.nonparam.ttest_paired(after, before).inference(0.05, two_tailed=True, iterations=-1)
exact = stats.permutation_test((after, before), paired, permutation_type="samples").pvalue
wilcoxon = stats.wilcoxon(after, before).pvalue
print(f"five pairs: spm1d {answer.p:.5f}, rejected {answer.h0reject}; scipy {exact:.4f}, {wilcoxon:.4f}")
assert answer.p == 1 / 32 and answer.h0reject, answer.p
assert exact == wilcoxon == 2 / 32, (exact, wilcoxon)
one, other = np.array([1.0, 2.1, 3.3, 4.2, 6.8]), np.array([5.1, 5.9, 7.7, 8.6, 4.7])
group_p = spm1d.stats.nonparam.ttest2(one, other).inference(0.05, two_tailed=True, iterations=-1).p
group_exact = stats.permutation_test((one, other), apart).pvalue
print(f"five against five: spm1d {group_p * 252:.0f} / 252, scipy {group_exact * 252:.0f} / 252")
assert np.isclose(group_exact - group_p, 2 / 252), (group_exact, group_p)
EOF
