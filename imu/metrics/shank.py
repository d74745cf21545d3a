"""Shank: the shock that arrives at the tibia, and how the shin turns in."""

import numpy as np

from imu.frames import UP, FloatArray
from imu.metrics.registry import metric
from imu.metrics.signals import SETTLE_S, StanceSignals, highest, where_highest
from imu.segments import Segment

IMPACT_S = 0.12


@metric(
    "Peak tibial acceleration, resultant",
    theme="shank",
    evidence="established",
    needs=("shank",),
    cite="Sheerin 2018, doi 10.1080/14763141.2017.1371214; MDC 1.5 g at 3 m/s, 19 runners",
    typical_error=5.3,
    primary=True,
    clipping=True,
)
def peak_tibial_resultant_mps2(s: StanceSignals) -> FloatArray:
    """Greatest size of the shank's specific force within 120 ms of contact, 60 Hz, gravity in.

    A clipped peak is not known and is left out; it is not the force on the bone.
    """
    return s.by_leg(
        lambda leg, pod: highest(
            leg.rows(
                np.linalg.norm(leg.impact_mps2(pod), axis=1),
                leg.start,
                leg.start + IMPACT_S * leg.rate_hz,
            )
        )
    )


@metric(
    "Peak tibial acceleration, axial",
    theme="shank",
    evidence="established",
    needs=("shank",),
    cite="Sheerin 2018, doi 10.1080/14763141.2017.1371214; MDC 2 g at 3 m/s, 19 runners",
    typical_error=7.1,
    clipping=True,
)
def peak_tibial_axial_mps2(s: StanceSignals) -> FloatArray:
    """Greatest specific force along the shank within 120 ms of contact, 60 Hz, gravity in."""
    return s.by_leg(lambda leg, pod: highest(_impact_rows(leg, leg.impact_mps2(pod)[:, UP])))


@metric(
    "Time to peak tibial acceleration",
    theme="shank",
    evidence="established",
    needs=("shank",),
    cite="Kiernan 2024, Sensors 24:656",
    typical_error=0.004,
    clipping=True,
)
def time_to_peak_s(s: StanceSignals) -> FloatArray:
    """Time from initial contact to the axial peak; later when the forefoot lands first."""

    def read(leg: StanceSignals, pod: Segment) -> FloatArray:
        column = where_highest(_impact_rows(leg, leg.impact_mps2(pod)[:, UP]))
        return (np.ceil(leg.start) + column - leg.start) / leg.rate_hz

    return s.by_leg(read)


def _impact_rows(leg: StanceSignals, x: FloatArray) -> FloatArray:
    return leg.rows(x, leg.start, leg.start + IMPACT_S * leg.rate_hz)


@metric(
    "Shank internal rotation",
    theme="shank",
    evidence="associated in some studies",
    needs=("shank", "shank gyroscope"),
    cite="Aderem & Louw 2015 (knee internal rotation in ITBS); Ferber 2002 (excursions repeat)",
    typical_error=1.1,
    primary=True,
)
def shank_internal_rotation_deg(s: StanceSignals) -> FloatArray:
    """How far the shank turns inward in stance.

    Greatest rotation in [IC + 20 ms, IC + 0.6 tc] minus that at IC + 20 ms, from the rate about
    its long axis (20 Hz, closed over the stride). Rotation of the shank in space, not of the
    knee; no verified accuracy of any such sensor is known.
    """

    def read(leg: StanceSignals, pod: Segment) -> FloatArray:
        begin, grid = _early_stance(leg)
        turn = leg.internal_rotation_deg(pod, grid)
        return highest(turn) - leg.internal_rotation_deg(pod, begin)

    return s.by_leg(read)


@metric(
    "Shank internal rotation rate",
    theme="shank",
    evidence="associated in some studies",
    needs=("shank", "shank gyroscope"),
    cite="Hamill 2008 (strain rate in ITBS); Ferber 2002 (velocities repeat)",
    typical_error=0.35,
    primary=True,
)
def shank_internal_rotation_rate_radps(s: StanceSignals) -> FloatArray:
    """Fastest inward turn of the shank between IC + 20 ms and half of stance, 20 Hz."""

    def read(leg: StanceSignals, pod: Segment) -> FloatArray:
        rate = leg.internal_rate_radps(pod)
        begin = leg.start + SETTLE_S * leg.rate_hz
        return highest(leg.rows(rate, begin, (leg.start + leg.stop) / 2))

    return s.by_leg(read)


def _early_stance(leg: StanceSignals) -> tuple[FloatArray, FloatArray]:
    """Return IC + 20 ms (k,) and forty positions (k, 40) from there to 60 % of stance."""
    begin = leg.start + SETTLE_S * leg.rate_hz
    end = leg.start + 0.6 * (leg.stop - leg.start)
    return begin, begin[:, None] + np.linspace(0, 1, 40) * (end - begin)[:, None]
