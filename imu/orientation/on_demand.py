"""Orientation of each pod, computed when asked for.

That of the pelvis is read all along and kept; that of a shank, which of an hour is as much as its
samples, is needed once, for how it leans, and hardly ever again.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import partial
from typing import Generic, TypeVar

from scipy.spatial.transform import Rotation

from imu.alignment.segment import Segment
from imu.frames import PLACEMENTS, FloatArray, Placement
from imu.orientation.filter_across_gaps import orient

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

    def __contains__(self, placement: object) -> bool:
        return placement in self._placements

    def __iter__(self) -> Iterator[Placement]:
        return iter(self._placements)

    def __len__(self) -> int:
        return len(self._placements)


def as_rotation(world_from_segment: FloatArray) -> Rotation:
    """Return quaternions (n, 4), scalar first, as a scipy Rotation."""
    return Rotation.from_quat(world_from_segment, scalar_first=True)


def oriented(
    worn_pods: Mapping[Placement, Segment], *, rate_hz: float
) -> Mapping[Placement, FloatArray]:
    """Return world_from_segment quaternions (n, 4) of every pod that has a gyroscope, on demand."""
    turning = [place for place, pod in worn_pods.items() if pod.gyr_radps is not None]
    return OnDemand(turning, partial(_oriented, worn_pods, rate_hz), kept=PLACEMENTS[:1])


def _oriented(
    pods: Mapping[Placement, Segment], rate_hz: float, placement: Placement
) -> FloatArray:
    found = orient(pods[placement], rate_hz=rate_hz)
    if found is None:
        raise KeyError(placement)
    return found


def rotations(quaternions: Mapping[Placement, FloatArray]) -> Mapping[Placement, Rotation]:
    """Return quaternions as scipy Rotations, on demand."""
    return OnDemand(quaternions, partial(_rotation, quaternions))


def _rotation(quaternions: Mapping[Placement, FloatArray], placement: Placement) -> Rotation:
    return as_rotation(quaternions[placement])
