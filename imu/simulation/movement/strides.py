"""How a shank moves through a stride of running, walking, hopping and stairs, as knots.

The ankle rests from 18 to 51 % of a running stance, where the foot is flat: the knots there are
equal. The other knots of the running ankle and the angle were found by least squares, so that the
rigid-body specific force and rate come nearest to measured shanks: Bach 2022 (2.2 and 2.4 m/s) and
both legs of Dorschky 2019 (3.5 m/s), with the swing rate rising with speed as people's does. Beyond
3.5 m/s there is no measured shank behind it. Walking was found alike (Bach 2022, walking); hopping
and stairs are assumed.
"""

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from imu.frames import FloatArray


@dataclass(frozen=True)
class ShankStride:
    """One stride from initial contact to the next, as knots.

    Knot times are shares of stance (`ankle_stance` for the ankle), then of swing. `angle_deg` is
    the inclination (+ = top forward), `forward` the ankle along the path in strides, `up_m` its
    height over standing; the `fast` ones hold where the foot is down for a small share of the
    stride. `per_swing_back` is how the angle grows with each degree that the shank swings further
    back. Near contact the angle keeps the time it has in a stance and swing of `stance_s` and
    `swing_s` (0: it does not), the ankle that of the swing alone.
    """

    stance: FloatArray
    swing: FloatArray
    angle_deg: FloatArray
    ankle_stance: FloatArray
    forward: FloatArray
    up_m: FloatArray
    forward_fast: FloatArray | None = None
    up_fast_m: FloatArray | None = None
    stance_s: float = 0.0
    swing_s: float = 0.0
    per_swing_back: FloatArray = field(default_factory=lambda: np.zeros(1))


# fmt: off
RUNNING: Final = ShankStride(
    stance=np.array([0.09, 0.18, 0.3, 0.42, 0.55, 0.67, 0.79, 0.9]),
    swing=np.array([0, 0.08, 0.16, 0.25, 0.35, 0.45, 0.55, 0.65, 0.75, 0.835, 0.905, 0.952, 0.992]),
    angle_deg=np.array([
        -6.22, 3.55, 14.56, 20.61, 25.65, 28.8, 29.65, 29.3, 30.36, 38.84, 51.25, 63.84,
        74.83, 73.51, 55.58, 31.45, 7.24, -11.34, -20.8, -19.45, -15.64,
    ]),
    ankle_stance=np.array([
        0.05, 0.115, 0.182, 0.198, 0.22, 0.265, 0.34, 0.41, 0.46, 0.49, 0.503, 0.515, 0.575,
        0.65, 0.74, 0.83, 0.92,
    ]),
    forward=np.array([
        -0.0008, -0.0009, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -0.0003, 0.0004, 0.006, 0.0185,
        0.0365, 0.0549, 0.0901, 0.13, 0.1974, 0.2901, 0.4135, 0.5504, 0.6723, 0.7852,
        0.8842, 0.9532, 0.9775, 0.9931,
    ]),
    forward_fast=np.array([
        -0.0049, -0.0012, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0.0007, 0.0029, 0.0082, 0.0175,
        0.0306, 0.0435, 0.0642, 0.0979, 0.1594, 0.2705, 0.4028, 0.5388, 0.679, 0.8271,
        0.9194, 0.9638, 0.9825, 0.9903,
    ]),
    up_m=np.array([
        0.0201, 0.004, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0.0033, 0.0147, 0.0368, 0.0624, 0.0898,
        0.1151, 0.152, 0.1817, 0.1983, 0.223, 0.2042, 0.142, 0.0968, 0.0654, 0.0507, 0.0539,
        0.0481, 0.0377,
    ]),
    up_fast_m=np.array([
        0.0092, 0.0041, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0.0014, 0.0058, 0.013, 0.0199, 0.0251,
        0.0309, 0.0657, 0.1104, 0.1607, 0.1697, 0.1362, 0.0837, 0.0361, -0.0029, 0.003,
        0.0216, 0.0224, 0.0145,
    ]),
    per_swing_back=np.array([
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0.149, 0.301, 0.623, 0.8, 0.802, 0.59, 0.284, 0.008,
        -0.094, -0.06, -0.057, 0,
    ]),
    stance_s=0.25,
    swing_s=0.45,
)
WALKING: Final = ShankStride(
    stance=np.array([0, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.92]),
    swing=np.array([0, 0.12, 0.25, 0.4, 0.55, 0.7, 0.82, 0.92]),
    angle_deg=np.array([-18, -9, -1, 5, 10, 16, 26, 38, 48, 58, 60, 50, 30, 6, -12, -19]),
    ankle_stance=np.array([0, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.92]),
    forward=np.array([
        -0.0367, -0.0015, 0.0018, -0.0002, -0.0028, 0.0006, 0.0191, 0.057, 0.1102, 0.1837,
        0.2869, 0.4261, 0.5803, 0.739, 0.855, 0.9251,
    ]),
    up_m=np.array([
        0.0226, 0.0005, -0.0005, -0.0004, 0.0025, 0.0038, 0.0063, 0.0182, 0.0361, 0.0673,
        0.089, 0.0804, 0.0472, 0.0197, 0.0208, 0.0284,
    ]),
)
HOPPING: Final = ShankStride(
    stance=np.array([0, 0.15, 0.35, 0.5, 0.65, 0.85]),
    swing=np.array([0, 0.25, 0.5, 0.75]),
    angle_deg=np.array([4, 9, 16, 18, 16, 8, 3, 1, 1, 2]),
    ankle_stance=np.array([0, 0.15, 0.35, 0.5, 0.65, 0.85]),
    forward=np.array([0, 0, 0, 0, 0, 0, 0, 0.1, 0.5, 0.9]),
    up_m=np.array([0.03, 0.005, 0, 0, 0, 0.03, 0.07, 0.12, 0.14, 0.1]),
)
STAIRS_STANCE: Final = np.array([0, 0.06, 0.12, 0.2, 0.35, 0.5, 0.65, 0.8, 0.92])
STAIRS_SWING: Final = np.array([0, 0.15, 0.3, 0.45, 0.6, 0.75, 0.9])
STAIRS_FORWARD: Final = np.array(
    [0, 0, 0, 0, 0, 0, 0, 0.01, 0.04, 0.08, 0.18, 0.34, 0.54, 0.76, 0.93, 0.99]
)
STAIRS_UP: Final = ShankStride(
    stance=STAIRS_STANCE,
    swing=STAIRS_SWING,
    angle_deg=np.array([14, 17, 20, 23, 24, 19, 12, 9, 15, 24, 38, 46, 42, 30, 17, 13]),
    ankle_stance=STAIRS_STANCE,
    forward=STAIRS_FORWARD,
    up_m=np.array([0, 0, 0, 0, 0, 0, 0, 0.01, 0.03, 0.06, 0.14, 0.2, 0.2, 0.14, 0.05, 0.01]),
)
STAIRS_DOWN: Final = ShankStride(
    stance=STAIRS_STANCE,
    swing=STAIRS_SWING,
    angle_deg=np.array([-6, -4, -1, 3, 9, 15, 23, 34, 44, 50, 54, 48, 32, 12, -4, -8]),
    ankle_stance=STAIRS_STANCE,
    forward=STAIRS_FORWARD,
    up_m=np.array(
        [0.02, 0.01, 0, 0, 0, 0, 0, 0.01, 0.04, 0.07, 0.12, 0.15, 0.16, 0.14, 0.09, 0.04]
    ),
)
# fmt: on
