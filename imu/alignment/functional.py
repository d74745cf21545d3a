"""Find a segment's left axis from a calibration movement made before running.

Stand still; then several times bend the knees and bow from the hips, as if to sit down on a low
chair, feet flat and parallel; stand still again. Pelvis and shanks then turn about left, forward
first. So the axis is the first principal axis of the gyroscope (Seel 2012 in spirit), and forward
is where the segment leans on average.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from imu.alignment.activity import Observed, last_rest
from imu.dsp.filters import lowpass
from imu.dsp.gaps import interpolated
from imu.dsp.integral import integral
from imu.frames import FloatArray
from imu.recording.recording import Recording, Sensor

LEAST_S = 2.0
LEAST_TURN_DEG = 12.0
ONE_AXIS_SHARE = 0.8
SEEN_SHARE = 0.8
ACTIVE_SHARE = 0.1
EDGE_S = 0.5


@dataclass(frozen=True)
class Movement:
    """When the movement was made: on the session clock, and which `samples` that is."""

    start_s: float
    stop_s: float
    samples: slice

    @property
    def words(self) -> str:
        """Name it in a sentence."""
        return f"the movement declared from {self.start_s:g} to {self.stop_s:g} s"


@dataclass(frozen=True)
class Hinge:
    """The left axis (3,) in sensor axes, the share of rotation about it, and a note in words."""

    left: FloatArray
    share: float
    words: str


def declared(recording: Recording, functional_s: tuple[float, float]) -> Movement:
    """Return the movement declared at `functional_s` (start, stop) on the session clock.

    Raises ValueError, in one sentence, for a span outside the recording or too short.
    """
    start_s, stop_s = (float(at) for at in functional_s)
    begins, rate_hz = recording.start_s, recording.rate_hz
    ends = begins + len(recording) / rate_hz
    inside = begins - 1 / rate_hz <= start_s and stop_s <= ends + 1 / rate_hz
    if not (inside and stop_s - start_s >= LEAST_S):
        raise ValueError(
            f"a movement from {start_s:g} to {stop_s:g} s cannot be used; give the start and the "
            f"stop of {LEAST_S:g} s or more between {np.ceil(10 * begins) / 10:g} and "
            f"{np.floor(10 * ends) / 10:g} s"
        )
    first, last = (round((at - begins) * rate_hz) for at in (start_s, stop_s))
    return Movement(start_s, stop_s, slice(max(first, 0), min(last, len(recording))))


def without_rest_in(motion: Observed, movement: Movement, *, rate_hz: float) -> Observed:
    """Return `motion` with `still` cleared in `movement`: slow bends look like standing."""
    part, edge = movement.samples, round(EDGE_S * rate_hz)
    still = motion.still.copy()
    still[max(part.start - edge, 0) : part.stop + edge] = False
    return replace(motion, still=still)


def hinge(sensor: Sensor, motion: Observed, movement: Movement, *, rate_hz: float) -> Hinge | str:
    """Return the axis about which a pod turned, or the sentence that says why it is not used."""
    part = movement.samples
    seen = sensor.valid[part]
    if sensor.gyr_radps is None:
        return _unused(movement, "the pod has no gyroscope")
    if seen.mean() < SEEN_SHARE:
        return _unused(movement, f"{100 - 100 * seen.mean():.0f} % of it is missing")
    if motion.active[part].mean() > ACTIVE_SHARE:
        return _unused(movement, "it holds more than slow bends; declare the bends alone")
    rest = last_rest(without_rest_in(motion, movement, rate_hz=rate_hz), rate_hz=rate_hz)
    gyr = interpolated(sensor.gyr_radps[part], seen)
    gyr = gyr - (sensor.gyr_radps[rest].mean(axis=0) if rest.any() else gyr.mean(axis=0))
    gyr = lowpass(gyr, cutoff_hz=5.0, rate_hz=rate_hz)
    power, axes = np.linalg.eigh(gyr.T @ gyr)
    axis, share = axes[:, -1], float(power[-1] / max(power.sum(), 1e-12))
    turned_deg = float(np.degrees(np.ptp(integral(gyr @ axis)) / rate_hz))
    if turned_deg < LEAST_TURN_DEG:
        return _unused(movement, f"the pod turned by {turned_deg:.0f} degrees only")
    if share < ONE_AXIS_SHARE:
        return _unused(movement, f"only {100 * share:.0f} % of the turning was about one axis")
    force = interpolated(sensor.acc_mps2[part], seen)
    upright = sensor.acc_mps2[rest] if rest.any() else force[: round(EDGE_S * rate_hz)]
    words = f"{movement.words}: {turned_deg:.0f} degrees, {100 * share:.0f} % about one axis"
    return Hinge(_signed(axis, force.mean(axis=0), upright.mean(axis=0)), share, words)


def _signed(axis: FloatArray, force: FloatArray, upright: FloatArray) -> FloatArray:
    """Choose the axis sign: a segment leaning forward measures specific force pointing backward."""
    forward = np.cross(axis, upright)
    return axis if forward @ force < 0 else -axis


def _unused(movement: Movement, why: str) -> str:
    return f"{movement.words} is not used: {why}"
