"""Which samples of a pod are here, by their index: received, missing, gone for good."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from firmware_protocols.protocol import Decoded
from imu.frames import IntArray

Span = tuple[int, int]
"""From an index up to, and without, another."""
BACK_US: Final = 1_000.0
BACK_PPM: Final = 200.0
AHEAD_US: Final = 60_000.0
AHEAD: Final = 0.1
SAME_LAG_S: Final = 1.0
"""How far the clock of one sampling may be off its nominal rate: a sample sent again lies on it, a
later one within what a crystal, and a rate that is not quite what it says, can do."""


@dataclass
class Spans:
    """Indices as ranges in order, which neither touch nor overlap; `count` is how many."""

    ranges: list[Span] = field(default_factory=list)
    count: int = 0

    def add(self, start: int, stop: int) -> int:
        """Add `start` up to `stop`; return how many of them are new."""
        first = bisect_left(self.ranges, start, key=lambda span: span[1])
        last = bisect_right(self.ranges, stop, key=lambda span: span[0])
        known = self.ranges[first:last]
        before = sum(b - a for a, b in known)
        if known:
            start, stop = min(start, known[0][0]), max(stop, known[-1][1])
        self.ranges[first:last] = [(start, stop)]
        self.count += (new := stop - start - before)
        return new

    def missing(self, start: int, stop: int) -> list[Span]:
        """Return the ranges between `start` and `stop` that are not in here."""
        first = bisect_right(self.ranges, start, key=lambda span: span[1])
        holes, at = [], start
        for begin, end in self.ranges[first:]:
            if begin >= stop:
                break
            if begin > at:
                holes.append((at, begin))
            at = end
        return [*holes, (at, stop)] if at < stop else holes


def spans_of(index: IntArray) -> list[Span]:
    """Return rising indices (n,) as ranges."""
    if not len(index):
        return []
    cut = np.flatnonzero(np.diff(index) != 1) + 1
    return [(int(part[0]), int(part[-1]) + 1) for part in np.split(index, cut)]


@dataclass(eq=False)
class Coverage:
    """What is here of one sampling of one stream: `begin` is the first index that is owed.

    `settled` are the samples that are here or gone for good; `fetched` counts those that came only
    after later ones. `last_us` is the pod's clock at the newest sample, `lag_s` how far that clock
    was behind the host's at first, `boot` which start of the pod it is, where it says so.
    """

    stream: int
    boot: str
    begin: int
    last_us: int
    held: Spans = field(default_factory=Spans)
    settled: Spans = field(default_factory=Spans)
    fetched: int = 0
    lag_s: float | None = None

    @property
    def stop(self) -> int:
        """One past the newest sample that is here."""
        return self.held.ranges[-1][1] if self.held.ranges else self.begin

    @property
    def lost(self) -> int:
        """How many samples are not here, whether they may still come or not."""
        return self.stop - self.begin - self.held.count

    def add(self, said: Decoded) -> None:
        """Count the samples of `said`, which are of this sampling."""
        index = said.samples["index"]
        begin = int(index[-1]) + 1 - len(index) - said.lost
        newest = self.stop if self.held.ranges else begin
        self.begin = min(self.begin, begin)
        self.lag_s = _lag_s(said) if self.lag_s is None else self.lag_s
        for start, stop in spans_of(index):
            late = self.held.add(start, min(stop, newest)) if start < newest else 0
            if stop > newest:
                self.held.add(max(start, newest), stop)
            self.fetched += late
            self.settled.add(start, stop)
        if int(index[-1]) + 1 >= self.stop:
            self.last_us = int(said.samples["device_us"][-1])

    def owed(self) -> list[Span]:
        """Return what is missing and may still be had, oldest first."""
        return self.settled.missing(self.begin, self.stop)

    def give_up(self, start: int, stop: int) -> None:
        """Take it that the pod no longer holds these."""
        self.settled.add(start, stop)


def coverage_of(known: list[Coverage], stream: int, said: Decoded, *, most: int) -> Coverage:
    """Return the coverage that the samples of `said` belong to; a new one is added to `known`.

    More than `most` further on they are of another sampling.
    """
    for one in reversed(known):
        near = int(said.samples["index"][-1]) - one.stop <= most
        if one.stream == stream and near and _same(one, said):
            return one
    first = int(said.samples["index"][0])
    boot = said.device.get("boot", "")
    known.append(Coverage(stream, boot, first, int(said.samples["device_us"][-1])))
    return known[-1]


def counted_on(known: list[Coverage], stream: int, said: Decoded) -> Decoded:
    """Return `said` with its index going on from the sampling in `known` whose clock it has.

    For pods whose numbers are right only within what is decoded together, and which hold nothing
    back: what comes from one start of them is always about as late.
    """
    lag_s = _lag_s(said)
    for one in reversed(known):
        if one.stream != stream or lag_s is None or one.lag_s is None:
            continue
        if abs(lag_s - one.lag_s) < SAME_LAG_S:
            samples = said.samples.copy()
            samples["index"] += _off(one, said)
            return replace(said, samples=samples)
    return said


def _off(one: Coverage, said: Decoded) -> int:
    """Return what is to be added to the index of `said` by the time of its samples."""
    period_us = 1e6 / said.rate_hz
    at = said.samples[np.argmin(np.abs(said.samples["device_us"] - one.last_us))]
    steps = round((int(at["device_us"]) - one.last_us) / period_us)
    return one.stop - 1 + steps - int(at["index"])


def _lag_s(said: Decoded) -> float | None:
    return float(np.min(said.arrival[:, 1] - said.arrival[:, 0])) if len(said.arrival) else None


def _same(one: Coverage, said: Decoded) -> bool:
    """Say whether index and clock of `said` go on from those of `one`."""
    if (boot := said.device.get("boot", "")) and one.boot and boot != one.boot:
        return False
    last = said.samples[-1]
    expected_us = (int(last["index"]) + 1 - one.stop) / said.rate_hz * 1e6
    off_us = abs(int(last["device_us"]) - one.last_us - expected_us)
    if expected_us > 0:
        return off_us < AHEAD_US + AHEAD * expected_us
    # Where the clock itself is the index, both go back together.
    again = int(said.samples["index"][0]) >= one.begin
    return again and off_us < BACK_US - BACK_PPM * 1e-6 * expected_us
