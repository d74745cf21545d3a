"""Force: vertical force, stiffness and oscillation, from the pelvis and from timing.

The impact peak and the loading rate of the ground reaction force are left out on purpose: no
accelerometer estimates them (Kiernan 2023, Sensors 23:8719: limits beyond 65 %). So is the
stiffness of the leg (Morin 2005) in a single stance: it is three times as sensitive to an error of
the contact time as the vertical stiffness, and takes the length of the leg. Its median over a
session is one of the numbers of the session (`imu.session.travel`).
"""

import numpy as np

from imu.dsp.rows import highest
from imu.frames import GRAVITY_MPS2, FloatArray
from imu.metrics.definitions.timing import WHOLE_STANCE
from imu.metrics.registry import metric
from imu.stance_signals.signals import StanceSignals
from imu.stance_signals.vertical_force import active_rows_bw

TRANSIENT_S = 0.08


@metric(
    "Peak vertical force",
    theme="force",
    equation="max of f_up / g at 8 Hz in 30-70 % of stance, its stride mean set to 1 BW",
    evidence="established",
    needs=("pelvis",),
    cite="Kiernan 2023, Sensors 23:8719; Patoz 2022 (smallest real difference 0.28 BW)",
    valid_range=(1.2, 4.5),
    measured_error="bias -0.048, SD 0.074",
    typical_error=0.1,
    clipping={"pelvis accelerometer": "unknown"},
    sync_s=0.02,
)
def peak_force_bw(s: StanceSignals) -> FloatArray:
    """Active peak: highest vertical force in 30-70 % of stance.

    From the pelvis' upward specific force at 8 Hz, shifted so that its mean over the stride is
    one body weight. Reads low against force plates; `active_peak_force_bw` is nearer.
    """
    rows = s.rows(s.travel.force_bw, s.start + 0.3 * s.contact, s.start + 0.7 * s.contact)
    return highest(rows) + s.travel.force_offset_bw


@metric(
    "Active peak of the vertical force",
    theme="force",
    equation="max of (f_up / g at 10 Hz + pi / 2 T / (2 tc) sin(pi t / tc)) / 2 in 30-70 % of tc",
    evidence="established",
    needs=("pelvis",),
    cite="Morin 2005, J Appl Biomech 21:167 (timing); against force plates Alcantara 2022",
    valid_range=(1.2, 4.5),
    measured_error="bias -0.044, SD 0.056",
    typical_error=0.06,
    clipping={"pelvis accelerometer": "too low"},
    sync_s=0.02,
)
def active_peak_force_bw(s: StanceSignals) -> FloatArray:
    """Highest vertical force in 30-70 % of stance, half from the pelvis, half from timing.

    The mean of the pelvis' upward specific force (10 Hz) and of a half sine whose impulse
    supports body weight over the step: their errors differ. Against force plates (one man, 2.5 to
    4.2 m/s) the median of a trial was within 3 % on the level and within 7 % on slopes of up to
    10 degrees, where `peak_force_bw` read up to 17 % low.
    """
    return highest(active_rows_bw(s))


@metric(
    "Mean vertical force in stance",
    theme="force",
    equation="T / (2 tc)",
    evidence="established",
    needs=WHOLE_STANCE,
    cite="Morin 2005, J Appl Biomech 21:167; exact for steady running",
    valid_range=(0.9, 3.3),
    measured_error="bias -0.002, SD 0.052",
    typical_error=0.05,
)
def mean_force_bw(s: StanceSignals) -> FloatArray:
    """Mean vertical force while the foot is down, from timing alone: T / (2 tc)."""
    return s.stride / (2 * s.contact)


@metric(
    "Peak vertical force of the sine model",
    theme="force",
    equation="pi / 2 (tf / tc + 1)",
    evidence="established",
    needs=WHOLE_STANCE,
    cite="Morin 2005, J Appl Biomech 21:167; not on slopes (Meyer 2023, PMC10368467)",
    valid_range=(1.2, 5.0),
    measured_error="bias -0.004, SD 0.082",
    typical_error=0.08,
)
def sine_force_bw(s: StanceSignals) -> FloatArray:
    """Peak of a half-sine vertical force with the measured contact and flight time."""
    return _sine_force_bw(s)


@metric(
    "Vertical stiffness",
    theme="force",
    equation="F / (g tc² (F / pi² - 1/8)), F = pi / 2 (tf / tc + 1) in BW",
    evidence="established",
    needs=WHOLE_STANCE,
    cite="Morin 2005, J Appl Biomech 21:167; not on slopes (Meyer 2023, PMC10368467)",
    valid_range=(10.0, 150.0),
    measured_error="bias -0.1, SD 1.0",
    typical_error=1.5,
)
def vertical_stiffness_bwpm(s: StanceSignals) -> FloatArray:
    """Peak force of the sine model over how far it lowers the body, in body weights per metre.

    Times mass and g it is newtons per metre. From timing alone: only on the level, and as good as
    the contact time. It is not the stiffness of the leg, which also needs the running speed and
    the length of the leg: `leg_stiffness_bwpm` of the session.
    """
    force, contact_s = _sine_force_bw(s), s.contact / s.rate_hz
    lowered_m = GRAVITY_MPS2 * contact_s**2 * (force / np.pi**2 - 1 / 8)
    return np.where(lowered_m > 0, force / np.where(lowered_m > 0, lowered_m, np.nan), np.nan)


@metric(
    "Vertical oscillation",
    theme="force",
    equation="max - min of twice-integrated f_up - g over the step, stride closed",
    evidence="established",
    needs=("pelvis",),
    cite="Asgari & Heller 2025, Sensors 25:315 (sacral displacement, bias 2 mm)",
    valid_range=(0.02, 0.2),
    measured_error="bias +0.00005, SD 0.00087",
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
    evidence="hypothesis",
    needs=("pelvis",),
    cite="Kiernan 2023, Sensors 23:8719 (why it is not the impact peak of the force)",
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
    return highest(s.rows(s.travel.transient_mps2, s.start, s.start + TRANSIENT_S * s.rate_hz))


def _sine_force_bw(s: StanceSignals) -> FloatArray:
    return np.pi / 2 * ((s.opposite - s.stop) / s.contact + 1)
