"""Random smooth bends of every joint curve of a runner, that belong to no family of shapes."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from imu.frames import FloatArray
from imu.simulation.movement.contacts import Contacts
from imu.simulation.movement.motion import Angle
from imu.simulation.noise import stream
from imu.simulation.runner import JointCurves
from imu.simulation.shapes import minimum_jerk, via_points

HARMONICS: Final = {  # of the stride; odd ones swap with the side, so both sides are alike
    "rotation": (1, 3, 5),
    "obliquity": (1, 3, 5),
    "tilt": (2, 4, 6),
    "sagittal": (2, 3, 4, 5, 6),
    "frontal": (1, 2, 3, 4),
    "axial": (2, 3, 4),
}


@dataclass(frozen=True)
class Waveforms:
    """Sums of harmonics of the stride while running; none where `waveform_deg` is 0."""

    curves: JointCurves
    contacts: Contacts

    def pelvis(self, time_s: FloatArray) -> dict[str, Angle]:
        """Return what is added to rotation, obliquity (about forward) and tilt, rad (n,)."""
        return self._bends(("rotation", "obliquity", "tilt"), time_s, 1.0)

    def shank(self, time_s: FloatArray, sign: float) -> dict[str, Angle]:
        """Return what is added to a shank's sagittal, frontal and axial angle, rad (n,)."""
        return self._bends(("sagittal", "frontal", "axial"), time_s, sign)

    def _bends(self, names: tuple[str, ...], time_s: FloatArray, sign: float) -> dict[str, Angle]:
        """Return the bends over the strides of the left (`sign` +1) or right (-1) leg."""
        own = np.flatnonzero(self.contacts.sign == sign)
        if self.curves.waveform_deg == 0 or len(own) < 2:
            still = np.zeros_like(time_s)
            return dict.fromkeys(names, (still, still))
        at = self.contacts.initial_contact_s[own]
        phase = via_points(at, 2 * np.pi * np.arange(len(own), dtype=np.float64))
        runs, starting = minimum_jerk(time_s, at, self.contacts.running[own].astype(np.float64))
        turned, turning = phase(time_s), phase(time_s, 1)
        out = {}
        for name in names:
            value, slope = self._sum(name, turned)
            side = 1.0 if name == "sagittal" else sign  # the other angles are mirrored
            out[name] = (side * runs * value, side * (starting * value + runs * slope * turning))
        return out

    def _sum(self, name: str, phase: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the bend in rad and its change per rad of the stride."""
        rng = stream(self.curves.waveform_seed, f"waveform {name}")
        value, slope = np.zeros_like(phase), np.zeros_like(phase)
        for k in HARMONICS[name]:
            size = np.radians(self.curves.waveform_deg) * float(rng.standard_normal()) / k**0.5
            shift = float(rng.uniform(0, 2 * np.pi))
            value += size * np.cos(k * phase + shift)
            slope -= size * k * np.sin(k * phase + shift)
        return value, slope
