"""Which way each segment points: VQF per pod, then pelvis angles and stride-detrended rotations.

World frame: up against gravity, forward arbitrary (there is no magnetometer, so yaw drifts; only
excursions within a stride are used). VQF (Laidig & Seel 2023) runs forward over the signals with
the rest bias removed; only where it begins in the middle of a movement does it look ahead.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
from scipy.spatial.transform import Rotation

from imu.carrying import carried, long_holes
from imu.filters import blocks
from imu.frames import UP, BoolArray, FloatArray, Placement
from imu.segments import Segment
from imu.settling import Bias, Felt, headed_as, learned, settled

CHANGE_S = 3.0
CHANGE_MPS2 = 1.5
BIAS_AFTER_REST_RADPS = np.radians(0.1)
"""How well standing still tells the offset of the gyroscope."""


def orient(segment: Segment, *, rate_hz: float, tau_acc_s: float = 3.0) -> FloatArray | None:
    """Return world_from_segment as quaternions (n, 4), scalar first; None without a gyroscope.

    The accelerometer corrects the inclination with time constant `tau_acc_s`. Setting off,
    stopping and changing pace are acceleration that it would take for tilt (4 degrees from standing
    to 3 m/s, for some 10 s), so there the pelvis is carried by its gyroscope almost alone. A shank
    turns too fast for that: the scale error of its gyroscope would do more harm.

    Where a pod is first heard of, and again after a long hole, the filter knows nothing and starts
    anew (`imu.settling`). What is assumed inside holes: see `imu.carrying`.
    """
    if segment.gyr_radps is None:
        return None
    gyr, acc = carried(segment.gyr_radps, segment.acc_mps2, segment.valid, rate_hz=rate_hz)
    pace = np.zeros(len(gyr), dtype=bool)
    if segment.placement == "pelvis":
        pace = changes_of_pace(segment, rate_hz=rate_hz)
    felt = Felt(gyr, acc, pace, rate_hz, tau_acc_s)
    parts: list[FloatArray] = []
    for part in _stretches(segment, felt):
        parts.append(headed_as(parts[-1][-1], part, at=0) if parts else part)
    if unheard := len(gyr) - sum(map(len, parts)):
        parts.insert(0, np.repeat(parts[0][:1], unheard, axis=0))
    return np.concatenate(parts) if len(parts) > 1 else parts[0]


def _stretches(segment: Segment, felt: Felt) -> Iterator[FloatArray]:
    """Yield quaternions (m, 4) from each moment at which a pod is heard again up to the next."""
    start, stop = long_holes(segment.valid, rate_hz=felt.rate_hz)
    first, last = np.append(0, stop), np.append(start, len(segment.valid))
    first, last = first[last > first], last[last > first]
    bias = Bias(np.zeros(3), BIAS_AFTER_REST_RADPS)
    if not segment.standing.any():
        bias = learned(felt.part(first[0], last[0]))
    for begin, end, again in zip(
        first, last, np.append(first[1:], len(segment.valid)), strict=True
    ):
        at_rest = segment.motion.still[begin : begin + round(felt.rate_hz)].any()
        part, filter_ = settled(felt.part(begin, end), bias, at_rest=bool(at_rest))
        bias = Bias.of(filter_)
        over = felt.part(end, again).carried(filter_) if again > end else part[:0]
        yield np.concatenate([part, over]) if len(over) else part


def changes_of_pace(segment: Segment, *, rate_hz: float) -> BoolArray:
    """Return True (n,) where the liveliness of the pod changes within three seconds.

    Standing, walking and running each have their own; within one of them it hardly moves.
    """
    half, spread = round(CHANGE_S / 2 * rate_hz), segment.motion.spread_mps2
    reach = half + round(rate_hz / 2)
    longer = np.pad(spread, half, mode="edge")
    before, after = longer[: len(spread)], longer[2 * half :]
    change = np.abs(after - before)
    found = (change > CHANGE_MPS2) & (change > 0.3 * np.maximum(before, after))
    for start, stop in zip(*long_holes(segment.valid, rate_hz=rate_hz), strict=True):
        found[max(start - reach, 0) : stop + reach] = False  # nothing is lively in a hole
    return np.asarray(found)


Value = TypeVar("Value")


class OnDemand(Mapping[Placement, Value], Generic[Value]):
    """One value per placement, computed when first asked for: most are never looked at."""

    def __init__(self, placements: Iterable[Placement], of: Callable[[Placement], Value]) -> None:
        self._placements = tuple(placements)
        self._of = of
        self._known: dict[Placement, Value] = {}

    def __getitem__(self, placement: Placement) -> Value:
        if placement not in self._placements:
            raise KeyError(placement)
        if placement not in self._known:
            self._known[placement] = self._of(placement)
        return self._known[placement]

    def __contains__(self, placement: object) -> bool:
        return placement in self._placements

    def __iter__(self) -> Iterator[Placement]:
        return iter(self._placements)

    def __len__(self) -> int:
        return len(self._placements)


def as_rotation(world_from_segment: FloatArray) -> Rotation:
    """Return quaternions (n, 4), scalar first, as a scipy Rotation."""
    return Rotation.from_quat(world_from_segment, scalar_first=True)


@dataclass(frozen=True)
class Attitude:
    """Angles in rad, (n,): yaw about world up, then obliquity about forward, then tilt about left.

    Order rotation, obliquity, tilt. `yaw` is unwrapped and drifts; + is to the left. `tilt` is +
    with the front down, `obliquity` is + with the right side down.
    """

    yaw: FloatArray
    obliquity: FloatArray
    tilt: FloatArray


def attitude(world_from_segment: FloatArray) -> Attitude:
    """Split quaternions (n, 4) into yaw, obliquity and tilt (intrinsic z, x, y)."""
    yaw, obliquity, tilt = found = np.empty((3, len(world_from_segment)))
    for part in blocks(len(world_from_segment)):
        w, x, y, z = world_from_segment[part].T
        found[0, part] = np.arctan2(2 * (w * z - x * y), 1 - 2 * (x * x + z * z))
        found[1, part] = np.arcsin(np.clip(2 * (y * z + w * x), -1, 1))
        found[2, part] = np.arctan2(2 * (w * y - x * z), 1 - 2 * (x * x + y * y))
    turn = 2 * np.pi
    yaw[1:] -= turn * np.cumsum(np.rint(np.diff(yaw) / turn))
    return Attitude(yaw, obliquity, tilt)


def upward(vectors: FloatArray, world_from_segment: FloatArray | None) -> FloatArray:
    """Return the world-up component (n,) of segment-frame `vectors` (n, 3).

    Without orientation the segment's own up axis stands in.
    """
    if world_from_segment is None:
        return np.asarray(vectors[:, UP])
    up = np.empty(len(vectors))
    for part in blocks(len(vectors)):
        w, qx, qy, qz = world_from_segment[part].T
        x, y, z = vectors[part].T
        leaning = 2 * ((qx * qz - w * qy) * x + (qy * qz + w * qx) * y)
        up[part] = leaning + (1 - 2 * (qx * qx + qy * qy)) * z
    return up


def heading_level(vectors: FloatArray, world_from_segment: FloatArray) -> FloatArray:
    """Return `vectors` (n, 3) levelled, in axes that turn with the segment's own yaw (n, 3)."""
    level = np.empty((3, len(vectors)))
    for part in blocks(len(vectors)):
        w, qx, qy, qz = world_from_segment[part].T
        x, y, z = vectors[part].T
        # The bottom row of the rotation matrix is (-cos obliquity sin tilt, sin obliquity,
        # cos obliquity cos tilt): no angle need be computed.
        down, so, up = 2 * (qx * qz - w * qy), 2 * (qy * qz + w * qx), 1 - 2 * (qx * qx + qy * qy)
        co = np.maximum(np.sqrt(down * down + up * up), 1e-12)
        lifted = (down * x + up * z) / co
        level[0, part] = (up * x - down * z) / co
        level[1, part], level[2, part] = co * y - so * lifted, so * y + co * lifted
    return level.T
