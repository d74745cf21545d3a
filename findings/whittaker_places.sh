#!/usr/bin/env bash
# whittaker-eilers 0.2.0: told that samples are one apart, it smooths less than when told nothing.
#
# Without `x_input` the smoother takes samples for equally spaced; with it, it takes them from where they are. At
# places 0, 1, 2, ... both should be the same. With places the differences of order 2 and 3 are divided by 2 and 6
# more than those without: the same `lmbda` counts for a quarter at order 2 and 1/36 at order 3 (at order 1 they
# agree). A `lmbda` chosen on a series without gaps does something else on the same series with one stance taken
# out, for which places are needed.
#
# Input: 300 contact times of 240 ms with noise of 5 ms, order 2 and 3, lmbda 1000. Expected: the same with and
# without places. Seen: up to 1.0 and 3.0 ms apart, and the same when lmbda is 4 and 36 times as large.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check whittaker-eilers==0.2.0 numpy==2.3.5
"$folder/venv/bin/python" - <<'EOF'
import math

import numpy as np
from whittaker_eilers import WhittakerSmoother

contact_ms = 240 + 5 * np.random.default_rng(0).standard_normal(300)
places = np.arange(300.0)


def smoothed(lmbda, order, x_input=None):
    smoother = WhittakerSmoother(lmbda=lmbda, order=order, data_length=300, x_input=x_input)
    return np.array(smoother.smooth(contact_ms.tolist()))


for order in (1, 2, 3):
    differences = np.diff(np.eye(300), order, axis=0)
    true = np.linalg.solve(np.eye(300) + 1000 * differences.T @ differences, contact_ms)
    alone, placed = smoothed(1000, order), smoothed(1000, order, places.tolist())
    scaled = smoothed(1000 * math.factorial(order) ** 2, order, places.tolist())
    apart_ms, scaled_ms = np.abs(placed - alone).max(), np.abs(scaled - alone).max()
    print(f"order {order}: {apart_ms:.2f} ms apart, with {math.factorial(order) ** 2} times lmbda {scaled_ms:.2f}")
    assert np.allclose(alone, true) and np.allclose(scaled, alone, atol=1e-6)
    assert (apart_ms < 1e-9) if order == 1 else (apart_ms > 0.5), apart_ms
EOF
