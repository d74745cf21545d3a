#!/usr/bin/env bash
# mopipe 0.2.0: the mean length of vertical lines of a recurrence plot is over the number of diagonal ones.
#
# `calc_rqa`, and `RQAStats`, `CrossRQAStats` and `WindowedCrossRQAStats` above it, give "avg_vert_length", which is
# known as trapping time: how long a movement stays where it is. It is the sum of the lengths of vertical lines over
# the number of diagonal lines. Of a sine it is too long by two thirds, of a movement that holds its positions too
# short by a third, so the order of the two is turned round. Rates, determinism, laminarity, diagonal lines and both
# entropies are right.
#
# Input: 200 samples of a sine, and of 20 positions held for 10 samples each. Expected: 3.3 and 8.4, counted line by
# line. Seen: 5.6 and 5.4.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check mopipe==0.2.0 joblib==1.6.0 numpy==2.4.6 scipy==1.17.1 pandas==3.1.1
"$folder/venv/bin/python" - <<'EOF'
import numpy as np
from mopipe.core.analysis import calc_rqa

shortest, near = 2, 0.1


def lengths(lines):
    """The lengths of all runs of True in each line, from the shortest that counts on."""
    found = []
    for line in lines:
        edges = np.flatnonzero(np.diff(np.concatenate([[0], line.astype(int), [0]])))
        found.extend(edges[1::2] - edges[::2])
    return np.array([length for length in found if length >= shortest])


random = np.random.default_rng(0)
movements = {
    "sine": np.sin(2 * np.pi * np.arange(200) / 25),
    "held positions": np.repeat(random.normal(size=20), 10) + 0.01 * random.normal(size=200),
}
for (name, movement), seen in zip(movements.items(), (5.6, 5.4)):
    recurrent = np.abs(movement[:, None] - movement) < near
    vertical = lengths(recurrent.T)
    diagonal = lengths([np.diagonal(recurrent, shift) for shift in range(-199, 200)])
    result = calc_rqa(movement, movement, dim=1, tau=1, threshold=near, lmin=shortest)
    print(f"{name}: mean vertical line {result[4]:.1f}, counted {vertical.mean():.1f}", end="; ")
    print(f"mean diagonal line {result[3]:.1f}, counted {diagonal.mean():.1f}")
    assert abs(result[3] - diagonal.mean()) < 1e-9 and abs(result[4] - vertical.sum() / diagonal.size) < 1e-9
    assert abs(result[4] - seen) < 0.05 and abs(result[4] / vertical.mean() - 1) > 0.3
EOF
