"""Compute the health of a pod while it records, from the packets of the last seconds."""

from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np

from firmware_protocols.protocol import Decoded
from imu.frames import FloatArray, Placement
from imu.recording.samples import Samples, Scale, acceleration, angular_rate

State = Literal["connecting", "recording", "lost", "stopped"]
CLIPPED: Final = 0.99  # of full scale
STILL_MPS2: Final = 1.0
STEP_S: Final = (0.25, 0.70)
ALIKE: Final = 0.35  # correlation of one step or stride with the next
SAME_US: Final = 1000.0  # a sample of the same start of a pod lies this near its place on the clock
SAME_PPM: Final = 200.0


@dataclass(frozen=True, slots=True)
class Tally:
    """Samples here and missing so far; `fetched` are those that came only after later ones."""

    received: int = 0
    lost: int = 0
    fetched: int = 0


@dataclass(frozen=True, slots=True)
class PodHealth:
    """One pod as the runner should see it. None: not known (yet).

    `lost` samples may still be fetched from the pod; `fetched` are those that were. `rate_hz` is
    what arrived in the last seconds, loss included; `clipped_pct` the share of those samples at
    full scale; `age_s` the time since the newest sample came, whatever else came; `cadence_spm`
    steps of both feet. `note` says in words what is wrong.
    """

    placement: Placement
    name: str
    state: State
    rate_hz: float | None = None
    received: int = 0
    lost: int = 0
    fetched: int = 0
    battery_pct: int | None = None
    clipped_pct: float | None = None
    age_s: float | None = None
    cadence_spm: float | None = None
    serial: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest sample of a pod: which it is, when the pod took it, and when it first came."""

    index: int
    device_us: int
    host_s: float


def newest(said: Decoded) -> Newest | None:
    """Return the newest sample of what a pod said, if that came as a live frame at all."""
    if not len(said.arrival) or not len(said.samples):
        return None
    last = said.samples[-1]
    host_s = said.arrival[np.argmax(said.arrival[:, 0]), 1]  # the first of equal frames
    return Newest(int(last["index"]), int(last["device_us"]), float(host_s))


def is_news(
    sample: Newest, known: Newest | None, *, rate_hz: float, in_order: bool = False
) -> bool:
    """Say whether `sample` is later than `known`, or of another start of the pod.

    The same frames again, in whatever order, are no news. A pod that sends all `in_order` may
    count by its clock, which begins anew at another start.
    """
    if known is None:
        return True
    if in_order:
        return sample.host_s > known.host_s and sample.index != known.index
    if sample.index > known.index:
        return True
    earlier_us = (known.index - sample.index) / rate_hz * 1e6
    off_us = abs(known.device_us - earlier_us - sample.device_us)
    return off_us > SAME_US + SAME_PPM * 1e-6 * earlier_us


def measured(
    pod: PodHealth, recent: Decoded | None, *, tally: Tally, age_s: float | None, window_s: float
) -> PodHealth:
    """Return `pod` with the numbers of its last `window_s`; `recent` is what it said then."""
    pod = replace(pod, age_s=age_s)
    pod = replace(pod, received=tally.received, lost=tally.lost, fetched=tally.fetched)
    if recent is None:
        return pod
    pod = replace(pod, battery_pct=recent.battery_pct, serial=recent.device.get("serial", ""))
    newest_us = recent.samples["device_us"][-1:]
    samples = recent.samples[recent.samples["device_us"] > newest_us - window_s * 1e6]
    if len(samples) < 2 or age_s is None or age_s > window_s:
        return pod
    return replace(
        pod,
        rate_hz=float((len(samples) - 1) / np.ptp(samples["device_us"]) * 1e6),
        clipped_pct=clipped_pct(samples, recent.scale),
        cadence_spm=cadence_spm(samples, recent.scale, pod.placement, rate_hz=recent.rate_hz),
    )


def clipped_pct(samples: Samples, scale: Scale) -> float | None:
    """Return the share of samples with any axis at full scale; None where that is not known."""
    readings = (
        (acceleration(samples, scale), scale.acc_range_mps2),
        (angular_rate(samples, scale), scale.gyr_range_radps),
    )
    full = [
        (np.abs(values) >= CLIPPED * limit).any(axis=1)
        for values, limit in readings
        if values is not None and limit is not None
    ]
    return 100 * float(np.any(full, axis=0).mean()) if full else None


def cadence_spm(
    samples: Samples, scale: Scale, placement: Placement, *, rate_hz: float
) -> float | None:
    """Return steps per minute of both feet from how alike the acceleration is one step later.

    A pelvis measures every step, a shank every stride. None where nothing repeats: a rough figure
    to look at while recording, no metric.
    """
    norm = np.linalg.norm(acceleration(samples, scale), axis=1)
    if np.std(norm) < STILL_MPS2:
        return None
    place = samples["index"] - samples["index"][0]
    even = np.zeros(int(place[-1]) + 1)
    even[place] = norm - norm.mean()
    steps = 1 if placement == "pelvis" else 2
    lags = np.arange(*(int(steps * edge_s * rate_hz) for edge_s in STEP_S))
    if len(even) < 2 * lags[-1]:
        return None
    alike = _autocorrelation(even)[lags]
    best = _first_peak(alike)
    return None if best is None else float(60 * steps * rate_hz / lags[best])


def _autocorrelation(x: FloatArray) -> FloatArray:
    """Return the correlation of `x` (n,) with itself at each lag, free of its shrinking overlap."""
    spectrum = np.fft.rfft(x, 2 * len(x))
    raw = np.fft.irfft(np.abs(spectrum) ** 2)[: len(x)]
    result: FloatArray = raw / raw[0] * len(x) / np.arange(len(x), 0, -1)
    return result


def _first_peak(alike: FloatArray) -> int | None:
    """Return the first peak about as high as the highest: later ones are its multiples."""
    middle = alike[1:-1]
    peak = (middle > alike[:-2]) & (middle >= alike[2:]) & (middle > ALIKE)
    if not peak.any():
        return None
    high = peak & (middle >= 0.85 * middle[peak].max())
    return int(np.argmax(high)) + 1
