"""The pod: how it is worn, what its sensor adds, and what its clock and radio lose."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from imu.frames import GRAVITY_MPS2, PLACEMENTS, BoolArray, FloatArray, Placement
from imu.simulation.noise import stream

Vector = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Pod:
    """One pod: lengths in segment axes, errors in sensor axes.

    `mounting_rad` is the rotation vector of sensor_from_segment. `tissue_hz` is the resonance of
    the skin under the pod (0: rigid) with damping `tissue_zeta`; `tissue_deg` the largest rotation
    by which the pod lags its segment. Densities are one-sided; the `_walk` is per square root of
    a minute. `ppm` is how fast the pod's clock runs, `rate_error_pct` how far its true sampling
    rate is from nominal, `start_s` when it takes sample 0. `loss_pct` is lost in bursts of
    `burst_s` on average.
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


Pods = Mapping[Placement, Pod]

LEVER_M: Final[dict[Placement, Vector]] = {
    "pelvis": (-0.09, 0.0, 0.03),  # from the centre of the pelvis to the sacrum
    "shank_left": (0.03, 0.02, 0.22),  # from the ankle to the inner front of the shin
    "shank_right": (0.03, -0.02, 0.22),
}


def clean() -> dict[Placement, Pod]:
    """Return pods whose axes are those of the segment and whose every sample is true."""
    return {place: Pod(lever_m=LEVER_M[place]) for place in PLACEMENTS}


def realistic(seed: int = 0, *, mounting_deg: float = 12.0) -> dict[Placement, Pod]:
    """Return pods as people wear them: any way round the case, some degrees askew, common MEMS."""
    return {place: _worn(place, stream(seed, f"pod {place}"), mounting_deg) for place in PLACEMENTS}


def _worn(place: Placement, rng: np.random.Generator, mounting_deg: float) -> Pod:
    from scipy.spatial.transform import Rotation

    askew = Rotation.from_rotvec(np.radians(mounting_deg / np.sqrt(3)) * rng.standard_normal(3))
    case = Rotation.create_group("O")[int(rng.integers(24))]
    return Pod(
        lever_m=LEVER_M[place],
        mounting_rad=vector((case * askew).as_rotvec()),
        tissue_hz=0.0 if place == "pelvis" else 28.0,
        tissue_zeta=0.3,
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
            scale_pct=1.0,
            cross_axis_pct=1.0,
            ppm=100.0 * signs[place],
            loss_pct=2.0,
        )
        for place, pod in realistic(seed).items()
    }


def vector(xyz: FloatArray) -> Vector:
    """Return three floats."""
    x, y, z = (float(v) for v in xyz)
    return (x, y, z)


def _askew(mounting_rad: Vector, angle_deg: float, rng: np.random.Generator) -> Vector:
    """Return the mounting turned by a further `angle_deg` about a random axis."""
    from scipy.spatial.transform import Rotation

    axis = rng.standard_normal(3)
    more = Rotation.from_rotvec(np.radians(angle_deg) * axis / np.linalg.norm(axis))
    return vector((Rotation.from_rotvec(mounting_rad) * more).as_rotvec())


def sensor_from_segment(pod: Pod) -> FloatArray:
    """Return the mounting as a (3, 3) matrix."""
    from scipy.spatial.transform import Rotation

    return np.asarray(Rotation.from_rotvec(pod.mounting_rad).as_matrix())


def soft(x: FloatArray, rate_hz: float, *, resonance_hz: float, zeta: float) -> FloatArray:
    """Return (n, 3) after a second-order resonance with gain 1 at rest: skin under a pod."""
    from scipy.signal import bilinear, lfilter, lfilter_zi

    w = 2 * np.pi * resonance_hz
    # the pod is base-excited: damper and spring both carry the movement of the bone
    b, a = bilinear([2 * zeta * w, w**2], [1, 2 * zeta * w, w**2], rate_hz)
    start = lfilter_zi(b, a)[:, None] * x[:1]
    return np.asarray(lfilter(b, a, x, axis=0, zi=start)[0])


def lagging(
    acc: FloatArray, gyr: FloatArray, rate_hz: float, *, largest_deg: float, lag_s: float = 0.03
) -> tuple[FloatArray, FloatArray]:
    """Return acc and gyr of a pod that turns against its segment, late and by a few degrees.

    The pod's own small rotation follows the angular rate, low-passed with `lag_s`; its rate is
    added to the gyroscope, its angle turns the accelerometer.
    """
    from scipy.signal import lfilter

    keep = np.exp(-1 / (lag_s * rate_hz))
    follows = lfilter([1 - keep], [1, -keep], gyr, axis=0)
    typical = np.percentile(np.linalg.norm(follows, axis=1), 99)
    angle = -np.radians(largest_deg) * follows / max(float(typical), 0.5)
    rate = np.gradient(angle, 1 / rate_hz, axis=0)
    return acc - np.cross(angle, acc), gyr + rate - np.cross(angle, gyr)


def imperfect(
    acc: FloatArray, gyr: FloatArray, pod: Pod, rate_hz: float, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray]:
    """Add scale, cross-axis, bias and noise of the sensor: (n, 3) in sensor axes, at its rate."""
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


def received(n: int, pod: Pod, rate_hz: float, rng: np.random.Generator) -> BoolArray:
    """Return (n,) bool: which samples arrived. Losses come in bursts of geometric length."""
    if not pod.loss_pct:
        return np.ones(n, dtype=bool)
    burst = max(pod.burst_s * rate_hz, 1.0)
    begins = rng.random(n) < pod.loss_pct / 100 / burst
    length = rng.geometric(1 / burst, size=n)
    ends_before = np.maximum.accumulate(np.where(begins, np.arange(n) + length, 0))
    return np.asarray(np.arange(n) >= ends_before)
