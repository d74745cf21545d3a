"""How a shank moves, contact by contact: its attitude, its ankle, how an impact shakes it."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from imu.frames import UP, FloatArray
from imu.simulation.course import Course, Sway
from imu.simulation.movement.contacts import LOADING_SHARE, Contacts, impact_size
from imu.simulation.movement.cycling import CrankTurns
from imu.simulation.movement.motion import Angle, Attitude, plus, specific_force_mps2
from imu.simulation.movement.shank_path import LONGEST_STANCE_S, Curve, shank_path
from imu.simulation.movement.waveforms import Waveforms
from imu.simulation.runner import JointCurves
from imu.simulation.shapes import ACROSS_RING, SHANK_RING, impacts, minimum_jerk, rung

SHANK_PEAK_SHARE: Final = 0.45  # of stance: most internal rotation
ROTATION_START_S: Final = 0.02  # after contact
REFERENCE_LEVER_M: Final = np.array([0.03, -0.02, 0.22])  # there the left impact is as meant
FORWARD_SHARE: Final = -0.059  # of the impact, on the forward axis at the ankle
LATERAL_SHARE: Final = 0.35  # and on the left axis
TURN_RADPS2_PER_MPS2: Final = 0.9  # the shank pitches: at 0.22 m 0.2 on the forward axis
LATERAL_AHEAD_S: Final = 0.0069
LEAST_IMPACT_MPS2: Final = 5.0
MOST_LATE_S: Final = 0.003
STENCIL_S: Final = 5e-4
NEAR_S: Final = 1.5e-3 * np.arange(-3, 4)  # around the peak of an impact


@dataclass(frozen=True)
class Leg:
    """One leg: its contacts, and splines of the shank's inclination (rad) and the ankle (m)."""

    sign: float
    contacts: Contacts
    course: Course
    sway: Sway
    inclination: Curve
    ankle: Curve
    waveforms: Waveforms
    cranks: CrankTurns

    @classmethod
    def of(
        cls,
        contacts: Contacts,
        course: Course,
        sway: Sway,
        *,
        curves: JointCurves,
        waveforms: Waveforms,
        cranks: CrankTurns,
        sign: float,
    ) -> "Leg":
        """Lay out the movement of the left (+1) or right (-1) leg."""
        own = _of_side(contacts, course, sign)
        inclination, ankle = shank_path(own, course, curves)
        return cls(sign, own, course, sway, inclination, ankle, waveforms, cranks)

    def attitude(self, time_s: FloatArray) -> Attitude:
        """Return world_from_shank at times (n,)."""
        return self._pitched(time_s, *self.impact_peaks)

    def _pitched(self, time_s: FloatArray, at: FloatArray, size: FloatArray) -> Attitude:
        """Return the attitude with impacts that peak at `at` with `size` (contacts,)."""
        smooth = self._attitude_without_impacts(time_s)
        angle, rate = (
            rung(time_s, at - LATERAL_AHEAD_S, TURN_RADPS2_PER_MPS2 * size, ACROSS_RING, course)
            for course in (ACROSS_RING.displacement, ACROSS_RING.velocity)
        )
        pitched = plus(smooth.sagittal, (angle, rate))
        return Attitude(smooth.heading, smooth.frontal, pitched, smooth.axial)

    def _attitude_without_impacts(self, time_s: FloatArray) -> Attitude:
        sway, swaying = self.sway.shank(time_s)
        bent = self.waveforms.shank(time_s, self.sign)
        sagittal = (self.inclination(time_s), self.inclination(time_s, 1))
        return Attitude(
            self.course.heading(time_s),
            plus(
                _varus(time_s, self.contacts, self.sign),
                (sway[:, 0], swaying[:, 0]),
                self.course.lean(time_s),
                bent["frontal"],
            ),
            plus(
                sagittal,
                (sway[:, 1], swaying[:, 1]),
                self.course.bend_shank(time_s),
                self.cranks.shank(time_s, self.sign),
                bent["sagittal"],
            ),
            plus(_inward(time_s, self.contacts, self.sign), bent["axial"]),
        )

    def ankle_mps2(self, time_s: FloatArray) -> FloatArray:
        """Return the acceleration of the ankle, (n, 3): along the path, to its left, up."""
        forward, up = (self.ankle(time_s, 2) + self.cranks.ankle_mps2(time_s, self.sign)).T
        return np.stack([forward, self.course.sideways_mps2(time_s), up], axis=1)

    def impact_mps2(self, time_s: FloatArray) -> FloatArray:
        """Return the ringing of the impacts, (n, 3) in shank axes: the same all along the bone.

        The shank pitches as well (see `attitude`), so that what a pod reads changes with its place.
        """
        at, size = self.impact_peaks
        axial = impacts(time_s, at, size, SHANK_RING)
        across = impacts(time_s, at - LATERAL_AHEAD_S, size, ACROSS_RING)
        side = -self.sign * LATERAL_SHARE * across
        return np.stack([FORWARD_SHARE * across, side, axial], axis=1)

    @cached_property
    def impact_peaks(self) -> tuple[FloatArray, FloatArray]:
        """When the ring of each impact peaks, and how high: (contacts,) each.

        What is added to the axial specific force at `REFERENCE_LEVER_M` makes the peak meant for
        each contact there.
        """
        own = self.contacts
        at = own.initial_contact_s + own.loading["impact_delay_s"]
        wanted, middle = impact_size(own), len(NEAR_S) // 2
        around = self._axial_near(at, 0.0 * at)
        size = np.maximum(wanted - around[:, middle], 0.0)
        slope = (around[:, middle + 1] - around[:, middle - 1]) / (2 * (NEAR_S[1] - NEAR_S[0]))
        late = slope / (np.maximum(size, LEAST_IMPACT_MPS2) * SHANK_RING.sharpness)
        at = at - np.clip(late, -MOST_LATE_S, MOST_LATE_S)  # so that the sum peaks where meant
        for _ in range(2):  # and is as high as meant
            size = np.maximum(size + wanted - self._axial_near(at, size).max(axis=1), 0.0)
        return at, size

    def _axial_near(self, at: FloatArray, size: FloatArray) -> FloatArray:
        """Return the axial specific force (contacts, k) around impacts, at `REFERENCE_LEVER_M`."""
        time_s = (at[:, None] + NEAR_S).ravel()
        stencil = time_s[:, None] + STENCIL_S * np.array([-1.0, 1.0])
        around = self._pitched(stencil.ravel(), at, size).rate_radps().reshape(-1, 2, 3)
        force = specific_force_mps2(
            self._pitched(time_s, at, size),
            self.ankle_mps2(time_s),
            REFERENCE_LEVER_M * (1.0, self.sign, 1.0),
            spin_radps2=(around[:, 1] - around[:, 0]) / (2 * STENCIL_S),
        )
        axial = force[:, UP] + impacts(time_s, at, size, SHANK_RING)
        return np.asarray(axial.reshape(-1, len(NEAR_S)))


