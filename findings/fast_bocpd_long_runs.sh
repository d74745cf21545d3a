#!/usr/bin/env bash
# fast-bocpd 1.0.0: a series without a change, longer than 200 values, is told to change again and again.
#
# `max_run_length` is documented as the "maximum run length to track", 200 by default. What is likely to have lasted
# longer is not kept at the maximum but thrown away, and what is left is scaled up to 1: as soon as "nothing has
# changed" reaches 200 values it may not be true any more, and the most likely run is a short one that chance had
# started. It repeats every 200 values or so; no probability looks odd. Steps within the first 200 values are right.
#
# Input: five series of 1000 independent contact times of 240 ms, SD 5, and a change expected each 100. Expected: as
# by the recursion in numpy, in which from value 200 on a run of 100 or less is the likeliest for under 1 %. Seen:
# for 18 to 27 %, and 28 or 29 changes reported for 10 to 13 with `max_run_length=2000`, which agrees with numpy to
# 1e-10. The package is compiled when it is installed, which needs a C compiler.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check fast-bocpd==1.0.0 numpy==2.4.6 scipy==1.17.1
"$folder/venv/bin/python" - <<'EOF'
import numpy as np
from fast_bocpd import BOCPD, ConstantHazard, GaussianNIG, OnlineChangeDetector
from scipy import stats

prior, expected_run = (240.0, 0.1, 2.0, 50.0), 100


def by_definition(values):
    """The probability of each run length after each value, none of them left out."""
    start = np.array(prior).reshape(4, 1)
    state, probability, after = start, np.ones(1), []

    def predicted(value, state):
        mean, kappa, alpha, beta = state
        return stats.t.pdf(value, 2 * alpha, mean, np.sqrt(beta * (kappa + 1) / (alpha * kappa)))

    def updated(value, state):
        mean, kappa, alpha, beta = state
        spread = kappa * (value - mean) ** 2 / (2 * (kappa + 1))
        return np.array([(kappa * mean + value) / (kappa + 1), kappa + 1, alpha + 0.5, beta + spread])

    for value in values:
        grown = probability * predicted(value, state) * (1 - 1 / expected_run)
        begun = probability.sum() / expected_run * predicted(value, start)
        probability = np.concatenate([begun, grown])
        probability /= probability.sum()
        state = np.concatenate([updated(value, start), updated(value, state)], axis=1)
        after.append(probability)
    return after


def detector(longest):
    return BOCPD(GaussianNIG(*prior), ConstantHazard(expected_run), max_run_length=longest)


def reported(values, longest):
    online = OnlineChangeDetector(detector(longest))
    for value in values:
        online.update(value)
    return len(online.get_changepoints())


def share_of_short_runs(probabilities):
    return np.mean([run.argmax() <= 100 for run in probabilities[200:]])


for seed in range(5):
    values = np.random.default_rng(seed).normal(240, 5, 1000)
    right = by_definition(values)
    found = {}
    for longest in (200, 2000):
        tracker = detector(longest)
        found[longest] = [tracker.update(value)[0] for value in values]
    last = np.abs(found[2000][-1][: right[-1].size] - right[-1]).max()
    shares = [share_of_short_runs(runs) for runs in (right, found[2000], found[200])]
    changes = reported(values, 2000), reported(values, 200)
    print("likeliest run 100 or less: numpy {:.1%}, up to 2000 {:.1%}, up to 200 {:.1%}".format(*shares), end="; ")
    print("{} and {} changes reported".format(*changes))
    assert last < 1e-10 and shares[0] == shares[1] < 0.01 and shares[2] > 0.15
    assert changes[0] <= 13 and changes[1] >= 28
EOF
