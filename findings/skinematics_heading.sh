#!/usr/bin/env bash
# scikit-kinematics 0.10.4: headings beyond 90 degrees are folded back: 100 is read as 80, and 170 as 10.
#
# `quat.quat2seq` is documented to give the angles of the sequential rotations that a quaternion stands for.
# It takes each of the three from an arcsine, so that "nautical" (and "Fick") angles are right within 90
# degrees and mirrored beyond, and "Helmholtz" likewise. A runner who turns round on a loop seems to swing
# back to and fro; a turn of constant rate changes its sign. The angles do not give the quaternion back.
#
# Input: headings of 30 to 350 degrees with a pitch of 5 and a roll of 3. Seen: right up to 90; above it 180
# less the heading.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check scikit-kinematics==0.10.4 numpy==2.4.6 scipy==1.17.1
"$folder/venv/bin/python" - <<'EOF'
import numpy as np
from scipy.spatial.transform import Rotation
from skinematics import quat

for heading_deg in range(30, 351, 20):
    turn = Rotation.from_euler("ZYX", [heading_deg, 5, 3], degrees=True)
    answer = quat.quat2seq(turn.as_quat(scalar_first=True), "nautical")[0]
    back = Rotation.from_euler("ZYX", answer, degrees=True)
    off_deg = np.degrees((back * turn.inv()).magnitude())
    print(f"heading {heading_deg}: {answer.round(1)}, {off_deg:.0f} degrees off")
    folded = 90 < heading_deg < 270
    expected = 180 - heading_deg if folded else (heading_deg + 180) % 360 - 180
    assert np.allclose(answer, [expected, 5, 3]), answer
    assert (off_deg > 15) == folded, off_deg
EOF
