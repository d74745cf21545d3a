"""Signals that metric formulas read: the stances, and pelvis and shanks in each of them.

What several metrics share is computed once, when first asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from types import MappingProxyType

import numpy as np

from imu.alignment.segment import Segment
from imu.frames import SIDES, FloatArray, Placement, shank_of
from imu.segmentation.segment import FoundStances
from imu.segmentation.shank_events.pod_height import lever_m
from imu.stance_signals.pelvis_posture import Posture
from imu.stance_signals.pelvis_travel import Travel
from imu.stance_signals.shank import Leg
from imu.stance_signals.shank_travel import alike
from imu.stance_signals.vertical_force import VerticalForce
from imu.stance_signals.windows import StanceWindows
from imu.wearer import ANYBODY, Wearer


@dataclass(frozen=True)
class StanceSignals(StanceWindows):
    """The windows of a recording's stances with the signals of shanks and pelvis in them."""

    @cached_property
    def _windows(self) -> StanceWindows:
        """The windows alone, so that parts that hold them make no reference cycle."""
        return StanceWindows(*(getattr(self, field.name) for field in fields(StanceWindows)))

    @cached_property
    def legs(self) -> tuple[Leg, ...]:
        """The legs that wear a pod and have stances."""
        sides = {side: self.side == side for side in SIDES}
        return tuple(
            Leg(self._windows.only(own), own, self.segments[shank_of(side)])
            for side, own in sides.items()
            if own.any() and shank_of(side) in self.segments
        )

    def by_leg(self, read: Callable[[Leg], FloatArray]) -> FloatArray:
        """Return one value or row per stance (k, ...), from `read` on each leg's own stances."""
        found = [(leg.own, read(leg)) for leg in self.legs]
        shape = found[0][1].shape[1:] if found else ()
        out = np.full((len(self), *shape), np.nan)
        for own, values in found:
            out[own] = values
        return out

    def let_go(self) -> None:
        """Forget what legs and pelvis have as long as the record; it is computed anew if asked."""
        for leg in self.legs:
            leg.let_go()
        self.posture.let_go()

    @cached_property
    def speed_mps(self) -> FloatArray:
        """(k,) level speed over the stride that begins with each stance, both legs alike."""
        of_legs = self.by_leg(lambda leg: leg.speed_mps)
        return self.speed_scale * alike(of_legs, self.side == SIDES[0])

    @cached_property
    def posture(self) -> Posture:
        """Orientation of the pelvis."""
        return Posture(self._windows)

    @cached_property
    def travel(self) -> Travel:
        """Movement of the pelvis."""
        return Travel(self._windows, self.posture)

    @cached_property
    def force(self) -> VerticalForce:
        """Vertical force under the feet."""
        return VerticalForce(self._windows, self.travel)

    @cached_property
    def heading_radps(self) -> FloatArray:
        """(k,) how fast the runner's heading turns, + to the left; by the pelvis, else by the leg.

        Where a stance does not show it, as at the end of a bout, it is that of the nearest before
        or after; NaN where none does.
        """
        shown = np.radians(self.posture.heading_slope) * self.rate_hz
        if not np.isfinite(shown).all():
            shown = np.where(np.isfinite(shown), shown, self.by_leg(lambda leg: leg.heading_radps))
        known = np.flatnonzero(np.isfinite(shown))
        if not len(known):
            return shown
        middles = (self.start[known][1:] + self.start[known][:-1]) / 2
        return np.asarray(shown[known][np.searchsorted(middles, self.start)])

    @property
    def upward_mps2(self) -> FloatArray | None:
        """(n,) upward specific force of the pelvis in the world, standing +9.81."""
        return self.travel.upward_mps2


def cut(
    found: FoundStances,
    segments: Mapping[Placement, Segment],
    quaternions: Mapping[Placement, FloatArray],
    *,
    rate_hz: float,
    sync_s: Mapping[Placement, float],
    late_s: Mapping[Placement, FloatArray] = MappingProxyType({}),
    wearer: Wearer = ANYBODY,
) -> StanceSignals:
    """Return the signals of a recording cut into the stances that were `found` in it.

    `late_s` (k,) is how late each pod was found to stamp in each of them.
    """
    height_m = {place: lever_m(search.seat.height_m) for place, search in found.searched.items()}
    return StanceSignals(
        rate_hz=rate_hz,
        side=found.events.side,
        start=found.start,
        stop=found.stop,
        stride=found.stride,
        opposite=found.opposite,
        unlike_running=found.unlike_running,
        contact_sure=found.contact_sure,
        toe_off_sure=found.toe_off_sure,
        by_pelvis=found.by_pelvis,
        segments=segments,
        quaternions=quaternions,
        sync_s=sync_s,
        late_s=late_s,
        height_m=height_m | dict(wearer.pod_height_m),
        speed_scale=wearer.speed_scale,
    )
