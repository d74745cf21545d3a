"""simulate(): a runner, a script and pods in; what the pods say and what was true out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import numpy as np

from imu.frames import UP, FloatArray, Placement
from imu.recording import Recording
from imu.simulation import body, gait, hardware, pelvis, pods, script
from imu.simulation.gait import Contacts
from imu.simulation.hardware import Pod, Pods
from imu.simulation.legs import Leg
from imu.simulation.motion import Attitude, specific_force_mps2
from imu.simulation.pods import PodStream
from imu.simulation.runner import Runner
from imu.simulation.script import Course, Script, Sway
from imu.simulation.truth import Truth, midstances

FINE_HZ: Final = 1000.0  # at least; an integer multiple of the pods' rate
BLOCK_S: Final = 120.0
EDGE_S: Final = 1.0  # evaluated beyond both ends of a block, for filters to settle
ANTI_ALIAS_SHARE: Final = 0.4  # of the sampling rate


@dataclass(frozen=True)
class Simulation:
    """One run. Everything below is computed when first asked for, in blocks of two minutes.

    The physics is evaluated on a fine grid; sample k of the session is at k / `rate_hz`.
    """

    runner: Runner
    script: Script
    seed: int
    pods: Pods
    rate_hz: float
    course: Course = field(repr=False)
    contacts: Contacts = field(repr=False)
    sway: Sway = field(repr=False)

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

    def __len__(self) -> int:
        return round(self.duration_s * self.rate_hz)

    def blocks(self) -> Iterator[tuple[int, int]]:
        """Yield half-open ranges of session samples."""
        length = round(BLOCK_S * self.rate_hz)
        for start in range(0, len(self), length):
            yield start, min(start + length, len(self))

    def fine_s(self, start: int, stop: int) -> FloatArray:
        """Return the fine grid of a range of session samples, `EDGE_S` longer at both ends."""
        edge = round(EDGE_S * self.rate_hz)
        fine = np.arange((start - edge) * self.oversampling, (stop + edge) * self.oversampling)
        return np.asarray(fine / self.fine_hz)

    @cached_property
    def midstance_s(self) -> FloatArray:
        """Mid-stance of every contact; NaN outside running."""
        out = np.full(len(self.contacts), np.nan)
        for start, stop in self.blocks():
            found = midstances(self.fine_s(start, stop), self.contacts, rate_hz=self.fine_hz)
            out = np.where(np.isfinite(found), found, out)
        return out

    @cached_property
    def _legs(self) -> Mapping[Placement, Leg]:
        return {
            place: Leg.of(self.contacts, self.course, self.sway, sign=sign)
            for place, sign in SIGNS.items()
        }

    @cached_property
    def truth(self) -> Truth:
        """What was really so."""
        return Truth.of(self)

    @cached_property
    def streams(self) -> Mapping[Placement, PodStream]:
        """What each pod itself samples, on its own clock."""
        return {place: self._stream(place, pod) for place, pod in self.pods.items()}

    def recording(self) -> Recording:
        """Return all pods on one true clock, in sensor axes: an ideal recorder's view.

        Mounting, soft tissue, noise, bias and clipping are in; clocks and losses are not.
        """
        sensors = {}
        for place, pod in self.pods.items():
            acc, gyr = self._sampled(place, pod, np.arange(len(self)) / self.rate_hz)
            sensors[place] = pods.sensor(acc, gyr, pod, place, rate_hz=self.rate_hz, seed=self.seed)
        return Recording(rate_hz=self.rate_hz, sensors=sensors)

    def attitude(self, place: Placement, time_s: FloatArray) -> Attitude:
        """Return world_from_segment of one segment at `time_s` (n,)."""
        if place in self._legs:
            return self._legs[place].attitude(time_s)
        return pelvis.attitude(
            time_s,
            runner=self.runner,
            contacts=self.contacts,
            course=self.course,
            sway=self.sway,
            midstance_s=self.midstance_s,
        )

    def felt(self, place: Placement, time_s: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return true specific force and angular rate at the pod, segment axes, (n, 3) each.

        `time_s` is a stretch of the fine grid.
        """
        leg = self._legs.get(place)
        attitude = self.attitude(place, time_s)
        if leg is None:
            path = body.acceleration_mps2(time_s, self.contacts, self.course, self.sway)
        else:
            path = leg.ankle_mps2(time_s)
        world = _turned(path, self.course.heading(time_s)[0])
        lever_m = np.array(self.pods[place].lever_m if place in self.pods else (0.0, 0.0, 0.0))
        acc = specific_force_mps2(attitude, world, lever_m, rate_hz=self.fine_hz)
        if leg is None:
            ringing = body.pelvis_impact_mps2(time_s, self.contacts)
        else:
            ringing = leg.impact_mps2(time_s, acc[:, UP])
        return acc + ringing, attitude.rate_radps()

    def _stream(self, place: Placement, pod: Pod) -> PodStream:
        time_s = pods.sampling_s(pod, self.duration_s, rate_hz=self.rate_hz)
        acc, gyr = self._sampled(place, pod, time_s)
        return pods.stream_of(
            acc, gyr, pod, place, time_s=time_s, rate_hz=self.rate_hz, seed=self.seed
        )

    def _sampled(
        self, place: Placement, pod: Pod, time_s: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        """Return acc and gyr in sensor axes at sorted times (n,), before the sensor's errors."""
        acc, gyr = np.empty((len(time_s), 3)), np.empty((len(time_s), 3))
        bounds = [start / self.rate_hz for start, _ in self.blocks()][1:]
        edges = np.concatenate([[0], np.searchsorted(time_s, bounds), [len(time_s)]])
        for (start, stop), first, last in zip(self.blocks(), edges, edges[1:], strict=False):
            fine = self.fine_s(start, stop)
            worn = hardware.worn(*self.felt(place, fine), pod, place, fine, seed=self.seed)
            for whole, part in zip((acc, gyr), worn, strict=True):
                smooth = self._band_limited(part)
                at = (time_s[first:last] - fine[0]) * self.fine_hz
                whole[first:last] = pods.interpolated(smooth, at)
        return acc, gyr

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


SIGNS: Final[dict[Placement, float]] = {"shank_left": 1.0, "shank_right": -1.0}


def _turned(path: FloatArray, heading_rad: FloatArray) -> FloatArray:
    """Turn vectors (n, 3) along the path into the world."""
    c, s = np.cos(heading_rad), np.sin(heading_rad)
    forward, left, up = path.T
    return np.stack([c * forward - s * left, s * forward + c * left, up], axis=1)


def simulate(
    runner: Runner,
    segments: Script,
    *,
    seed: int,
    pods: Pods | None = None,
    rate_hz: float = 200.0,
) -> Simulation:
    """Let `runner` do what the script says, wearing `pods` (default: `realistic` ones).

    The same arguments give the same bytes. Raises ValueError for a script that cannot be run.
    """
    script.check(segments)
    course = script.course(segments)
    contacts = gait.plan(runner, segments, course, seed=seed)
    sway = Sway.of(course, seed=seed)
    worn = hardware.realistic(seed) if pods is None else pods
    if early := [place for place, pod in worn.items() if pod.start_s < -EDGE_S / 2]:
        raise ValueError(f"{early[0]} starts too early; give a start_s of {-EDGE_S / 2:g} or later")
    return Simulation(runner, segments, seed, worn, rate_hz, course, contacts, sway)
