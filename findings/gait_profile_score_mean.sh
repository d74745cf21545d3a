#!/usr/bin/env bash
# gait-profile-score 1.0.2: the Gait Profile Score is a plain mean, and 4.9° where its definition gives 7.2°.
#
# By the paper that the package names (Baker et al. 2009, doi:10.1016/j.gaitpost.2009.05.020) the score is the root mean
# square difference over all variables and the whole cycle: the root of the mean of the squares of the variables' own
# scores. The package takes the mean of these. One joint that is far off counts for less, and its scores cannot be set
# beside published ones or their smallest difference that matters (1.6°, doi:10.1016/j.gaitpost.2011.12.008).
#
# Input: a leg whose nine variables are each 3° from the reference all along the cycle, but the knee 20°. Expected: a
# score of 7.24° for that leg. Seen: 4.89°. With all variables 3° off both are 3°.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check numpy==2.4.6 scipy==1.17.1 pandas==3.1.1 matplotlib==3.11.2
"$folder/venv/bin/pip" install -q --disable-pip-version-check --no-deps gait-profile-score==1.0.2
"$folder/venv/bin/python" -W ignore - <<'EOF'
import numpy as np
from gpscalculator import calculateGPS, exampleInputData

names = exampleInputData().kinematicVariables()
reference = {name: np.zeros(51) for name in names}
alike = {name: np.full(51, 3.0) for name in names}
stiff = {**alike, "Knee Flexion Left": np.full(51, 20.0)}
for name, leg, expected, seen in (("all 3° off", alike, 3, 3), ("knee 20° off", stiff, 7.24, 4.89)):
    score = calculateGPS(reference, leg).gps["GPS Left"]
    differences = np.concatenate([leg[one] - reference[one] for one in names if "Left" in one])
    defined = np.sqrt(np.mean(differences**2))
    print(f"{name}: root mean square over the left leg {defined:.2f}°, seen {score:.2f}°")
    assert abs(defined - expected) < 0.01 and abs(score - seen) < 0.01
EOF
