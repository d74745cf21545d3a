"""VirtualRun: the body of a virtual runner in motion, before any pod or measurement."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import numpy as np

from imu.frames import FloatArray, Placement
from imu.simulation import script
from imu.simulation.course import Course, Sway
from imu.simulation.movement import body, pelvis
from imu.simulation.movement.contacts import Contacts
from imu.simulation.movement.cycling import CrankTurns
from imu.simulation.movement.legs import Leg
from imu.simulation.movement.motion import Attitude, specific_force_mps2
from imu.simulation.movement.waveforms import Waveforms
from imu.simulation.pods.hardware import Pods
from imu.simulation.runner import Runner
from imu.simulation.script import Script

FINE_HZ: Final = 1000.0  # at least; an integer multiple of the pods' rate
BLOCK_S: Final = 120.0
EDGE_S: Final = 1.0  # evaluated beyond both ends of a block, for filters to settle


@dataclass(frozen=True)
class VirtualRun:
    """One run. Everything below is computed when first asked for, in blocks of two minutes.

    The physics is evaluated on a fine grid; sample k of the session is at k / `rate_hz`. Of `pods`
    only the place on the segment matters here.
    """

    runner: Runner
    script: Script
    seed: int
    pods: Pods
    rate_hz: float
    course: Course = field(repr=False)
    contacts: Contacts = field(repr=False)
    sway: Sway = field(repr=False)

    @property
    def duration_s(self) -> float:
        """Length of the script."""
        return script.duration_s(self.script)

    @property
    def oversampling(self) -> int:
        """Fine samples per sample."""
        return int(np.ceil(FINE_HZ / self.rate_hz))

    @property
    def fine_hz(self) -> float:
        """Rate of the grid on which the physics is evaluated."""
        return self.rate_hz * self.oversampling

    def __len__(self) -> int:
        return round(self.duration_s * self.rate_hz)

    def blocks(self) -> Iterator[tuple[int, int]]:
        """Yield half-open ranges of session samples."""
        length = round(BLOCK_S * self.rate_hz)
        for start in range(0, len(self), length):
            yield start, min(start + length, len(self))

    def fine_s(self, start: int, stop: int) -> FloatArray:
        """Return the fine grid of a range of session samples, `EDGE_S` longer at both ends."""
        edge = round(EDGE_S * self.rate_hz)
        fine = np.arange((start - edge) * self.oversampling, (stop + edge) * self.oversampling)
        return np.asarray(fine / self.fine_hz)

    @cached_property
    def _legs(self) -> Mapping[Placement, Leg]:
        return {
            place: Leg.of(
                self.contacts,
                self.course,
                self.sway,
                curves=self.runner.curves,
                waveforms=self._waveforms,
                cranks=self._cranks,
                sign=sign,
            )
            for place, sign in SIGNS.items()
        }

    def leg(self, place: Placement) -> Leg:
        """Return the leg that wears a shank pod."""
        return self._legs[place]

    @property
    def _cranks(self) -> CrankTurns:
        return CrankTurns(self.course)

    @cached_property
    def _waveforms(self) -> Waveforms:
        return Waveforms(self.runner.curves, self.contacts)

    def attitude(self, place: Placement, time_s: FloatArray) -> Attitude:
        """Return world_from_segment of one segment at `time_s` (n,)."""
        if place in self._legs:
            return self._legs[place].attitude(time_s)
        return pelvis.attitude(
            time_s,
            runner=self.runner,
            contacts=self.contacts,
            course=self.course,
            sway=self.sway,
            waveforms=self._waveforms,
            cranks=self._cranks,
        )

    def true_signals(self, place: Placement, time_s: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return true specific force and angular rate at the pod, segment axes, (n, 3) each.

        `time_s` is a stretch of the fine grid.
        """
        leg = self._legs.get(place)
        attitude = self.attitude(place, time_s)
        if leg is None:
            path = body.acceleration_mps2(time_s, self.contacts, self.course, self.sway)
        else:
            path = leg.ankle_mps2(time_s)
        world = _turned(path, self.course.heading(time_s)[0])
        lever_m = np.array(self.pods[place].lever_m if place in self.pods else (0.0, 0.0, 0.0))
        rate = attitude.rate_radps()
        spin = np.gradient(rate, 1 / self.fine_hz, axis=0)
        acc = specific_force_mps2(attitude, world, lever_m, spin_radps2=spin)
        if leg is None:
            ringing = body.pelvis_impact_mps2(time_s, self.contacts)
        else:
            ringing = leg.impact_mps2(time_s)
        return acc + ringing, rate


SIGNS: Final[dict[Placement, float]] = {"shank_left": 1.0, "shank_right": -1.0}


def _turned(path: FloatArray, heading_rad: FloatArray) -> FloatArray:
    """Turn vectors (n, 3) along the path into the world."""
    c, s = np.cos(heading_rad), np.sin(heading_rad)
    forward, left, up = path.T
    return np.stack([c * forward - s * left, s * forward + c * left, up], axis=1)
