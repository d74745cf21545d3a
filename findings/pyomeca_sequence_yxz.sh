#!/usr/bin/env bash
# pyomeca 2026.0.2: angles in the sequence "yxz" are whatever the memory held before.
#
# `Angles.from_rototrans(rt, angle_sequence)` is documented for "all permutations of xyz". Five of the six
# are computed. For "yxz", flexion about a mediolateral y first, the array is given back as it was
# allocated, without a word: often zeros, often angles of something else, always of the right shape. Its
# counterpart `Rototrans.from_euler_angles` knows all six.
#
# Input: 1000 rotations at random. Expected: the angles that scipy gives. Seen: those in five sequences; of
# "yxz" no angle.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check pyomeca==2026.0.2 numpy==2.4.6 scipy==1.17.1 xarray==2026.9.0
"$folder/venv/bin/python" - <<'EOF'
from itertools import permutations

import numpy as np
from pyomeca import Angles, Rototrans
from scipy.spatial.transform import Rotation

turns = Rotation.random(1000, rng=np.random.default_rng(1))
matrices = np.zeros((4, 4, 1000))
matrices[:3, :3], matrices[3, 3] = np.moveaxis(turns.as_matrix(), 0, 2), 1
for sequence in map("".join, permutations("xyz")):
    answer = Angles.from_rototrans(Rototrans(matrices), sequence).values[:, 0].T
    right = np.isclose(answer, turns.as_euler(sequence.upper()), rtol=0, atol=1e-6).mean()
    print(f"{sequence}: {100 * right:.0f} % of {answer.size} angles are right")
    assert answer.shape == (1000, 3)
    assert right < 0.01 if sequence == "yxz" else right > 0.999, right
EOF
