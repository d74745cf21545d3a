"""How a shank moves through a stride of running, walking and hopping, as knots.

The knots of the ankle were found by least squares, as the smooth ankle path whose rigid-body
specific force comes nearest to measured shanks given the shank angle. Running: Bach 2022 (2.2 and
2.4 m/s), Dorschky 2019 (3.5 m/s), and the mean of Bach carried to 2 to 6 m/s. In it what is near
contact keeps its time to contact and the rest its share of stance or swing; ringing grows with the
impact, the later half of stance with speed ** 1.1 and the swing with speed ** 0.3, as they do from
Bach to Dorschky (stance there more so). The ankle rests in early and mid-stance as far as these
forces allow. Beyond 3.5 m/s there is no measured shank behind it.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from imu.frames import FloatArray


@dataclass(frozen=True)
class ShankStride:
    """One stride from initial contact to the next, as knots.

    Knot times are shares of stance, then of swing. `angle_deg` is the inclination (+ = top
    forward), `forward` the ankle along the path in strides, `up_m` its height over standing; the
    `fast` ones hold where the foot is down for a small share of the stride. Near contact the
    knots keep the time they have in a stance and swing of `stance_s` and `swing_s` (0: they do
    not).
    """

    stance: FloatArray
    swing: FloatArray
    angle_deg: FloatArray
    forward: FloatArray
    up_m: FloatArray
    forward_fast: FloatArray | None = None
    up_fast_m: FloatArray | None = None
    stance_s: float = 0.0
    swing_s: float = 0.0


RUNNING: Final = ShankStride(
    stance=np.array([0.09, 0.18, 0.3, 0.42, 0.55, 0.67, 0.79, 0.9]),
    swing=np.array([0, 0.08, 0.16, 0.25, 0.35, 0.45, 0.55, 0.65, 0.75, 0.835, 0.905, 0.952, 0.992]),
    angle_deg=np.array(
        [
            -6,
            3,
            14.9,
            20.1,
            25.1,
            28.6,
            29.4,
            28.9,
            29.9,
            40.4,
            55,
            70.6,
            82.2,
            80.4,
            63.3,
            35.5,
            7.3,
            -13.4,
            -20.6,
            -19.3,
            -15.1,
        ]
    ),
    forward=np.array(
        [
            -0.0206,
            -0.0125,
            -0.0047,
            0.0032,
            0.0056,
            0.0073,
            0.0201,
            0.0434,
            0.0685,
            0.0986,
            0.1352,
            0.1936,
            0.2794,
            0.3797,
            0.4874,
            0.6118,
            0.7495,
            0.8607,
            0.9245,
            0.9517,
            0.9668,
        ]
    ),
    forward_fast=np.array(
        [
            -0.0273,
            -0.0155,
            -0.007,
            0.0032,
            0.0129,
            0.0223,
            0.0354,
            0.0515,
            0.0685,
            0.0926,
            0.1266,
            0.1839,
            0.2719,
            0.3808,
            0.5006,
            0.6287,
            0.7518,
            0.8441,
            0.9022,
            0.9319,
            0.9518,
        ]
    ),
    up_m=np.array(
        [
            0.0144,
            -0.0025,
            -0.0021,
            -0.0117,
            -0.0107,
            0.0133,
            0.0499,
            0.0838,
            0.1139,
            0.1608,
            0.2012,
            0.2353,
            0.2546,
            0.2383,
            0.1813,
            0.1061,
            0.0564,
            0.0501,
            0.0544,
            0.0494,
            0.0381,
        ]
    ),
    up_fast_m=np.array(
        [
            0.0019,
            -0.0044,
            0.0045,
            0.0064,
            0.0101,
            0.0192,
            0.0293,
            0.0374,
            0.0459,
            0.0759,
            0.1142,
            0.1441,
            0.1459,
            0.1133,
            0.0628,
            0.0121,
            -0.0051,
            0.0054,
            0.0205,
            0.022,
            0.016,
        ]
    ),
    stance_s=0.25,
    swing_s=0.45,
)
WALKING: Final = ShankStride(
    stance=np.array([0, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.92]),
    swing=np.array([0, 0.12, 0.25, 0.4, 0.55, 0.7, 0.82, 0.92]),
    angle_deg=np.array(
        [
            -18.0,
            -9,
            -1,
            5,
            10,
            16,
            26,
            38,
            48,
            58,
            60,
            50,
            30,
            6,
            -12,
            -19,
        ]
    ),
    forward=np.array(
        [
            -0.0367,
            -0.0015,
            0.0018,
            -0.0002,
            -0.0028,
            0.0006,
            0.0191,
            0.0570,
            0.1102,
            0.1837,
            0.2869,
            0.4261,
            0.5803,
            0.7390,
            0.8550,
            0.9251,
        ]
    ),
    up_m=np.array(
        [
            0.0226,
            0.0005,
            -0.0005,
            -0.0004,
            0.0025,
            0.0038,
            0.0063,
            0.0182,
            0.0361,
            0.0673,
            0.0890,
            0.0804,
            0.0472,
            0.0197,
            0.0208,
            0.0284,
        ]
    ),
)
HOPPING: Final = ShankStride(
    stance=np.array([0, 0.15, 0.35, 0.5, 0.65, 0.85]),
    swing=np.array([0, 0.25, 0.5, 0.75]),
    angle_deg=np.array([4.0, 9, 16, 18, 16, 8, 3, 1, 1, 2]),
    forward=np.array([0.0, 0, 0, 0, 0, 0, 0, 0.1, 0.5, 0.9]),
    up_m=np.array([0.03, 0.005, 0, 0, 0, 0.03, 0.07, 0.12, 0.14, 0.10]),
)
