#!/usr/bin/env bash
# aeon 1.6.0, dtaidistance 2.5.1: the path of a penalised time warp is not the path of its distance.
#
# Both warp one curve on another with a price for each step that stretches, so that it stretches where that
# pays only: `adtw_alignment_path(warp_penalty=...)` of aeon and `warping_path(penalty=...)` of dtaidistance,
# documented as the best alignment. Their distances have the price in them, and are right. Their paths are
# traced back without it: they are valid, take more stretching steps than pay, and cost more than the
# distance that is returned beside them. `warping_path_fast` of dtaidistance, the same in C, is right.
#
# Input: 200 pairs of 20 random values, price 1 a step; and a smooth curve against itself up to 4 samples of
# 100 late, price 0.1. Expected: paths that cost what the distance says. Seen: 185 of 200 cost more in both,
# by up to 17 %; the smooth curves get 6 stretching steps and a lag of 3 samples, for 1.12, where 4 steps and 2
# samples cost 0.64. Who reads from a path how late the curve of a stance in our tables is, reads too much.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check aeon==1.6.0 dtaidistance==2.5.1 numpy==2.3.5 scipy==1.17.1
"$folder/venv/bin/python" - <<'EOF'
import numpy as np
from aeon.distances import adtw_alignment_path
from dtaidistance import dtw


def steps(path):
    return sum((k - i, m - j) != (1, 1) for (i, j), (k, m) in zip(path, path[1:]))


def cost(x, y, path, price):
    return sum((x[i] - y[j]) ** 2 for i, j in path) + price * steps(path)


def least_cost(x, y, price):
    best = np.full((len(x) + 1, len(y) + 1), np.inf)
    best[0, 0] = 0
    for i, a in enumerate(x, 1):
        for j, b in enumerate(y, 1):
            before = min(best[i - 1, j - 1], best[i - 1, j] + price, best[i, j - 1] + price)
            best[i, j] = (a - b) ** 2 + before
    return best[-1, -1]


def paths(x, y, price):
    alignment, distance = adtw_alignment_path(x, y, warp_penalty=price)
    assert np.isclose(distance, least_cost(x, y, price))
    assert np.isclose(dtw.distance(x, y, penalty=price**0.5) ** 2, distance)
    python = dtw.warping_path(x, y, penalty=price**0.5)
    fast = dtw.warping_path_fast(x, y, penalty=price**0.5)
    return {"aeon": alignment, "dtaidistance": python, "dtaidistance in C": fast}


def lag(path):
    return max(abs(i - j) for i, j in path)


random = np.random.default_rng(0)
excess = {}
for x, y in random.normal(size=(200, 2, 20)):
    for name, path in paths(x, y, 1.0).items():
        excess.setdefault(name, []).append(cost(x, y, path, 1.0) / least_cost(x, y, 1.0))
for name, ratio in excess.items():
    print(f"{name}: {np.sum(np.array(ratio) > 1 + 1e-9)} of 200 paths cost more, up to {max(ratio):.2f} times")
phase = np.linspace(0, 1, 100)
curve = np.sin(2 * np.pi * phase) + 0.5 * np.sin(4 * np.pi * phase)
late = np.interp(phase - 0.04 * np.sin(np.pi * phase), phase, curve)
smooth = paths(curve, late, 0.1)
for name, path in smooth.items():
    print(f"{name}: {steps(path)} stretching steps, lag {lag(path)}, cost {cost(curve, late, path, 0.1):.3f}")
for name in ("aeon", "dtaidistance"):
    assert np.sum(np.array(excess[name]) > 1 + 1e-9) > 150 and max(excess[name]) > 1.1
    assert steps(smooth[name]) > steps(smooth["dtaidistance in C"])
assert max(excess["dtaidistance in C"]) < 1 + 1e-9
EOF
