#!/usr/bin/env bash
# ruptures 1.1.10: an rbf detector that is fitted again keeps the bandwidth of its first signal.
#
# `gamma` is None by default and then chosen by the median of the distances, "if gamma is none"; what is
# chosen is stored where the user's choice would be, and the next `fit` takes it for that. One detector for
# many recordings answers by what came first: its second answer differs from a new detector's.
#
# Input: a step of three SDs in a hundred values, and the same signal in smaller units (times 100).
# Seen: gamma of the first signal kept, 10000 times that of a new detector; no change found in the second signal,
# where a new detector finds the step at the place where it is in the first.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check ruptures==1.1.10 numpy==2.4.6 scipy==1.17.1
"$folder/venv/bin/python" - <<'EOF'
import numpy as np
from ruptures import KernelCPD

signal = np.random.default_rng(0).normal(0, 1, 100)
signal[50:] += 3
kept, new = KernelCPD(kernel="rbf"), KernelCPD(kernel="rbf")
first = [int(change) for change in kept.fit_predict(signal, pen=3)]
second = [int(change) for change in kept.fit_predict(100 * signal, pen=3)]
afresh = [int(change) for change in new.fit_predict(100 * signal, pen=3)]
ratio = kept.cost.gamma / new.cost.gamma
print(f"first {first}; second, same detector {second}; second, new detector {afresh}; gamma {ratio:.0f} times")
assert np.isclose(ratio, 1e4), ratio
assert first == afresh and len(first) == 2 and abs(first[0] - 50) <= 5, (first, afresh)
assert second != afresh, second
EOF
