"""simulate(): a runner, a script and pods in; what the pods say and what was true out."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from scipy.signal import firwin, oaconvolve

from imu.frames import FloatArray, Placement
from imu.recording.recording import Recording
from imu.simulation import course as courses
from imu.simulation import script
from imu.simulation.course import Sway
from imu.simulation.movement import gait
from imu.simulation.pods import hardware, stream
from imu.simulation.pods.hardware import Pod, Pods
from imu.simulation.pods.stream import PodStream
from imu.simulation.runner import Runner
from imu.simulation.script import Script
from imu.simulation.truth import Truth
from imu.simulation.virtual_run import EDGE_S, VirtualRun

ANTI_ALIAS_SHARE: Final = 0.4  # of the sampling rate


@dataclass(frozen=True)
class Simulation(VirtualRun):
    """A virtual run with what its pods say and what was true; computed when first asked for."""

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
            sensors[place] = stream.sensor(
                acc, gyr, pod, place, rate_hz=self.rate_hz, seed=self.seed
            )
        return Recording(rate_hz=self.rate_hz, sensors=sensors)

    def _stream(self, place: Placement, pod: Pod) -> PodStream:
        time_s = stream.sampling_s(pod, self.duration_s, rate_hz=self.rate_hz)
        acc, gyr = self._sampled(place, pod, time_s)
        return stream.stream_of(
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
            worn = hardware.worn(*self.true_signals(place, fine), pod, place, fine, seed=self.seed)
            for whole, part in zip((acc, gyr), worn, strict=True):
                smooth = self._band_limited(part)
                at = (time_s[first:last] - fine[0]) * self.fine_hz
                whole[first:last] = stream.interpolated(smooth, at)
        return acc, gyr

    def _band_limited(self, x: FloatArray) -> FloatArray:
        taps = firwin(
            24 * self.oversampling + 1,
            ANTI_ALIAS_SHARE * self.rate_hz,
            fs=self.fine_hz,
            window=("kaiser", 5.0),
        )
        half = len(taps) // 2
        padded = np.pad(x, ((half, half), (0, 0)), mode="edge")
        return np.asarray(oaconvolve(padded, taps[:, None], mode="valid", axes=0))


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
    course = courses.course(segments)
    contacts = gait.plan(runner, segments, course, seed=seed)
    sway = Sway.of(course, seed=seed)
    worn = hardware.realistic(seed) if pods is None else pods
    if early := [place for place, pod in worn.items() if pod.start_s < -EDGE_S / 2]:
        raise ValueError(f"{early[0]} starts too early; give a start_s of {-EDGE_S / 2:g} or later")
    return Simulation(runner, segments, seed, worn, rate_hz, course, contacts, sway)
