"""Orientation of each pod, computed when asked for.

Of an hour it is as much as two thirds of a pod's samples. That of the pelvis is read by several
metrics, one after the other, and kept until they are done; that of a shank is needed once, for how
it leans, and hardly ever again.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Generic, TypeVar

import scipy

from imu.alignment.segment import Segment
from imu.frames import PLACEMENTS, FloatArray, Placement
from imu.orientation.filter_across_gaps import orient

if TYPE_CHECKING:
    from scipy.spatial.transform import Rotation

Value = TypeVar("Value")


class OnDemand(Mapping[Placement, Value], Generic[Value]):
    """One value per placement, computed when asked for; that of some is then `kept`."""

    def __init__(
        self,
        placements: Iterable[Placement],
        of: Callable[[Placement], Value],
        *,
        kept: Collection[Placement] = PLACEMENTS,
    ) -> None:
        self._placements = tuple(placements)
        self._kept = kept
        self._of = of
        self._known: dict[Placement, Value] = {}

    def __getitem__(self, placement: Placement) -> Value:
        if placement not in self._placements:
            raise KeyError(placement)
        if placement in self._known:
            return self._known[placement]
        value = self._of(placement)
        if placement in self._kept:
            self._known[placement] = value
        return value

    def let_go(self) -> None:
        """Forget what is kept; it is computed anew where it is asked for."""
        self._known.clear()

    def __contains__(self, placement: object) -> bool:
        return placement in self._placements

    def __iter__(self) -> Iterator[Placement]:
        return iter(self._placements)

    def __len__(self) -> int:
        return len(self._placements)


def as_rotation(world_from_segment: FloatArray) -> Rotation:
    """Return quaternions (n, 4), scalar first, as a scipy Rotation."""
    return scipy.spatial.transform.Rotation.from_quat(world_from_segment, scalar_first=True)


def oriented(
    worn_pods: Mapping[Placement, Segment], *, rate_hz: float, in_place: bool = False
) -> OnDemand[FloatArray]:
    """Return world_from_segment quaternions (n, 4) of every pod that has a gyroscope, on demand.

    `in_place` is as in `orient`.
    """
    turning = [place for place, pod in worn_pods.items() if pod.gyr_radps is not None]
    one = partial(_oriented, worn_pods, rate_hz, in_place=in_place)
    return OnDemand(turning, one, kept=PLACEMENTS[:1])


def _oriented(
    pods: Mapping[Placement, Segment], rate_hz: float, placement: Placement, *, in_place: bool
) -> FloatArray:
    found = orient(pods[placement], rate_hz=rate_hz, in_place=in_place)
    if found is None:
        raise KeyError(placement)
    return found


def rotations(quaternions: Mapping[Placement, FloatArray]) -> Mapping[Placement, Rotation]:
    """Return quaternions as scipy Rotations, on demand."""
    return OnDemand(quaternions, partial(_rotation, quaternions))


def _rotation(quaternions: Mapping[Placement, FloatArray], placement: Placement) -> Rotation:
    return as_rotation(quaternions[placement])
