"""A ride sitting in a shaking vehicle, as the pods on the body record it; no foot ever lands.

The floor shakes up to 20 Hz, bounces slowly on its springs and hits bumps. Shanks stand on the
floor and swing a little, the pelvis sits on a seat; each passes the shaking on by a resonance of
its own. Sizes are assumed: 0.3 to 0.7 m/s² RMS are usual on roads, 2 is extremely uncomfortable
(ISO 2631-1).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.spatial.transform import Rotation

from imu.frames import FORWARD, GRAVITY_MPS2, LEFT, UP, FloatArray, Placement
from imu.simulation import realistic
from imu.simulation.noise import stream, wander
from imu.simulation.pods.hardware import imperfect, sensor_from_segment, soft

if TYPE_CHECKING:
    from imu.recording.recording import Recording

RATE_HZ: Final = 200.0
IDLE_S: Final = 8.0
IDLE_SHARE: Final = 0.05  # engine on, wheels still
SHAKING_HZ: Final = (1.0, 20.0)
SWINGING_HZ: Final = (0.3, 4.0)
SEAT_HZ: Final = (3.0, 6.0)
LEG_HZ: Final = (5.0, 12.0)
ZETA: Final = 0.35
SIDEWAYS: Final = 0.5  # of the shaking upward
BUMP_HZ: Final = 6.0
BUMP_LASTS_S: Final = 0.15
SITS_DEG: Final[dict[Placement, float]] = {
    "pelvis": -15.0,  # leans back
    "shank_left": 20.0,
    "shank_right": -10.0,
}


@dataclass(frozen=True)
class Ride:
    """One kind of ride: RMS of the shaking, the bounce on springs, and the bumps.

    `swing_deg` is the SD of the angles at which shanks and pelvis swing.
    """

    shaking_mps2: float
    bounce_mps2: float
    bounce_hz: float
    bumps_per_min: float
    bump_mps2: float
    swing_deg: float


RIDES: Final = {
    "car, good road": Ride(0.3, 0.2, 1.2, 3.0, 3.0, 1.0),
    "bus": Ride(0.7, 0.6, 1.5, 6.0, 5.0, 2.0),
    "car, cobbles": Ride(1.5, 0.5, 1.3, 20.0, 6.0, 2.0),
    "rough track": Ride(1.5, 1.2, 1.7, 20.0, 8.0, 3.0),
}


def recording_of(ride: Ride, *, seed: int, length_s: float) -> Recording:
    """Return a ride of all three pods: `IDLE_S` with the engine on, then driving."""
    import imu

    n = round((IDLE_S + length_s) * RATE_HZ)
    driving = np.clip(np.arange(n) / RATE_HZ - IDLE_S, IDLE_SHARE, 1.0)
    floor = floor_mps2(ride, driving, seed=seed)
    pods = realistic(seed)
    sensors = {}
    for place, pod in pods.items():
        rng = stream(seed, f"ride {place}")
        own_hz = float(rng.uniform(*(SEAT_HZ if place == "pelvis" else LEG_HZ)))
        path = soft(floor, RATE_HZ, resonance_hz=own_hz, zeta=ZETA)
        leans = _attitude(ride, place, driving, rng)
        acc, gyr = _felt(path, leans, lever_m=np.array(pod.lever_m))
        turn = sensor_from_segment(pod).T
        sensors[place] = imperfect(acc @ turn, gyr @ turn, pod, RATE_HZ, rng)
    first = next(iter(pods.values()))
    return imu.Recording.from_arrays(
        rate_hz=RATE_HZ,
        acc_range_mps2=first.acc_range_mps2,
        gyr_range_radps=first.gyr_range_radps,
        **{str(place): pair for place, pair in sensors.items()},
    )


def floor_mps2(ride: Ride, driving: FloatArray, *, seed: int) -> FloatArray:
    """Return the acceleration (n, 3) of the floor: forward, left, up."""
    rng, n = stream(seed, "ride floor"), len(driving)
    low, high = SHAKING_HZ
    shaking = [wander(n, RATE_HZ, rng, low_hz=low, high_hz=high) for _ in range(3)]
    size = ride.shaking_mps2 * np.array([SIDEWAYS, SIDEWAYS, 1.0])
    floor = driving[:, None] * size * np.stack(shaking, axis=1)
    bounce = wander(n, RATE_HZ, rng, low_hz=0.85 * ride.bounce_hz, high_hz=1.15 * ride.bounce_hz)
    floor[:, UP] += driving * ride.bounce_mps2 * bounce + _bumps(ride, driving, rng)
    return floor


def _bumps(ride: Ride, driving: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Return upward shocks (n,) that die away: each half a bump up and then down."""
    hit = rng.random(len(driving)) < ride.bumps_per_min / 60 / RATE_HZ * (driving > IDLE_SHARE)
    size = np.where(hit, ride.bump_mps2 * rng.uniform(0.3, 1.0, len(driving)), 0.0)
    after_s = np.arange(round(8 * BUMP_LASTS_S * RATE_HZ)) / RATE_HZ
    shock = np.exp(-after_s / BUMP_LASTS_S) * np.sin(2 * np.pi * BUMP_HZ * after_s)
    return np.asarray(np.convolve(size, shock)[: len(driving)])


def _attitude(
    ride: Ride, place: Placement, driving: FloatArray, rng: np.random.Generator
) -> FloatArray:
    """Return how a segment leans (n, 2), rad: about forward, about left."""
    low, high = SWINGING_HZ
    swing = [wander(len(driving), RATE_HZ, rng, low_hz=low, high_hz=high) for _ in range(2)]
    leans = np.radians(ride.swing_deg) * driving[:, None] * np.stack(swing, axis=1)
    return np.asarray(leans + np.radians([0.0, SITS_DEG[place]]))


def _felt(
    path: FloatArray, leans: FloatArray, *, lever_m: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return specific force and angular rate (n, 3) of a pod at `lever_m` (3,) on the segment."""
    world_from_segment = Rotation.from_euler("XY", leans)
    acc = world_from_segment.inv().apply(path + np.array([0.0, 0.0, GRAVITY_MPS2]))
    gyr = np.zeros_like(path)  # the leans are small enough to turn about the segment's own axes
    gyr[:, [FORWARD, LEFT]] = np.gradient(leans, 1 / RATE_HZ, axis=0)
    spin = np.gradient(gyr, 1 / RATE_HZ, axis=0)
    swung = np.cross(spin, lever_m) + np.cross(gyr, np.cross(gyr, lever_m))
    return acc + swung, gyr
