"""The pod: how it is worn, what its sensor adds, and what its clock and radio lose."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from scipy.signal import bilinear, lfilter, lfilter_zi
from scipy.spatial.transform import Rotation

from imu.frames import GRAVITY_MPS2, PLACEMENTS, FloatArray, Placement
from imu.simulation.noise import stream
from imu.simulation.shapes import minimum_jerk

Vector = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Pod:
    """One pod: lengths in segment axes, errors in sensor axes, times on the session clock.

    Worn: `mounting_rad` is the rotation vector of sensor_from_segment; the skin under the pod
    resonates at `tissue_hz` (0: rigid) with damping `tissue_zeta` and lets it lag its segment by
    `tissue_deg` at a brisk rate; at `slip_s` the pod turns by `slip_deg` and stays so, about
    `slip_about` in segment axes, or about an axis drawn at random.
    Sensor: noise densities are one-sided, the bias walk is per square root of a minute.
    Clock: it runs `ppm` fast, the true sampling rate is `rate_error_pct` off nominal, sample 0 is
    taken at `start_s`, stamps are wrong by up to `stamp_jitter_s`.
    Radio: `loss_pct` is lost in bursts of `burst_s` on average; `silent_s` lists (start, length)
    of longer gaps.
    """

    lever_m: Vector = (0.0, 0.0, 0.0)
    mounting_rad: Vector = (0.0, 0.0, 0.0)
    tissue_hz: float = 0.0
    tissue_zeta: float = 0.2
    tissue_deg: float = 0.0
    acc_noise_mps2_per_rthz: float = 0.0
    gyr_noise_radps_per_rthz: float = 0.0
    acc_bias_mps2: Vector = (0.0, 0.0, 0.0)
    gyr_bias_radps: Vector = (0.0, 0.0, 0.0)
    gyr_bias_walk_radps: float = 0.0
    gyr_acc_dps_per_g: float = 0.0
    scale_pct: float = 0.0
    cross_axis_pct: float = 0.0
    acc_range_mps2: float = 16 * GRAVITY_MPS2
    gyr_range_radps: float = float(np.radians(2000.0))
    clips: bool = True
    ppm: float = 0.0
    clock_offset_s: float = 0.0
    rate_error_pct: float = 0.0
    start_s: float = 0.0
    loss_pct: float = 0.0
    burst_s: float = 0.05
    silent_s: tuple[tuple[float, float], ...] = ()
    stamp_jitter_s: float = 0.0
    slip_s: float | None = None
    slip_deg: float = 0.0
    slip_about: Vector | None = None


Pods = Mapping[Placement, Pod]

LEVER_M: Final[dict[Placement, Vector]] = {
    "pelvis": (-0.09, 0.0, 0.03),  # from the centre of the pelvis to the sacrum
    "shank_left": (0.03, -0.02, 0.22),  # from the ankle to the inner front of the shin
    "shank_right": (0.03, 0.02, 0.22),
}


SHANK_M: Final = 0.40  # ankle to knee
SHIN_RADIUS_M: Final = 0.036


def shank_place(place: Placement, *, height_pct: float, around_deg: float = 0.0) -> Vector:
    """Return the lever of a pod at a share of the shank's height, `around_deg` about the bone.

    0 is its front, 90 the inner (medial) side, 180 the calf.
    """
    inner = -1.0 if place == "shank_left" else 1.0
    angle = np.radians(around_deg)
    forward, left = SHIN_RADIUS_M * np.cos(angle), inner * SHIN_RADIUS_M * np.sin(angle)
    return (float(forward), float(left), SHANK_M * height_pct / 100)


def clean() -> dict[Placement, Pod]:
    """Return pods whose axes are those of the segment and whose every sample is true."""
    return {place: Pod(lever_m=LEVER_M[place]) for place in PLACEMENTS}


def realistic(seed: int = 0, *, mounting_deg: float = 12.0) -> dict[Placement, Pod]:
    """Return pods as people wear them: any way round the case, some degrees askew, common MEMS."""
    return {place: _worn(place, stream(seed, f"pod {place}"), mounting_deg) for place in PLACEMENTS}


def _worn(place: Placement, rng: np.random.Generator, mounting_deg: float) -> Pod:
    askew = Rotation.from_rotvec(np.radians(mounting_deg / np.sqrt(3)) * rng.standard_normal(3))
    case = Rotation.create_group("O")[int(rng.integers(24))]
    return Pod(
        lever_m=LEVER_M[place],
        mounting_rad=vector((case * askew).as_rotvec()),
        tissue_hz=0.0 if place == "pelvis" else 40.0,
        tissue_zeta=0.35,
        tissue_deg=0.5,
        acc_noise_mps2_per_rthz=0.15e-3 * GRAVITY_MPS2,
        gyr_noise_radps_per_rthz=float(np.radians(0.007)),
        acc_bias_mps2=vector(0.15 * rng.standard_normal(3)),
        gyr_bias_radps=vector(np.radians(0.4) * rng.standard_normal(3)),
        gyr_bias_walk_radps=float(np.radians(0.01)),
        scale_pct=0.5,
        cross_axis_pct=0.5,
        ppm=float(rng.uniform(-20, 20)),
        clock_offset_s=float(rng.uniform(0, 1000)),
        rate_error_pct=0.0,
        start_s=float(rng.uniform(-0.4, 0.0)),
    )


def all_faults(seed: int = 0) -> dict[Placement, Pod]:
    """Return pods with every fault at once: see the numbers below."""
    signs: dict[Placement, float] = {"pelvis": 1.0, "shank_left": -1.0, "shank_right": 0.5}
    return {
        place: replace(
            pod,
            mounting_rad=_askew(pod.mounting_rad, 20.0, stream(seed, f"askew {place}")),
            tissue_hz=18.0,
            tissue_zeta=0.2,
            tissue_deg=2.0,
            acc_noise_mps2_per_rthz=0.2e-3 * GRAVITY_MPS2,
            gyr_noise_radps_per_rthz=float(np.radians(0.01)),
            gyr_acc_dps_per_g=0.05,
            scale_pct=1.0,
            cross_axis_pct=1.0,
            ppm=100.0 * signs[place],
            loss_pct=2.0,
        )
        for place, pod in realistic(seed).items()
    }


def vector(xyz: FloatArray) -> Vector:
    """Return an array (3,) as three floats."""
    x, y, z = (float(v) for v in xyz)
    return (x, y, z)


def _askew(mounting_rad: Vector, angle_deg: float, rng: np.random.Generator) -> Vector:
    """Return the mounting turned by a further `angle_deg` about a random axis."""
    axis = rng.standard_normal(3)
    more = Rotation.from_rotvec(np.radians(angle_deg) * axis / np.linalg.norm(axis))
    return vector((Rotation.from_rotvec(mounting_rad) * more).as_rotvec())


def sensor_from_segment(pod: Pod) -> FloatArray:
    """Return the mounting as a (3, 3) matrix."""
    return np.asarray(Rotation.from_rotvec(pod.mounting_rad).as_matrix())


def soft(x: FloatArray, rate_hz: float, *, resonance_hz: float, zeta: float) -> FloatArray:
    """Return (n, 3) after a second-order resonance with gain 1 at rest: skin under a pod."""
    w = 2 * np.pi * resonance_hz
    # the pod is base-excited: damper and spring both carry the movement of the bone
    b, a = bilinear([2 * zeta * w, w**2], [1, 2 * zeta * w, w**2], rate_hz)
    start = lfilter_zi(b, a)[:, None] * x[:1]
    return np.asarray(lfilter(b, a, x, axis=0, zi=start)[0])


def lagging(
    acc: FloatArray, gyr: FloatArray, rate_hz: float, *, rad_per_radps: float, lag_s: float = 0.03
) -> tuple[FloatArray, FloatArray]:
    """Return acc, gyr (n, 3) of a pod that turns against its segment, late and by a few degrees.

    The pod stays behind by an angle that follows the angular rate, low-passed with `lag_s`: the
    rate of that angle is added to the gyroscope, the angle turns both sensors.
    """
    keep = np.exp(-1 / (lag_s * rate_hz))
    angle = -rad_per_radps * lfilter([1 - keep], [1, -keep], gyr, axis=0)
    rate = np.gradient(angle, 1 / rate_hz, axis=0)
    return acc - np.cross(angle, acc), gyr + rate - np.cross(angle, gyr)


BRISK_RADPS: Final[dict[Placement, float]] = {"pelvis": 2.0, "shank_left": 8.0, "shank_right": 8.0}
"""Angular rate at which a pod lags its segment by `tissue_deg`."""


def worn(
    acc: FloatArray,
    gyr: FloatArray,
    pod: Pod,
    place: Placement,
    time_s: FloatArray,
    *,
    seed: int,
) -> tuple[FloatArray, FloatArray]:
    """Return acc and gyr (n, 3) of the segment as its pod measures them, in sensor axes."""
    rate_hz = 1 / (time_s[1] - time_s[0])
    if pod.tissue_hz:
        acc = soft(acc, rate_hz, resonance_hz=pod.tissue_hz, zeta=pod.tissue_zeta)
    if pod.tissue_deg:
        gain = np.radians(pod.tissue_deg) / BRISK_RADPS[place]
        acc, gyr = lagging(acc, gyr, rate_hz, rad_per_radps=gain)
    if pod.slip_s is not None:
        acc, gyr = _slipping(acc, gyr, pod, time_s, _slip_axis(pod, place, seed))
    mounted = sensor_from_segment(pod).T
    return acc @ mounted, gyr @ mounted


SLIP_S: Final = 0.3
"""A pod turns on the body for as long as that, and its gyroscope feels it."""


def _slip_axis(pod: Pod, place: Placement, seed: int) -> FloatArray:
    drawn = stream(seed, f"slip {place}").standard_normal(3)
    axis = drawn if pod.slip_about is None else np.array(pod.slip_about)
    return np.asarray(axis / np.linalg.norm(axis))


def _slipping(
    acc: FloatArray, gyr: FloatArray, pod: Pod, time_s: FloatArray, axis: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return acc and gyr (n, 3) in the axes of a pod that turns by `slip_deg` about `axis`."""
    after = [pod.slip_s or 0.0, (pod.slip_s or 0.0) + SLIP_S]
    turned_rad, rate_radps = minimum_jerk(time_s, np.array(after), np.radians([0.0, pod.slip_deg]))
    slip = Rotation.from_rotvec(-turned_rad[:, None] * axis)
    felt = gyr + rate_radps[:, None] * axis
    return slip.apply(acc), slip.apply(felt)


