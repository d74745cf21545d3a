"""How far the fitted clocks of three pods are apart, over links of the virtual radio.

Pods of 200 Hz send what they took every 95 ms over connection events of 30 ms; their crystals run
up to 60 ppm off and every link misses another share of its events. The clocks are fitted to what
arrived in the first minute, and to the hour, without and with the pings by which pods are asked for
their time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

import numpy as np

from imu.frames import FloatArray
from imu.recording.clock import ClockFit, fit_clock
from imu.recording.two_way import between, ping_every_s, two_way
from pipelines.radio.virtual.link_timing import Air, Lane, book
from pipelines.validate.results import Figure, Part
from pipelines.validate.virtual_runs.grid import Scope

ON: Final = "virtual radio, clocks of three pods (±60 ppm; 2, 5, 15 % of events missed)"
LINKS: Final = ((60.0, 0.02), (-60.0, 0.05), (20.0, 0.15))
"""Of each pod: how fast its crystal is, ppm, and the share of connection events missed."""
EVENLY_S: Final = 0.095
"""19 samples at 200 Hz: the frames meet the connection events at six instants only."""
UNEVENLY_S: Final = 0.0913
"""19 samples at 208 Hz: they meet them anyhow."""
MINUTE_S: Final = 60.0
FIRST_SEED: Final = 50_000


@dataclass(frozen=True)
class Apart:
    """Greatest distance of any two pods in the first minute, s, fitted to it and to all.

    `unasked_s` is what arrivals alone tell after a minute.
    """

    frame_s: float
    unasked_s: float
    after_a_minute_s: float
    first_minute_s: float
    whole_s: float


Job = tuple[float, float, int]
"""Length of a frame and of the run, s; seed."""


def jobs(scope: Scope, *, seed: int) -> list[Job]:
    """Return every run of either frame length."""
    return [
        (frame_s, scope.clock_s, seed + FIRST_SEED + k)
        for frame_s in (EVENLY_S, UNEVENLY_S)
        for k in range(scope.clock_runs)
    ]


def score(job: Job) -> Apart:
    """Fit the clocks of one run after its first minute and at its end."""
    frame_s, run_s, seed = job
    pods = [_received(*link, job, Random(10 * seed + k)) for k, link in enumerate(LINKS)]
    frames = [pod for pod, _ in pods]
    early = [_TwoWays(pod[:, pod[0] <= MINUTE_S], p[p[:, 0] <= MINUTE_S]) for pod, p in pods]
    late = [_TwoWays(*pod) for pod in pods]
    minute, every = round(MINUTE_S / frame_s), round(run_s / frame_s)
    errors = [
        np.array(
            [fit.host_s(pod[0, :n]) - pod[2, :n] for fit, pod in zip(fits, frames, strict=True)]
        )
        for fits, n in (
            ([one.alone for one in early], minute),
            (_together(early), minute),
            (_together(late), every),
        )
    ]
    unasked, at_first, in_all = (np.ptp(one, axis=0) for one in errors)
    return Apart(
        frame_s,
        float(unasked.max()),
        float(at_first.max()),
        float(in_all[: len(at_first)].max()),
        float(in_all.max()),
    )


class _TwoWays:
    """What is known of a pod's clock: by arrivals alone, and from both sides."""

    def __init__(self, frames: FloatArray, pings: FloatArray) -> None:
        self.alone = fit_clock(*frames[:2])
        self.both = two_way(self.alone, pings)


def _together(pods: Sequence[_TwoWays]) -> list[ClockFit]:
    """Return the clocks as those of one session."""
    apart_s = min((pod.both.apart_s for pod in pods if pod.both), default=0.0)
    return [between(pod.both, apart_s=apart_s) if pod.both else pod.alone for pod in pods]


def _received(ppm: float, missed: float, job: Job, random: Random) -> tuple[FloatArray, FloatArray]:
    """Return device time, arrival and true time (3, n) of a pod's frames, and its pings (k, 2), s.

    Of a ping that is device time of coming in and host time of sending.
    """
    frame_s, run_s, _ = job
    air = Air(missed=missed)
    lane = Lane(phase_s=random.random() * air.interval_s)
    device_s = frame_s * np.arange(round(run_s / frame_s))
    began_s = random.random() * frame_s
    true_s = began_s + device_s / (1 + ppm * 1e-6)
    arrival_s = [book(lane, at_s, air, random) for at_s in true_s.tolist()]
    sent_s = list(_pinged(run_s, random))
    there = Lane(phase_s=lane.phase_s)
    came_s = np.array([book(there, at_s, air, random) for at_s in sent_s])
    came_s = (came_s - began_s) * (1 + ppm * 1e-6)
    return np.array([device_s, arrival_s, true_s]), np.column_stack([came_s, sent_s])


def _pinged(run_s: float, random: Random) -> Iterator[float]:
    at_s = 0.0
    while (at_s := at_s + ping_every_s(at_s) * random.uniform(0.5, 1.5)) < run_s:
        yield at_s


def part(runs: Sequence[Apart]) -> Part:
    """Return how far the clocks are apart, at most and in the middle of all runs."""
    return Part(figures=tuple(_figures(runs)))


def _figures(runs: Sequence[Apart]) -> Iterator[Figure]:
    for frame_s in (EVENLY_S, UNEVENLY_S):
        own = [one for one in runs if one.frame_s == frame_s]
        if not own:
            continue
        frames = f"frames of {1000 * frame_s:g} ms"
        early = [1000 * one.after_a_minute_s for one in own]
        whole = max(1000 * one.whole_s for one in own)
        first = max(1000 * one.first_minute_s for one in own)
        unasked = max(1000 * one.unasked_s for one in own)
        about = f"without asking them for their time {unasked:.1f} ms"
        yield _most(f"known after one minute, {frames}", max(early), high=3.0, about=about)
        yield _most(f"first minute, once the hour is known, {frames}", first, high=3.0)
        yield _most(f"over the hour, {frames}", whole, high=1.0)


def _most(name: str, value_ms: float, *, high: float, about: str = "") -> Figure:
    return Figure(ON, f"pods apart at most, {name}", value_ms, "ms", high=high, about=about)
