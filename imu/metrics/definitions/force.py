"""Force: vertical force and oscillation, from the pelvis and from timing.

The impact peak and the loading rate of the ground reaction force are left out on purpose: no
accelerometer estimates them (Kiernan 2023, Sensors 23:8719: limits beyond 65 %). So are braking and
propulsion: the pod rocks to and fro on the sacrum by more than the body does. Stiffness follows the
step time so closely that a stance, or one leg, has none of its own: it is a number of the session.
"""

from imu.frames import FloatArray
from imu.metrics.evidence import DESCRIBES, FORCE, OSCILLATES, OSCILLATION, PEAK_FORCE, VIRTUAL
from imu.metrics.registry import metric
from imu.stance_signals.signals import StanceSignals

TRANSIENT_S = 0.08


@metric(
    "Active peak of the vertical force",
    theme="force",
    equation="max of (f_up / g at 10 Hz + pi / 2 T / (2 tc) sin(pi t / tc)) / 2 in 30-70 % of tc",
    cite="Morin 2005, J Appl Biomech 21:167 (timing); against force plates Alcantara 2022",
    measured=FORCE,
    matters=PEAK_FORCE,
    needs=("pelvis",),
    valid_range=(1.2, 4.5),
    measured_error="bias +0.065, SD 0.067",
    typical_error=0.06,
    clipping={"pelvis accelerometer": "too low"},
    sync_s=0.02,
    legs_sync_s=0.02,
)
def active_peak_force_bw(s: StanceSignals) -> FloatArray:
    """Highest vertical force in 30-70 % of stance, half from the pelvis, half from timing.

    The mean of the pelvis' upward specific force (10 Hz) and of a half sine whose impulse
    supports body weight over the step: their errors differ, and both carry one body weight over a
    stride. Against force plates (one man, 2.5 to 4.2 m/s) the median of a trial was within 3 % on
    the level and within 8 % on slopes of up to 10 degrees.
    """
    return s.force.active_peak_bw


@metric(
    "Vertical oscillation",
    theme="force",
    equation="max - min of twice-integrated f_up - g over the step, stride closed",
    cite="Asgari & Heller 2025, Sensors 25:315 (sacral displacement, bias 2 mm)",
    measured=OSCILLATION,
    matters=OSCILLATES,
    needs=("pelvis",),
    valid_range=(0.02, 0.2),
    measured_error="bias -0.00011, SD 0.00083",
    typical_error=0.004,
    clipping={"pelvis accelerometer": "unknown"},
    sync_s=0.02,
)
def vertical_oscillation_m(s: StanceSignals) -> FloatArray:
    """Highest minus lowest position of the pelvis in the step that begins with this contact.

    The upward acceleration integrated twice over a stride assumed periodic.
    """
    return s.travel.oscillation_m


@metric(
    "Impact at the pelvis",
    theme="force",
    equation="max of f_up above 10 Hz in IC..IC + 80 ms",
    cite="Kiernan 2023, Sensors 23:8719 (why it is not the impact peak of the force)",
    measured=VIRTUAL,
    matters=DESCRIBES,
    needs=("pelvis",),
    valid_range=(0.0, 150.0),  # half of the hardest tibial peak seen, 24.6 g (Chan 2023), and over
    measured_error="bias -1.5, SD 1.4",
    typical_error=2.5,
    clipping={"pelvis accelerometer": "too low"},
    sync_s=0.02,
)
def pelvis_impact_mps2(s: StanceSignals) -> FloatArray:
    """Highest upward acceleration of the pelvis above 10 Hz within 80 ms of contact.

    An index of the shock that reaches the pelvis; not the impact peak of the ground reaction force.
    """
    return s.highest(s.travel.transient_mps2, s.start, s.start + TRANSIENT_S * s.rate_hz)
