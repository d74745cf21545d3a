"""How far the fitted clocks of three pods are apart, over links of the virtual radio.

Pods of 200 Hz send what they took every 95 ms over connection events of 30 ms; their crystals run
up to 60 ppm off and every link misses another share of its events. The clocks are fitted to what
arrived in the first minute, and to the hour.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

import numpy as np

from imu.frames import FloatArray
from imu.recording.clock import fit_clock
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
    """Greatest distance of any two pods in the first minute, s, fitted to it and to all."""

    frame_s: float
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
    early = [fit_clock(*pod[:2, pod[0] <= MINUTE_S]) for pod in pods]
    late = [fit_clock(*pod[:2]) for pod in pods]
    errors = [
        np.array([fit.host_s(pod[0, :n]) - pod[2, :n] for fit, pod in zip(fits, pods, strict=True)])
        for fits, n in ((early, round(MINUTE_S / frame_s)), (late, round(run_s / frame_s)))
    ]
    at_first, in_all = (np.ptp(one, axis=0) for one in errors)
    return Apart(
        frame_s,
        float(at_first.max()),
        float(in_all[: len(at_first)].max()),
        float(in_all.max()),
    )


def _received(ppm: float, missed: float, job: Job, random: Random) -> FloatArray:
    """Return device time, host time of arrival and true time (3, n) of each frame of a pod, s."""
    frame_s, run_s, _ = job
    air = Air(missed=missed)
    lane = Lane(phase_s=random.random() * air.interval_s)
    device_s = frame_s * np.arange(round(run_s / frame_s))
    true_s = random.random() * frame_s + device_s / (1 + ppm * 1e-6)
    arrival_s = [book(lane, at_s, air, random) for at_s in true_s.tolist()]
    return np.array([device_s, arrival_s, true_s])


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
        yield _most(f"known after one minute, {frames}", max(early), high=3.0)
        yield _most(f"first minute, once the hour is known, {frames}", first, high=3.0)
        yield _most(f"over the hour, {frames}", whole, high=1.0)


def _most(name: str, value_ms: float, *, high: float) -> Figure:
    return Figure(ON, f"pods apart at most, {name}", value_ms, "ms", high=high)
