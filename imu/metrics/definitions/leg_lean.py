"""How the shank leans, across and along the running direction, and hip adduction from it."""

from collections.abc import Callable, Mapping

from imu.frames import FloatArray
from imu.metrics.definitions.pelvis import (
    ON_A_STRAIGHT,
    PELVIS_FROM_STANDING,
    SYNC_S,
)
from imu.metrics.definitions.shank_rotation import SHANK_GYROSCOPE
from imu.metrics.evidence import ADDUCTION, LEAN, OVERSTRIDE, SHANK_LEAN
from imu.metrics.registry import Comparing, metric
from imu.sensors import Clipping, Sensor
from imu.stance_signals.availability import UNBROKEN_S
from imu.stance_signals.shank import Leg
from imu.stance_signals.shank_inclination import Inclination
from imu.stance_signals.signals import StanceSignals

BOTH_CLIPPING: Mapping[Sensor, Clipping] = {
    "shank gyroscope": "unknown",
    "pelvis gyroscope": "unknown",
}
ALONG_UNBROKEN_S = 8.0
"""Along the running direction a shank is accelerated and turned most: there the same people were
off by 1.6 degrees in parts of 8 to 10 s, 2.3 in parts of 6 to 8 s, 6 in parts of 2 to 3 s."""


@metric(
    "Outward lean of the shank at mid-stance",
    theme="over the stance leg",
    equation="asin(outward part of the shank's long axis at 40 % of stance), standing = 0",
    cite="definition of midstance; about 1 cm of foot placement a degree",
    measured=SHANK_LEAN,
    matters=LEAN,
    needs=SHANK_GYROSCOPE,
    valid_range=(-15.0, 25.0),
    measured_error="bias +0.14, SD 0.27",
    typical_error=0.9,
    primary=True,
    comparing=Comparing("lean of the shank", per_mps=(0.0, 1.0)),
    clipping={"shank gyroscope": "unknown"},
    most_turning_radps=ON_A_STRAIGHT,
    unbroken_s=UNBROKEN_S,
)
def shank_lean_deg(s: StanceSignals) -> FloatArray:
    """How far the knee is further out than the ankle at mid-stance, against quiet standing.

    Across the running direction. A foot placed nearer to the other one's line leans the shank more;
    it tells where the pelvis is over the foot, to about a centimetre a degree. A bend leans it too.
    NaN without a few seconds of quiet standing before the run.
    """
    return s.by_leg(lambda leg: leg.sign * _leans(leg, lambda lean: lean.midstance_left_deg))


@metric(
    "Inclination of the shank at initial contact",
    theme="shank rotation",
    equation="asin(backward part of the shank's long axis at IC), standing = 0",
    cite="definition of midstance; larger where the foot lands further ahead of the knee",
    measured=SHANK_LEAN,
    matters=OVERSTRIDE,
    needs=SHANK_GYROSCOPE,
    valid_range=(-20.0, 40.0),
    measured_error="bias +0.9, SD 1.3",
    typical_error=1.2,
    clipping={"shank gyroscope": "unknown"},
    most_turning_radps=ON_A_STRAIGHT,
    unbroken_s=ALONG_UNBROKEN_S,
)
def shank_inclination_contact_deg(s: StanceSignals) -> FloatArray:
    """How far the shank leans back when the foot lands: + the foot is ahead of the knee.

    Against quiet standing, along the running direction; NaN without standing.
    """
    return s.by_leg(lambda leg: -_leans(leg, lambda lean: lean.contact_forward_deg))


@metric(
    "Hip adduction, estimated from shank and pelvis",
    theme="over the stance leg",
    equation="outward lean of the shank + drop of the pelvis below standing, both at 40 % of tc",
    cite="definition of midstance; against optics such a sum gave R² .56 to .81",
    measured=SHANK_LEAN,
    matters=ADDUCTION,
    needs=(*PELVIS_FROM_STANDING, *SHANK_GYROSCOPE),
    valid_range=(-20.0, 35.0),
    measured_error="bias +0.22, SD 0.29",
    typical_error=1.2,
    clipping=BOTH_CLIPPING,
    sync_s=SYNC_S,
    most_turning_radps=ON_A_STRAIGHT,
    unbroken_s=UNBROKEN_S,
)
def hip_adduction_estimate_deg(s: StanceSignals) -> FloatArray:
    """How far the stance thigh leans in under a pelvis that drops: an estimate without a thigh pod.

    The lean of the shank stands for that of the thigh, as if the knee did not bend sideways. It
    follows a change in one runner better than it tells two runners apart.
    """
    drop = s.posture.obliquity_from_standing_deg(s.midstance)
    return shank_lean_deg(s) + s.stance_sign * drop


def _leans(leg: Leg, read: Callable[[Inclination], FloatArray]) -> FloatArray:
    """Return what `read` gives (own,), NaN where the lean of the shank is not known."""
    return leg.s.nothing if leg.inclination is None else read(leg.inclination)