def _of_side(contacts: Contacts, course: Course, sign: float) -> Contacts:
    """Return the contacts of one foot; a foot that is not lifted again stays down to the end."""
    own = contacts.sign == sign
    parts = {name: value[own] for name, value in vars(contacts).items() if name != "loading"}
    end = course.time_s[-1] + 5.0
    parts["toe_off_s"] = np.where(np.isfinite(parts["toe_off_s"]), parts["toe_off_s"], end)
    return Contacts(**parts, loading={k: v[own] for k, v in contacts.loading.items()})


def _inward(time_s: FloatArray, own: Contacts, sign: float) -> Angle:
    """Return rotation about the bone: inward in early stance, back out by mid-swing."""
    ic, off = own.initial_contact_s, np.minimum(own.toe_off_s, own.initial_contact_s + 0.8)
    size = LOADING_SHARE[own.gait] * own.loading["shank_rotation_deg"]
    swing_s = np.append(ic[1:], ic[-1] + 3.0) - off
    turn = own.running * own.loading["swing_turn_deg"]
    back = -(0.2 * size + turn) * (swing_s < LONGEST_STANCE_S)
    knots = np.stack(
        [
            ic + ROTATION_START_S,
            ic + SHANK_PEAK_SHARE * (off - ic),
            off + 0.45 * np.minimum(swing_s, 0.6),
        ],
        axis=1,
    )
    value = -sign * np.stack([0 * size, size, back], axis=1)
    return minimum_jerk(time_s, knots.ravel(), np.radians(value.ravel()))


def _varus(time_s: FloatArray, own: Contacts, sign: float) -> Angle:
    """Return frontal lean: upright over the foot in mid-stance, out again until it is lifted."""
    ic, off = own.initial_contact_s, np.minimum(own.toe_off_s, own.initial_contact_s + 0.8)
    lean = LOADING_SHARE[own.gait] * own.loading["shank_varus_deg"]
    lean = lean * (own.toe_off_s - ic < LONGEST_STANCE_S)
    knots = np.stack([ic, ic + 0.4 * (off - ic), off, own.toe_off_s + 0.001], axis=1)
    value = -sign * np.stack([lean, 0.4 * lean, lean, lean], axis=1)
    return minimum_jerk(time_s, knots.ravel(), np.radians(value.ravel()))