def imperfect(
    acc: FloatArray, gyr: FloatArray, pod: Pod, rate_hz: float, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray]:
    """Add scale, cross-axis, bias and noise of the sensor: (n, 3) in sensor axes, at its rate."""
    per_mps2 = np.radians(pod.gyr_acc_dps_per_g) / GRAVITY_MPS2
    gyr = gyr + per_mps2 * acc
    acc = acc @ _gain(pod, rng) + np.array(pod.acc_bias_mps2)
    gyr = gyr @ _gain(pod, rng) + np.array(pod.gyr_bias_radps)
    band = np.sqrt(rate_hz / 2)
    acc = acc + pod.acc_noise_mps2_per_rthz * band * rng.standard_normal(acc.shape)
    gyr = gyr + pod.gyr_noise_radps_per_rthz * band * rng.standard_normal(gyr.shape)
    if pod.gyr_bias_walk_radps:
        step = pod.gyr_bias_walk_radps / np.sqrt(60 * rate_hz)
        gyr = gyr + step * np.cumsum(rng.standard_normal(gyr.shape), axis=0)
    return acc, gyr


def _gain(pod: Pod, rng: np.random.Generator) -> FloatArray:
    error = pod.cross_axis_pct / 100 * rng.standard_normal((3, 3))
    np.fill_diagonal(error, pod.scale_pct / 100 * rng.standard_normal(3))
    return np.eye(3) + error
