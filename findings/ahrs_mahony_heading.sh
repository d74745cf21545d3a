#!/usr/bin/env bash
# ahrs 0.4.0: Mahony turns away from the heading of a perfect gyroscope, with the square of time.
#
# Without a magnetometer a filter keeps the heading that the gyroscope gives. `Mahony` (gyroscope and
# accelerometer, defaults) does so in a swing about one axis. In a motion that rocks about two axes, as
# a shank or pelvis does at each stride, its integral term learns a gyroscope bias about the vertical
# that is not there: each acceleration is compared with the attitude one sample earlier, and the lag
# does not average to zero. Tilt stays within 1 degree, so nothing looks wrong, and the heading error
# grows with the square of time (and with the sampling interval). Accelerations handed over one sample
# late have no such error, nor have a tiny `k_I` (0 is refused), `Madgwick` and `EKF`.
#
# Input: noise-free, heading 0, rocking 30 and 20 degrees at 1.4 Hz, 200 Hz, 30 s, true start given.
# Seen: heading error 4.9, 19.5 and 43.9 degrees after 10, 20 and 30 s; 0.0 or 0.1 in the others.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check ahrs==0.4.0 numpy==2.4.6 scipy==1.17.1
"$folder/venv/bin/python" - <<'EOF'
import numpy as np
from ahrs.filters import EKF, Madgwick, Mahony
from scipy.spatial.transform import Rotation

RATE_HZ, DURATION_S = 200.0, 30.0
phase = 2 * np.pi * 1.4 * np.arange(int(RATE_HZ * DURATION_S)) / RATE_HZ
angles = np.stack([0 * phase, 20 * np.sin(phase + 1), 30 * np.sin(phase)], axis=1)
true = Rotation.from_euler("ZYX", angles, degrees=True)  # sensor to world, z up
turn = (true[:-1].inv() * true[1:]).as_rotvec() * RATE_HZ
gyr = np.concatenate([turn[:1], turn])
acc = true.inv().apply([0.0, 0.0, 9.81])
start = np.roll(true[0].as_quat(), 1)

late = np.concatenate([acc[:1], acc[:-1]])

filters = {
    "Mahony": (Mahony, acc, {}),
    "Mahony, acc late": (Mahony, late, {}),
    "Mahony, k_I 1e-9": (Mahony, acc, {"k_I": 1e-9}),
    "Madgwick": (Madgwick, acc, {}),
    "EKF": (EKF, acc, {}),
}
heading = {}
for name, (kind, given, options) in filters.items():
    quat = kind(gyr=gyr, acc=given, frequency=RATE_HZ, q0=start, **options).Q
    error = Rotation.from_quat(np.roll(quat, -1, axis=1)) * true.inv()
    tilt = np.degrees(np.arccos(error.as_matrix()[:, 2, 2].clip(-1, 1))).max()
    degrees = np.degrees(np.abs(error.as_rotvec()[:, 2]))
    heading[name] = degrees[[int(RATE_HZ * second) - 1 for second in (10, 20, 30)]]
    print(f"{name:16}: heading error after 10, 20, 30 s {heading[name].round(1)}, tilt {tilt:.1f}")
    assert tilt < 1.5, tilt
lost = heading.pop("Mahony")
assert np.allclose(lost, [4.9, 19.5, 43.9], atol=0.5), lost
assert all(kept.max() < 0.2 for kept in heading.values()), heading
EOF
