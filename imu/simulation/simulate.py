"""simulate(): a runner, a script and pods in; what the pods say and what was true out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import numpy as np

from imu.frames import FloatArray, Placement
from imu.recording import Recording, Sensor
from imu.samples import SAMPLE, Samples, Scale
from imu.simulation import body, gait, hardware, script, segments
from imu.simulation.gait import Contacts
from imu.simulation.hardware import Pod, Pods
from imu.simulation.motion import Attitude, specific_force_mps2
from imu.simulation.noise import stream
from imu.simulation.runner import Runner
from imu.simulation.script import Course, Script
from imu.simulation.truth import Truth, midstances

FINE_HZ: Final = 1000.0  # at least; an integer multiple of the pods' rate
EDGE_S: Final = 0.5  # simulated beyond both ends, for filters and pods that start early
ANTI_ALIAS_SHARE: Final = 0.4  # of the sampling rate


@dataclass(frozen=True)
class PodStream:
    """What one pod sampled: counts on its own clock, with holes where samples were lost.

    `true_time_s` (n,) is when each sample was really taken, on the session clock. `rate_hz` is
    nominal.
    """

    samples: Samples
    scale: Scale
    true_time_s: FloatArray
    rate_hz: float


@dataclass(frozen=True)
class Simulation:
    """One run. Everything below is computed when first asked for, one pod at a time."""

    runner: Runner
    script: Script
    seed: int
    pods: Pods
    rate_hz: float
    course: Course = field(repr=False)
    contacts: Contacts = field(repr=False)

    @property
    def duration_s(self) -> float:
        """Length of the script."""
        return script.duration_s(self.script)

    @property
    def oversampling(self) -> int:
        """Fine samples per sample."""
        return int(np.ceil(FINE_HZ / self.rate_hz))

    @property
    def fine_hz(self) -> float:
        """Rate of the grid on which the physics is evaluated."""
        return self.rate_hz * self.oversampling

    @cached_property
    def fine_s(self) -> FloatArray:
        """The fine grid; the session's sample k is at index ``edge + k * oversampling``."""
        edge = round(EDGE_S * self.rate_hz) * self.oversampling
        n = (round(self.duration_s * self.rate_hz)) * self.oversampling + 2 * edge
        return np.asarray((np.arange(n) - edge) / self.fine_hz)

    @cached_property
    def force_bw(self) -> FloatArray:
        """Vertical force in body weights on the fine grid."""
        return body.vertical_force_bw(self.fine_s, self.contacts)

    @cached_property
    def midstance_s(self) -> FloatArray:
        """Mid-stance of every contact; NaN outside running."""
        return midstances(self.fine_s, self.force_bw, self.contacts, rate_hz=self.fine_hz)

    @cached_property
    def truth(self) -> Truth:
        """What was really so."""
        return Truth.of(self)

    @cached_property
    def streams(self) -> Mapping[Placement, PodStream]:
        """What each pod itself samples."""
        return {place: self._stream(place, pod) for place, pod in self.pods.items()}

    def recording(self) -> Recording:
        """Return all pods on one true clock, in sensor axes: an ideal recorder's view.

        Mounting, soft tissue, noise, bias and clipping are in; clocks and losses are not.
        """
        return Recording(
            rate_hz=self.rate_hz,
            sensors={place: self._sensor(place, pod) for place, pod in self.pods.items()},
        )

    def attitude(self, place: Placement, time_s: FloatArray) -> Attitude:
        """Return world_from_segment of one segment at any times."""
        if place == "pelvis":
            return segments.pelvis(
                time_s, self.runner, self.contacts, self.course, self.midstance_s
            )
        return segments.shank(time_s, self.contacts, self.course, sign=sign_of(place))[0]

    def felt(self, place: Placement) -> tuple[FloatArray, FloatArray]:
        """Return true specific force and angular rate at the pod, segment axes, fine grid."""
        lever = np.array(self.pods[place].lever_m if place in self.pods else (0.0, 0.0, 0.0))
        if place == "pelvis":
            attitude = self.attitude(place, self.fine_s)
            path = body.acceleration_mps2(self.fine_s, self.contacts, self.course, self.force_bw)
        else:
            attitude, path = segments.shank(
                self.fine_s, self.contacts, self.course, sign=sign_of(place)
            )
        world = _along_heading(path, segments.heading(self.fine_s, self.course)[0])
        acc = specific_force_mps2(attitude, world, lever, rate_hz=self.fine_hz)
        if place == "pelvis":
            ringing = body.pelvis_impact_mps2(self.fine_s, self.contacts)
        else:
            ringing = segments.shank_impact_mps2(
                self.fine_s, self.contacts, acc[:, 2], sign=sign_of(place)
            )
        return acc + ringing, attitude.rate_radps()

    def _at_sensor(self, place: Placement, pod: Pod) -> tuple[FloatArray, FloatArray]:
        """Return acc and gyr in sensor axes on the fine grid, band-limited, before the sensor."""
        acc, gyr = self.felt(place)
        if pod.tissue_hz:
            acc = hardware.soft(acc, self.fine_hz, resonance_hz=pod.tissue_hz, zeta=pod.tissue_zeta)
        if pod.tissue_deg:
            acc, gyr = hardware.lagging(acc, gyr, self.fine_hz, largest_deg=pod.tissue_deg)
        turn = hardware.sensor_from_segment(pod).T
        return self._band_limited(acc @ turn), self._band_limited(gyr @ turn)

    def _band_limited(self, x: FloatArray) -> FloatArray:
        from scipy.signal import firwin, oaconvolve

        taps = firwin(
            24 * self.oversampling + 1,
            ANTI_ALIAS_SHARE * self.rate_hz,
            fs=self.fine_hz,
            window=("kaiser", 5.0),
        )
        half = len(taps) // 2
        padded = np.pad(x, ((half, half), (0, 0)), mode="edge")
        return np.asarray(oaconvolve(padded, taps[:, None], mode="valid", axes=0))

    def _sensor(self, place: Placement, pod: Pod) -> Sensor:
        edge = round(EDGE_S * self.rate_hz) * self.oversampling
        acc, gyr = (
            x[edge : len(x) - edge : self.oversampling] for x in self._at_sensor(place, pod)
        )
        rng = stream(self.seed, f"sensor {place}")
        acc, gyr = hardware.imperfect(acc, gyr, pod, self.rate_hz, rng)
        if pod.clips:
            acc = np.clip(acc, -pod.acc_range_mps2, pod.acc_range_mps2)
            gyr = np.clip(gyr, -pod.gyr_range_radps, pod.gyr_range_radps)
        valid = np.ones(len(acc), dtype=bool)
        limits = (pod.acc_range_mps2, pod.gyr_range_radps) if pod.clips else (None, None)
        return Sensor(acc, gyr, valid, *limits)

    def _stream(self, place: Placement, pod: Pod) -> PodStream:
        true_rate_hz = self.rate_hz * (1 + pod.rate_error_pct / 100)
        n = int((self.duration_s - pod.start_s) * true_rate_hz)
        time_s = pod.start_s + np.arange(n) / true_rate_hz
        acc, gyr = (self._interpolated(x, time_s) for x in self._at_sensor(place, pod))
        rng = stream(self.seed, f"sensor {place}")
        acc, gyr = hardware.imperfect(acc, gyr, pod, self.rate_hz, rng)
        keep = hardware.received(n, pod, self.rate_hz, stream(self.seed, f"loss {place}"))
        scale = Scale(
            pod.acc_range_mps2 / 32768,
            pod.acc_range_mps2,
            pod.gyr_range_radps / 32768,
            pod.gyr_range_radps,
        )
        samples = np.zeros(n, dtype=SAMPLE)
        samples["index"] = np.arange(n)
        device_s = pod.clock_offset_s + (time_s - pod.start_s) * (1 + pod.ppm * 1e-6)
        samples["device_us"] = np.round(device_s * 1e6)
        samples["acc_lsb"] = np.clip(np.round(acc / scale.acc_mps2), -32768, 32767)
        samples["gyr_lsb"] = np.clip(np.round(gyr / (pod.gyr_range_radps / 32768)), -32768, 32767)
        return PodStream(samples[keep], scale, time_s[keep], self.rate_hz)

    def _interpolated(self, x: FloatArray, time_s: FloatArray) -> FloatArray:
        """Return band-limited `x` at any times: cubic Lagrange on the fine grid."""
        at = (time_s - self.fine_s[0]) * self.fine_hz
        i = np.clip(np.floor(at).astype(np.int64), 1, len(x) - 3)
        u = (at - i)[:, None]
        return np.asarray(
            x[i - 1] * (-u * (u - 1) * (u - 2) / 6)
            + x[i] * ((u + 1) * (u - 1) * (u - 2) / 2)
            + x[i + 1] * (-(u + 1) * u * (u - 2) / 2)
            + x[i + 2] * ((u + 1) * u * (u - 1) / 6)
        )


def sign_of(place: Placement) -> float:
    """Return +1 for the left and -1 for the right shank."""
    return 1.0 if place == "shank_left" else -1.0


def _along_heading(path: FloatArray, heading_rad: FloatArray) -> FloatArray:
    c, s = np.cos(heading_rad), np.sin(heading_rad)
    forward, left, up = path.T
    return np.stack([c * forward - s * left, s * forward + c * left, up], axis=1)


def simulate(
    runner: Runner,
    segments_in_order: Script,
    *,
    seed: int,
    pods: Pods | None = None,
    rate_hz: float = 200.0,
) -> Simulation:
    """Let `runner` do what the script says, wearing `pods` (default: `realistic` ones).

    The same arguments give the same bytes. Raises ValueError for a script that cannot be run.
    """
    script.check(segments_in_order)
    course = script.course(segments_in_order)
    contacts = gait.plan(runner, segments_in_order, course, seed=seed)
    worn = hardware.realistic(seed) if pods is None else pods
    return Simulation(runner, segments_in_order, seed, worn, rate_hz, course, contacts)
