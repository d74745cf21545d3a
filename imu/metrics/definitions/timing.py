"""Timing: contact, flight, step and stride times, from initial contacts and toe-offs."""

from imu.frames import FloatArray
from imu.metrics.definitions.speed import LEGS_SYNC_S
from imu.metrics.evidence import CADENCE, CONTACT, DESCRIBES, EVENTS, STEPS
from imu.metrics.registry import metric
from imu.sensors import Need
from imu.stance_signals.signals import StanceSignals

WHOLE_STANCE: tuple[Need, ...] = ("shank or pelvis",)
"""Events come from whichever pod was worn; it must have been received up to toe-off."""
CONTACTS_ALONE: tuple[Need, ...] = ()
"""What happens between two contacts does not matter."""


@metric(
    "Contact time",
    theme="timing",
    equation="tc = TO - IC",
    cite="Kiernan 2023, Sensors 23:5022 (events); Robberechts 2021 (accuracy to aim at)",
    measured=EVENTS,
    matters=CONTACT,
    needs=WHOLE_STANCE,
    valid_range=(0.11, 0.45),
    measured_error="bias -0.0002, SD 0.0092",
    typical_error=0.006,
)
def contact_time_s(s: StanceSignals) -> FloatArray:
    """Time from initial contact to toe-off, tc."""
    return s.contact / s.rate_hz


@metric(
    "Flight time",
    theme="timing",
    equation="tf = IC of the other foot - TO",
    cite="Morin 2005, J Appl Biomech 21:167",
    measured=EVENTS,
    matters=DESCRIBES,
    needs=WHOLE_STANCE,
    valid_range=(-0.03, 0.35),
    measured_error="bias +0.0002, SD 0.0092",
    typical_error=0.006,
    legs_sync_s=LEGS_SYNC_S,
)
def flight_time_s(s: StanceSignals) -> FloatArray:
    """Time from toe-off to the initial contact of the other foot, tf; both legs must be seen."""
    return (s.opposite - s.stop) / s.rate_hz


@metric(
    "Step time",
    theme="timing",
    equation="IC of the other foot - IC",
    cite="Zeng 2022, PMC9237201",
    measured=STEPS,
    matters=DESCRIBES,
    needs=CONTACTS_ALONE,
    valid_range=(0.2, 0.6),
    measured_error="bias -0.00003, SD 0.00094",
    typical_error=0.006,
    legs_sync_s=LEGS_SYNC_S,
)
def step_time_s(s: StanceSignals) -> FloatArray:
    """Time from initial contact to the initial contact of the other foot."""
    return (s.opposite - s.start) / s.rate_hz


@metric(
    "Stride time",
    theme="timing",
    equation="T = next IC of the same foot - IC",
    cite="Zeng 2022, PMC9237201",
    measured=STEPS,
    matters=DESCRIBES,
    needs=CONTACTS_ALONE,
    valid_range=(0.45, 1.2),
    measured_error="bias -0.0001, SD 0.0011",
    typical_error=0.01,
)
def stride_time_s(s: StanceSignals) -> FloatArray:
    """Time from initial contact to the next initial contact of the same foot, T."""
    return s.stride / s.rate_hz


@metric(
    "Cadence",
    theme="timing",
    equation="120 / T",
    cite="Zeng 2022, PMC9237201",
    measured=STEPS,
    matters=CADENCE,
    needs=CONTACTS_ALONE,
    valid_range=(100.0, 266.0),
    measured_error="bias +0.01, SD 0.24",
    typical_error=2.5,
)
def cadence_spm(s: StanceSignals) -> FloatArray:
    """Count the steps of both feet per minute, 120 / T."""
    return 120.0 * s.rate_hz / s.stride


@metric(
    "Duty factor",
    theme="timing",
    equation="100 tc / T",
    cite="Morin 2005, J Appl Biomech 21:167",
    measured=EVENTS,
    matters=CONTACT,
    needs=WHOLE_STANCE,
    valid_range=(15.0, 54.0),
    measured_error="bias +0.0, SD 1.2",
    typical_error=1.0,
)
def duty_factor_pct(s: StanceSignals) -> FloatArray:
    """Share of the stride for which the foot is down, 100 tc / T."""
    return 100.0 * s.contact / s.stride
