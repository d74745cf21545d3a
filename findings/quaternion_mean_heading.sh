#!/usr/bin/env bash
# numpy-quaternion 2024.0.13: the mean of the headings 175 and 185 degrees is 0.
#
# `mean_rotor_in_chordal_metric` is documented to return the rotor that is closest to all in the
# least-squares sense. It is the normalised sum: q and -q, which are one rotation, cancel. Filters and
# scipy's canonical form keep the real part positive, and then the sign turns at a half turn: of a body that
# heads near 180 degrees half the quaternions have the other sign, and what is left of the sum points
# elsewhere.
#
# Input: 200 headings about 180 degrees (SD 8) with a lean of 5, canonical quaternions of scipy. Expected:
# 179, as scipy's `Rotation.mean` says. Seen: -1, half a turn off; after `unflip_rotors` 179.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check numpy-quaternion==2024.0.13 numpy==2.4.6 scipy==1.17.1
"$folder/venv/bin/python" - <<'EOF'
import numpy as np
import quaternion
from scipy.spatial.transform import Rotation

heading_deg = np.random.default_rng(1).normal(180, 8, 200)
angles_deg = np.column_stack([heading_deg, np.full(200, 5), np.zeros(200)])
turns = Rotation.from_euler("ZYX", angles_deg, degrees=True)
rotors = quaternion.as_quat_array(turns.as_quat(canonical=True, scalar_first=True))


def off(given):
    mean = quaternion.as_float_array(quaternion.mean_rotor_in_chordal_metric(given))
    answer = Rotation.from_quat(mean, scalar_first=True)
    print(f"numpy-quaternion: {answer.as_euler('ZYX', degrees=True)[0]:.0f} degrees")
    return np.degrees((answer * turns.mean().inv()).magnitude())


print(f"scipy: {turns.mean().as_euler('ZYX', degrees=True)[0] % 360:.0f} degrees")
canonical, unflipped = off(rotors), off(quaternion.unflip_rotors(rotors))
print(f"off by {canonical:.0f} degrees; after unflip_rotors by {unflipped:.2f}")
assert canonical > 150, canonical
assert unflipped < 0.1, unflipped
EOF
