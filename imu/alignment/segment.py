"""Rotate a pod's samples into its segment's axes, with gaps interpolated and marked."""

from dataclasses import dataclass

import numpy as np

from imu.alignment.activity import Motion, Observed, last_rest
from imu.dsp.gaps import interpolated
from imu.frames import BoolArray, FloatArray, Placement
from imu.recording.recording import Sensor


@dataclass(frozen=True)
class Alignment:
    """Alignment of one pod to its segment: (3, 3) rotation, confidence 0..1, and notes.

    `unused_movement` says why a movement declared for the alignment was not used; empty otherwise.
    """

    segment_from_sensor: FloatArray
    confidence: float
    notes: tuple[str, ...] = ()
    unused_movement: str = ""


@dataclass(frozen=True)
class Segment:
    """One pod in the segment frame (forward, left, up).

    `acc_mps2` (n, 3) and `gyr_radps` (n, 3) or None are interpolated across gaps so that they can
    be filtered; `valid` (n,) marks measured samples, `motion` those at full scale. The
    gyroscope has its rest bias removed when there was a rest; `standing` (n,) marks that rest, all
    False without one.
    """

    placement: Placement
    acc_mps2: FloatArray
    gyr_radps: FloatArray | None
    valid: BoolArray
    standing: BoolArray
    motion: Motion
    alignment: Alignment


def on_segment(
    placement: Placement, sensor: Sensor, motion: Observed, alignment: Alignment, *, rate_hz: float
) -> Segment:
    """Turn a sensor (any mounting) into its segment's axes."""
    turn = alignment.segment_from_sensor
    standing = last_rest(motion, rate_hz=rate_hz)
    gyr = None
    if sensor.gyr_radps is not None:
        gyr = interpolated(sensor.gyr_radps, sensor.valid, turn=turn)
        if standing.any():
            gyr -= np.mean(gyr[standing], axis=0)
    acc = interpolated(sensor.acc_mps2, sensor.valid, turn=turn)
    return Segment(placement, acc, gyr, sensor.valid, standing, motion.kept(), alignment)
