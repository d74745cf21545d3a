"""Speed: how fast and how far a runner goes, from a shank strapped down from rest to rest."""

from imu.frames import FloatArray
from imu.metrics.definitions.shank_rotation import SHANK_GYROSCOPE
from imu.metrics.registry import metric
from imu.sensors import Clipping, Sensor
from imu.stance_signals.signals import StanceSignals

STRIDE_CLIPPING: dict[Sensor, Clipping] = {
    "shank gyroscope": "unknown",
    "swing gyroscope": "unknown",
}


@metric(
    "Speed",
    theme="timing",
    equation="|level displacement of the ankle from one rest of the foot to the next| / T",
    evidence="established",
    needs=SHANK_GYROSCOPE,
    cite="Sabatini 2005, IEEE Trans Biomed Eng 52:486 (strap-down from rest to rest); "
    "Yang 2011, J Biomech 44:2244 (shank); Falbriard 2021, Front Sports Act Living 3:585809",
    valid_range=(0.0, 11.0),
    measured_error="bias +0.029, SD 0.065",
    typical_error=0.15,
    clipping=STRIDE_CLIPPING,
)
def speed_mps(s: StanceSignals) -> FloatArray:
    """Level speed over the stride that begins with this stance.

    The shank's force, turned by its gyroscope and integrated twice from 55 % of this stance to
    55 % of the next of the leg, where the ankle is taken to rest (mean of 45 to 65 %) and the pod
    to move as the shank tips about it. The ground may move: on a treadmill it is the belt's speed.
    The height of the pod above the ankle is itself an estimate, and 1 cm of it makes 0.5 to 1 %. An
    impact beyond 16 g changes it by less than 0.5 %, as the rests before and after it are known.
    """
    return s.by_leg(lambda leg: leg.speed_mps)


@metric(
    "Step length",
    theme="timing",
    equation="speed (IC of the other foot - IC)",
    evidence="established",
    needs=SHANK_GYROSCOPE,
    cite="Falbriard 2021, Front Sports Act Living 3:585809; Apte 2021 (shank and foot)",
    valid_range=(0.0, 3.0),
    measured_error="bias +0.010, SD 0.023",
    typical_error=0.05,
    clipping=STRIDE_CLIPPING,
)
def step_length_m(s: StanceSignals) -> FloatArray:
    """How far the body goes from initial contact to that of the other foot: speed x step time."""
    return speed_mps(s) * (s.opposite - s.start) / s.rate_hz
