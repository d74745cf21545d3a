"""What a pod makes of specific force and angular rate: samples, counts, its own clock, losses."""

from dataclasses import dataclass

import numpy as np

from imu.frames import BoolArray, FloatArray, Placement
from imu.recording.recording import Sensor
from imu.recording.samples import SAMPLE, Samples, Scale
from imu.simulation.noise import stream
from imu.simulation.pods.hardware import Pod, imperfect

FULL_SCALE_LSB = 32768


@dataclass(frozen=True)
class PodStream:
    """What one pod sampled: 16-bit counts on its own clock, with gaps where samples were lost.

    `true_time_s` (n,) is when each sample was really taken, on the session clock. `rate_hz` is
    nominal.
    """

    samples: Samples
    scale: Scale
    true_time_s: FloatArray
    rate_hz: float


def sampling_s(pod: Pod, duration_s: float, *, rate_hz: float) -> FloatArray:
    """Return when the pod samples, on the session clock, (n,)."""
    true_rate_hz = rate_hz * (1 + pod.rate_error_pct / 100)
    n = int((duration_s - pod.start_s) * true_rate_hz + 1e-6)
    return np.asarray(pod.start_s + np.arange(n) / true_rate_hz)


def sensor(
    acc: FloatArray, gyr: FloatArray, pod: Pod, place: Placement, *, rate_hz: float, seed: int
) -> Sensor:
    """Return `acc` and `gyr` (n, 3) of a pod as a recording holds them; clipped, not counted."""
    acc, gyr = imperfect(acc, gyr, pod, rate_hz, stream(seed, f"sensor {place}"))
    valid = np.ones(len(acc), dtype=bool)
    if not pod.clips:
        return Sensor(acc, gyr, valid)
    acc = np.clip(acc, -pod.acc_range_mps2, pod.acc_range_mps2)
    gyr = np.clip(gyr, -pod.gyr_range_radps, pod.gyr_range_radps)
    return Sensor(acc, gyr, valid, pod.acc_range_mps2, pod.gyr_range_radps)


def stream_of(
    acc: FloatArray,
    gyr: FloatArray,
    pod: Pod,
    place: Placement,
    *,
    time_s: FloatArray,
    rate_hz: float,
    seed: int,
) -> PodStream:
    """Return `acc` and `gyr` (n, 3) of a pod as it sends them: counts, its own time, gaps."""
    acc, gyr = imperfect(acc, gyr, pod, rate_hz, stream(seed, f"sensor {place}"))
    n, rng = len(time_s), stream(seed, f"loss {place}")
    keep = received(n, pod, rate_hz, rng) & ~_silent(time_s, pod)
    scale = Scale(
        pod.acc_range_mps2 / FULL_SCALE_LSB,
        pod.acc_range_mps2,
        pod.gyr_range_radps / FULL_SCALE_LSB,
        pod.gyr_range_radps,
    )
    device_s = pod.clock_offset_s + (time_s - pod.start_s) * (1 + pod.ppm * 1e-6)
    device_s = device_s + pod.stamp_jitter_s * rng.uniform(-1, 1, n)
    samples = np.zeros(n, dtype=SAMPLE)
    samples["index"] = np.arange(n)
    samples["device_us"] = np.round(device_s * 1e6)
    samples["acc_lsb"] = _counts(acc, pod.acc_range_mps2)
    samples["gyr_lsb"] = _counts(gyr, pod.gyr_range_radps)
    return PodStream(samples[keep], scale, time_s[keep], rate_hz)


def _counts(x: FloatArray, full_scale: float) -> FloatArray:
    counts = np.round(x / full_scale * FULL_SCALE_LSB)
    return np.asarray(np.clip(counts, -FULL_SCALE_LSB, FULL_SCALE_LSB - 1))


def received(n: int, pod: Pod, rate_hz: float, rng: np.random.Generator) -> BoolArray:
    """Return (n,) bool: which samples arrived. Losses come in bursts of geometric length."""
    if not pod.loss_pct:
        return np.ones(n, dtype=bool)
    burst = max(pod.burst_s * rate_hz, 1.0)
    begins = rng.random(n) < pod.loss_pct / 100 / burst
    length = rng.geometric(1 / burst, size=n)
    lost_until = np.maximum.accumulate(np.where(begins, np.arange(n) + length, 0))
    return np.asarray(np.arange(n) >= lost_until)


def _silent(time_s: FloatArray, pod: Pod) -> BoolArray:
    start = np.array([s for s, _ in pod.silent_s])[:, None]
    stop = start + np.array([length for _, length in pod.silent_s])[:, None]
    return np.asarray(((time_s >= start) & (time_s < stop)).any(axis=0))


def interpolated(x: FloatArray, at: FloatArray) -> FloatArray:
    """Return band-limited `x` (n, 3) at fractional indices (k,), by cubics; exact on samples."""
    i = np.clip(np.floor(at).astype(np.int64), 1, len(x) - 3)
    u = (at - i)[:, None]
    return np.asarray(
        x[i - 1] * (-u * (u - 1) * (u - 2) / 6)
        + x[i] * ((u + 1) * (u - 1) * (u - 2) / 2)
        + x[i + 1] * (-(u + 1) * u * (u - 2) / 2)
        + x[i + 2] * ((u + 1) * u * (u - 1) / 6)
    )
