"""Shank impact: peaks and spectrum of tibial acceleration.

None of these is the force on the bone (Matijevich 2019), nor the loading rate of the ground
reaction force (Kiernan 2023, Sensors 23:8719).
"""

import numpy as np

from imu.dsp.spectrum import band_mean_square
from imu.frames import FloatArray
from imu.metrics.evidence import DESCRIBES, IMPACT, TIBIAL_PEAK, VIRTUAL
from imu.metrics.registry import Comparing, metric
from imu.stance_signals.signals import StanceSignals


@metric(
    "Peak tibial acceleration, resultant",
    theme="shank impact",
    equation="max |a| in IC..IC + 120 ms",
    cite="Sheerin 2018, doi 10.1080/14763141.2017.1371214; MDC 1.5 g at 3 m/s, 19 runners",
    measured=TIBIAL_PEAK,
    matters=IMPACT,
    needs=("shank",),
    valid_range=(10.0, 350.0),
    measured_error="bias +4.5, SD 4.2",
    typical_error=5.3,
    primary=True,
    comparing=Comparing("impact", per_mps=(3.7, 2.5), shoes=1.5),
    clipping={"shank accelerometer": "too low"},
)
def peak_tibial_resultant_mps2(s: StanceSignals) -> FloatArray:
    """Greatest norm of the shank's specific force within 120 ms of contact, 60 Hz, gravity in.

    A clipped peak is left out. This is not the force on the bone.
    """
    return s.by_leg(lambda leg: leg.peak_mps2)


@metric(
    "Peak tibial acceleration, axial",
    theme="shank impact",
    equation="max a_up in IC..IC + 120 ms",
    cite="Sheerin 2018, doi 10.1080/14763141.2017.1371214; MDC 2 g at 3 m/s, 19 runners",
    measured=TIBIAL_PEAK,
    matters=IMPACT,
    needs=("shank",),
    valid_range=(0.0, 350.0),
    measured_error="bias +2.8, SD 4.5",
    typical_error=7.1,
    clipping={"shank accelerometer": "too low"},
)
def peak_tibial_axial_mps2(s: StanceSignals) -> FloatArray:
    """Greatest specific force along the shank within 120 ms of contact, 60 Hz, gravity in."""
    return s.by_leg(lambda leg: leg.axial_peak_mps2)


@metric(
    "Tibial acceleration at 3-8 Hz",
    theme="shank impact",
    equation="sqrt(integral of PSD(a_up) over 3-8 Hz), IC to TO",
    cite="Shorten & Winslow 1992 (active movement 5-8 Hz)",
    measured=VIRTUAL,
    matters=DESCRIBES,
    needs=("shank",),
    valid_range=(0.0, 60.0),
    measured_error="bias -0.14, SD 0.25",
    typical_error=0.6,
    clipping={"shank accelerometer": "too low"},
)
def tibial_low_band_mps2(s: StanceSignals) -> FloatArray:
    """Root mean square of the axial acceleration in stance that lies at 3-8 Hz: the movement.

    Trend taken out, ends faded out over a tenth of stance, power at steps of 1 Hz.
    """
    return s.by_leg(lambda leg: np.sqrt(band_mean_square(leg.power, 3, 8)))


@metric(
    "Tibial acceleration at 9-20 Hz",
    theme="shank impact",
    equation="sqrt(integral of PSD(a_up) over 9-20 Hz), IC to TO",
    cite="Shorten & Winslow 1992 (impact 12-20 Hz)",
    measured=VIRTUAL,
    matters=DESCRIBES,
    needs=("shank",),
    valid_range=(0.0, 90.0),
    measured_error="bias +0.78, SD 0.51",
    typical_error=1.6,
    clipping={"shank accelerometer": "too low"},
)
def tibial_high_band_mps2(s: StanceSignals) -> FloatArray:
    """Root mean square of the axial acceleration in stance that lies at 9-20 Hz: the impact.

    Trend taken out, ends faded out over a tenth of stance, power at steps of 1 Hz.
    """
    return s.by_leg(lambda leg: np.sqrt(band_mean_square(leg.power, 9, 20)))
