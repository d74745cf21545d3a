"""Shank rotation: internal rotation, varus and swing rates of the shin, from its gyroscope.

Rotation of the shank in space, not of the knee: there is no sensor on the thigh.
"""

from imu.dsp.rows import highest
from imu.frames import FloatArray
from imu.metrics.registry import metric
from imu.sensors import Need
from imu.stance_signals.signals import StanceSignals

SHANK_GYROSCOPE: tuple[Need, ...] = ("shank", "shank gyroscope")


@metric(
    "Shank internal rotation",
    theme="shank rotation",
    equation="max of S in IC + 20 ms..IC + 0.6 tc - S(IC + 20 ms), S: integral of inward rate",
    evidence="associated in some studies",
    needs=SHANK_GYROSCOPE,
    cite="Aderem & Louw 2015 (knee internal rotation in ITBS); Ferber 2002 (excursions repeat)",
    valid_range=(0.0, 40.0),
    measured_error="bias +0.06, SD 0.15",
    typical_error=1.1,
    primary=True,
    clipping={"shank gyroscope": "unknown"},
)
def shank_internal_rotation_deg(s: StanceSignals) -> FloatArray:
    """How far the shank turns inward in stance.

    Greatest rotation in [IC + 20 ms, IC + 0.6 tc] minus that at IC + 20 ms, from the rate about
    its long axis (20 Hz, its stride mean taken out). Rotation of the shank in space, not of the
    knee; no verified accuracy of any such sensor is known.
    """
    return s.by_leg(lambda leg: leg.most_inward_deg)


@metric(
    "Shank internal rotation rate",
    theme="shank rotation",
    equation="max of dS/dt in IC + 20 ms..50 % of stance",
    evidence="associated in some studies",
    needs=SHANK_GYROSCOPE,
    cite="Hamill 2008 (strain rate in ITBS); Ferber 2002 (velocities repeat)",
    valid_range=(-2.0, 15.0),
    measured_error="bias -0.127, SD 0.067",
    typical_error=0.35,
    primary=True,
    clipping={"shank gyroscope": "unknown"},
)
def shank_internal_rotation_rate_radps(s: StanceSignals) -> FloatArray:
    """Fastest inward turn of the shank between IC + 20 ms and half of stance, 20 Hz."""
    return s.by_leg(lambda leg: highest(leg.early_rate_rows))


@metric(
    "When the shank turns inward fastest",
    theme="shank rotation",
    equation="100 (argmax of dS/dt in IC + 20 ms..50 % of stance - IC) / tc",
    evidence="hypothesis",
    needs=SHANK_GYROSCOPE,
    cite="Hamill 2008 (strain rate in ITBS); its timing is a hypothesis of this project",
    valid_range=(0.0, 50.0),
    measured_error="bias +0.7, SD 1.4",
    typical_error=3.0,
    clipping={"shank gyroscope": "unknown"},
)
def shank_internal_rotation_rate_at_pct(s: StanceSignals) -> FloatArray:
    """When the shank turns inward fastest, in % of stance."""
    return s.by_leg(lambda leg: leg.fastest_at_pct)


@metric(
    "Shank varus rate",
    theme="shank rotation",
    equation="max of the frontal rate in IC + 20 ms..TO, + knee outward",
    evidence="hypothesis",
    needs=SHANK_GYROSCOPE,
    cite="no norms known; exploratory",
    valid_range=(-3.0, 15.0),
    measured_error="bias +0.060, SD 0.068",
    typical_error=0.3,
    clipping={"shank gyroscope": "unknown"},
)
def shank_varus_rate_radps(s: StanceSignals) -> FloatArray:
    """Fastest outward tipping of the knee over the ankle after IC + 20 ms in stance, 15 Hz."""
    return s.by_leg(lambda leg: highest(leg.varus_rows))


@metric(
    "Shank sagittal rate at initial contact",
    theme="shank rotation",
    equation="-omega_left(IC)",
    evidence="established",
    needs=SHANK_GYROSCOPE,
    cite="Kiernan 2023, Sensors 23:5022 (shank sagittal rate); Ferber 2002 (sagittal repeats)",
    valid_range=(-15.0, 10.0),
    measured_error="bias +0.31, SD 0.44",
    typical_error=0.4,
    clipping={"shank gyroscope": "unknown"},
)
def shank_sagittal_rate_contact_radps(s: StanceSignals) -> FloatArray:
    """How fast the shank swings when the foot lands, + foot forward, 20 Hz.

    Negative: the foot is already drawn back.
    """
    return s.by_leg(lambda leg: leg.sagittal_radps[0])


@metric(
    "Shank swing rate",
    theme="shank rotation",
    equation="max of -omega_left from TO to the next IC of the same foot",
    evidence="established",
    needs=SHANK_GYROSCOPE,
    cite="Kiernan 2023, Sensors 23:5022; Fadillioglu 2020 (mid-swing peak)",
    valid_range=(3.0, 25.0),
    measured_error="bias -0.024, SD 0.040",
    typical_error=0.3,
    clipping={"swing gyroscope": "too low"},
)
def shank_swing_rate_radps(s: StanceSignals) -> FloatArray:
    """Fastest forward swing of the shank after this stance, 20 Hz.

    NaN where the swing has a gap or the gyroscope is clipped in it.
    """
    return s.by_leg(lambda leg: leg.sagittal_radps[1])
