"""Speed: how fast and how far a runner goes, from a shank strapped down from rest to rest."""

from typing import Final

from imu.frames import FloatArray
from imu.metrics.definitions.shank_rotation import SHANK_GYROSCOPE
from imu.metrics.evidence import DESCRIBES, SPEED
from imu.metrics.registry import metric
from imu.sensors import Clipping, Sensor
from imu.stance_signals.signals import StanceSignals

LEGS_SYNC_S: Final = 0.010
"""Of what passes from one foot to the other: about the error of a step time between sessions."""
STRIDE_CLIPPING: dict[Sensor, Clipping] = {
    "shank gyroscope": "unknown",
    "swing gyroscope": "unknown",
}


@metric(
    "Speed",
    theme="timing",
    equation="|level displacement of the ankle from one rest of the foot to the next| / T",
    cite="Sabatini 2005, IEEE Trans Biomed Eng 52:486 (strap-down from rest to rest); "
    "Yang 2011, J Biomech 44:2244 (shank); Falbriard 2021, Front Sports Act Living 3:585809",
    measured=SPEED,
    matters=DESCRIBES,
    needs=SHANK_GYROSCOPE,
    valid_range=(0.5, 11.0),
    measured_error="bias +0.14, SD 0.10",
    typical_error=0.15,
    clipping=STRIDE_CLIPPING,
)
def speed_mps(s: StanceSignals) -> FloatArray:
    """Level speed over the stride that begins with this stance.

    The shank's force, turned by its gyroscope and integrated twice, from this rest of the foot to
    the next of the leg: in 25 to 60 % of stance the ankle is taken to rest on average, and the pod
    to move as the shank tips about it. The ground may move: on a treadmill it is the belt's speed.
    Both legs go equally far, so the median difference between them is shared out. The height of the
    pod above the ankle is estimated unless it was measured; 1 cm of it makes 1 %. The median of a
    session is off by 4 to 6 % (RMSE over virtual runners; 12 % at worst), by 1 % once a run of
    known distance has told the scale of the runner (midstance calibrate).
    """
    return s.speed_mps


@metric(
    "Step length",
    theme="timing",
    equation="speed (IC of the other foot - IC)",
    cite="Falbriard 2021, Front Sports Act Living 3:585809; Apte 2021 (shank and foot)",
    measured=SPEED,
    matters=DESCRIBES,
    needs=SHANK_GYROSCOPE,
    valid_range=(0.0, 3.0),
    measured_error="bias +0.052, SD 0.037",
    typical_error=0.05,
    clipping=STRIDE_CLIPPING,
    legs_sync_s=LEGS_SYNC_S,
)
def step_length_m(s: StanceSignals) -> FloatArray:
    """How far the body goes from initial contact to that of the other foot: speed x step time.

    The level way, flight included. It is no distance between two footprints, and two steps of
    unequal time differ by their time alone.
    """
    return s.speed_mps * (s.opposite - s.start) / s.rate_hz
