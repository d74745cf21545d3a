"""Metrics and curves of the shanks, then of the pelvis: what one of them needs is let go before.

A signal of one pod is as long as its record. Those of all pods together, which several metrics and
curves share, would be as large as the samples themselves.
"""

from typing import Final

from imu.frames import FloatArray
from imu.metrics.measure import Measured, Received, values, what_counts
from imu.metrics.registry import METRICS, Metric
from imu.orientation.on_demand import OnDemand
from imu.session.curves import RESTS_ON, Curves, curves
from imu.stance_signals.signals import StanceSignals

SHANKS: Final = "shanks"
ANGLES: Final = "angles of the pelvis"
REST: Final = "rest"


def measured_in_turn(
    s: StanceSignals, quaternions: OnDemand[FloatArray]
) -> tuple[Measured, Curves]:
    """Return every metric and curve of the stances `s`; `quaternions` are those that `s` reads.

    Nothing depends on the order. What is let go of `s` is computed anew where it is asked for.
    """
    received = Received.of(s)
    read: dict[str, FloatArray] = {}
    parts: list[Curves] = []
    for turn in (SHANKS, ANGLES, REST):
        read |= values(s, {name: one for name, one in METRICS.items() if _turn_of(one) == turn})
        if turn == ANGLES:
            _ = s.heading_radps, s.upward_mps2  # what follows of the orientation and the angles
            quaternions.let_go()
        names = [name for name in RESTS_ON if _turn_of_curve(name) == turn]
        parts.append(curves(s, received.columns, names))
        s.let_go()
    return what_counts(s, received, {name: read[name] for name in METRICS}), Curves.joined(parts)


def _turn_of(metric: Metric) -> str:
    of_pelvis = any(need.startswith("pelvis") for need in metric.needs)
    if "shank" in metric.needs and not of_pelvis:
        return SHANKS
    return ANGLES if "pelvis gyroscope" in metric.needs else REST


def _turn_of_curve(name: str) -> str:
    sensor = RESTS_ON[name]
    if sensor.startswith("shank"):
        return SHANKS
    return ANGLES if sensor == "pelvis gyroscope" else REST
