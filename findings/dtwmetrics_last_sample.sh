#!/usr/bin/env bash
# dtwmetrics 0.1.2: a series warped onto another one has lost its last sample and doubled its first one.
#
# The path of least cost is read back from its end. The end is put down as (N, M), one beyond the last samples, and
# the walk then starts by a step from the last samples, which are never put down. `warped_sequence` drops that point
# beyond. In the first row and column the walk is led off the diagonal.
#
# Input: a course of the knee, warped onto itself. Expected: cost 0 and the same course, each sample in its place. Seen:
# cost 0; a path from (0, 0) by (0, 1) to (4, 4) and (6, 6) for six samples; and the last sample, 5°, nowhere in it.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check numpy==2.4.6 scipy==1.17.1
"$folder/venv/bin/pip" install -q --disable-pip-version-check --no-deps dtwmetrics==0.1.2
"$folder/venv/bin/python" - <<'EOF'
import numpy as np
from dtwmetrics.dtwmetrics import DTWMetrics

knee_deg = np.array([0.0, 10, 30, 60, 40, 5])
_, cost, path, warped = DTWMetrics().dtwm(knee_deg, knee_deg)
places, values = warped[:, 0].astype(int).tolist(), warped[:, 1].astype(float).tolist()
print(f"course {knee_deg.tolist()}\ncost {cost[-1, -1]}, path {path.tolist()}\nwarped onto itself: {values} at {places}")
assert cost[-1, -1] == 0
assert path.tolist() == [[0, 0], [0, 1], [1, 1], [2, 2], [3, 3], [4, 4], [6, 6]]
assert values == [0, 0, 10, 30, 60, 40] and places == [0, 1, 1, 2, 3, 4]
EOF
