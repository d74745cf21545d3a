"""Compute the signals of one shank in its stances, leg-signed: shock, rotation, swing."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from imu.alignment.segment import Segment
from imu.dsp.filters import lowpass
from imu.dsp.integral import integral
from imu.dsp.rows import highest
from imu.dsp.spectrum import BAND_HZ, power_density
from imu.frames import LEFT, UP, BoolArray, FloatArray
from imu.segmentation.shank_events.pod_height import USUAL_M
from imu.stance_signals.shank_inclination import Inclination
from imu.stance_signals.shank_travel import ShankTravel
from imu.stance_signals.stride_harmonic import PHASES, StrideCurve
from imu.stance_signals.windows import StanceWindows

ROTATION_HZ: Final = 40.0
"""At 20 Hz the fastest turn of a shank at 5 m/s reads a tenth low."""
IMPACT_HZ: Final = 60.0
IMPACT_S: Final = 0.12
"""The peak of the shock lies within this time of contact, forefoot landings included."""
DIP_S: Final = 0.02
"""The rise of the shock may begin this much before initial contact."""
EARLY_SHARE: Final = 0.6
"""Share of stance in which the shank turns inward."""
SETTLE_S: Final = 0.02
"""Soft tissue rings right after contact; rotation excursions start this much later."""


@dataclass(frozen=True)
class Leg:
    """The stances `s` of one leg with the shank pod it wears; `own` (k,) marks them among all."""

    s: StanceWindows
    own: BoolArray
    pod: Segment

    @property
    def sign(self) -> float:
        """+1 for the left, -1 for the right leg."""
        return 1.0 if self.pod.placement == "shank_left" else -1.0

    def let_go(self) -> None:
        """Forget what is as long as the record; it is computed anew where it is asked for."""
        for name in ("_shock", "_turning"):
            vars(self).pop(name, None)

    # ------------------------------------------------------------------ shock

    @cached_property
    def _shock(self) -> tuple[FloatArray, FloatArray]:
        """Axial specific force (n,) at 60 Hz (-3 dB), gravity in; its greatest norm (own,)."""
        smooth = lowpass(
            self.pod.acc_mps2, cutoff_hz=IMPACT_HZ, rate_hz=self.s.rate_hz, corrected=True
        )
        square = sum(self.s.rows(axis, *self._shocked) ** 2 for axis in smooth.T)
        return smooth[:, UP].copy(), highest(np.sqrt(square))

    @property
    def axial_mps2(self) -> FloatArray:
        """(n,) axial specific force, 60 Hz."""
        return self._shock[0]

    @property
    def peak_mps2(self) -> FloatArray:
        """(own,) greatest norm of the specific force within 120 ms of contact, 60 Hz."""
        return self._shock[1]

    @property
    def axial_peak_mps2(self) -> FloatArray:
        """(own,) greatest axial specific force within 120 ms of contact, 60 Hz."""
        return self.s.highest(self.axial_mps2, *self._shocked)

    @property
    def _shocked(self) -> tuple[FloatArray, FloatArray]:
        """The time (own,) from which and to which the shock of contact is looked for."""
        return self.s.start, self.s.start + IMPACT_S * self.s.rate_hz

    @cached_property
    def power(self) -> FloatArray:
        """(own, f) power density of the axial acceleration in stance at `BAND_HZ`."""
        rows = self.s.stance_rows(self.pod.acc_mps2[:, UP])
        return power_density(rows, BAND_HZ, rate_hz=self.s.rate_hz)

    # ------------------------------------------------------------------ rotation about the bone

    @cached_property
    def _turning(self) -> tuple[FloatArray, FloatArray | None]:
        """Highest rate of internal rotation, rad/s, from IC + 20 ms to half of stance, (own,).

        And the integral (n,) of that rate, in rad times samples per second.
        """
        rate = self._rate(UP, -self.sign, ROTATION_HZ)
        return (
            self.s.highest(rate, self.settled, self.s.half),
            None if rate is None else integral(rate),
        )

    @property
    def _turned(self) -> FloatArray | None:
        return self._turning[1]

    @cached_property
    def _drift_radps(self) -> FloatArray:
        """(own,) mean rate over the stride: bias, or the runner's own turning.

        None is taken out where the stride is not known.
        """
        return np.nan_to_num(self.s.mean_over_stride(self._turned, self.pod.valid))

    @property
    def early_rate_radps(self) -> FloatArray:
        """(own,) fastest internal rotation between IC + 20 ms and half of stance."""
        return self._turning[0] - self._drift_radps

    def internal_rotation_deg(self, position: FloatArray) -> FloatArray:
        """Return the shank's internal rotation since contact at `position` (own, ...).

        The rate about the long axis integrated; its drift over a full stride (bias or turning) is
        removed linearly.
        """
        shape = (-1,) + (1,) * (position.ndim - 1)
        since = position - self.s.start.reshape(shape)
        start = self.s.at(self._turned, self.s.start).reshape(shape)
        turned = self.s.at(self._turned, position)
        turned -= start
        turned -= since * self._drift_radps.reshape(shape)
        turned *= np.degrees(1) / self.s.rate_hz
        return turned

    @cached_property
    def settled(self) -> FloatArray:
        """(own,) IC + 20 ms."""
        return self.s.start + SETTLE_S * self.s.rate_hz

    @cached_property
    def rotation_over_stride(self) -> StrideCurve:
        """Internal rotation over the stride, degrees."""
        return StrideCurve.of(
            self.internal_rotation_deg(self.s.start[:, None] + self.s.stride[:, None] * PHASES)
        )

    @cached_property
    def early_turn_deg(self) -> FloatArray:
        """(own, 40) internal rotation since IC + 20 ms, from there to 60 % of stance."""
        end = self.s.start + EARLY_SHARE * self.s.contact
        grid = self.settled[:, None] + np.linspace(0, 1, 40) * (end - self.settled)[:, None]
        turn = self.internal_rotation_deg(grid)
        return turn - turn[:, :1]

    @cached_property
    def most_inward_deg(self) -> FloatArray:
        """(own,) most internal rotation since IC + 20 ms in the first 60 % of stance."""
        return highest(self.early_turn_deg)

    # ------------------------------------------------------------------ lean

    @cached_property
    def inclination(self) -> Inclination | None:
        """How the shank leans against upright; None without a gyroscope or quiet standing."""
        quaternions = self.s.quaternions.get(self.pod.placement)
        if quaternions is None or not self.pod.standing.any():
            return None
        return Inclination.of(self.s, self.pod.acc_mps2, quaternions)

    @property
    def heading_radps(self) -> FloatArray:
        """(own,) how fast the runner's heading turns, + to the left."""
        return self.s.nothing if self.inclination is None else self.inclination.heading_radps

    # ------------------------------------------------------------------ swing

    @cached_property
    def swing_radps(self) -> FloatArray:
        """(own,) highest rate, foot forward, in the swing after; NaN where it has a gap."""
        s, rate = self.s, self._rate(LEFT, -1.0, ROTATION_HZ)
        end = s.start + s.stride
        known = s.gap_free(self.pod.valid, s.stop, end)
        return s.highest(rate, s.stop, np.where(known, end, np.nan))

    # ------------------------------------------------------------------ travel

    @property
    def speed_mps(self) -> FloatArray:
        """(own,) level speed over the stride that begins with each stance; needs the gyroscope."""
        if self.pod.gyr_radps is None:
            return self.s.nothing
        height_m = self.s.height_m.get(self.pod.placement, USUAL_M)
        return ShankTravel(self.s, self.pod, height_m).speed_mps()

    def _rate(self, axis: int, sign: float, cutoff_hz: float) -> FloatArray | None:
        if self.pod.gyr_radps is None:
            return None
        turning = self.pod.gyr_radps[:, axis]
        return lowpass(turning, cutoff_hz=cutoff_hz, rate_hz=self.s.rate_hz, gain=sign)
