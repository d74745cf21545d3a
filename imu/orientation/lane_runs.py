"""Cut what the orientation filter does into runs, and share them out to lanes (`in_lanes`)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

import numpy as np

from imu.compiled.lanes import ANEW, BIAS, COUNT, FIELDS, LANES, OUT, PART, PAUSE, START, STEP, TAU
from imu.frames import BoolArray, IntArray
from imu.orientation.felt import Felt
from imu.orientation.warm_start import FADE_S, LOOK_AHEAD_S

FORGETS_S: Final = 30.0
"""Ten time constants. While the pace changes the filter forgets nothing, so that does not count."""
NOWHERE: Final = -1
VARYING: Final = -1
Run = list[int]


@dataclass
class Runs:
    """Runs (r, FIELDS) by lane, from `first` (LANES + 1,) on, over the `parts` between long gaps.

    They write to `length` rows: n for the samples, more for what comes back (`backward`) and for
    the seams. `seams` are where a part begins, a sample where a piece of it does, the row that has
    what that found for the sample before, and where it ends.
    """

    pace: BoolArray
    rate_hz: float
    length: int
    parts: list[tuple[int, int]] = field(default_factory=list)
    jobs: list[list[Run]] = field(default_factory=list)
    seams: list[tuple[int, int, int, int]] = field(default_factory=list)
    came_back: list[tuple[int, int, int]] = field(default_factory=list)
    warm: set[int] = field(default_factory=set)
    table: IntArray = field(default_factory=lambda: np.zeros((0, FIELDS), dtype=np.int64))
    first: IntArray = field(default_factory=lambda: np.zeros(LANES + 1, dtype=np.int64))

    @classmethod
    def of(cls, felt: Felt) -> Runs:
        """Return all that is to be done for what is `felt`."""
        given = felt.filter_input
        runs = cls(given.pace, given.rate_hz, len(felt.valid))
        for begin, end in felt.received.T.tolist():
            runs._part(felt, begin, end)
        runs._share_out()
        return runs

    def backward(self, begin: int, end: int) -> Iterator[tuple[int, int, int]]:
        """Yield where something that comes back ends, and its rows, last sample first."""
        return (one for one in self.came_back if begin <= one[0] < end)

    def warm_start(self, begin: int) -> bool:
        """Return whether the part from `begin` on starts in the middle of a movement."""
        return begin in self.warm

    def _part(self, felt: Felt, begin: int, end: int) -> None:
        number = len(self.parts)
        self.parts.append((begin, end))
        job: list[Run] = []
        if not felt.still[begin : begin + round(self.rate_hz)].any():
            self.warm.add(begin)
            job = self._there_and_back(begin, end, number)
        self._pieces(job, begin, end)
        for at in felt.setting_off.tolist():
            if begin <= at < end and end - at > 2 * round(FADE_S * self.rate_hz):
                self.jobs.append(self._there_and_back(at, end, number))

    def _there_and_back(self, begin: int, end: int, number: int) -> list[Run]:
        """Return the runs ahead from `begin` and back, whose rows are kept."""
        count = min(end - begin, round(LOOK_AHEAD_S * self.rate_hz))
        runs = self._run(begin, count, 1, NOWHERE, number)
        runs[0][ANEW] = 1
        back = self._run(begin + count - 1, count, -1, self.length, number)
        back[0][PAUSE] = 1
        self.came_back.append((begin, self.length, self.length + count))
        self.length += count
        return runs + back

    def _pieces(self, job: list[Run], begin: int, end: int) -> None:
        """Cut the way forward from `begin` to `end`; the first piece continues `job`."""
        pace = self.pace[begin:end]
        counts = np.append(0, np.cumsum(~pace)) if pace.any() else np.arange(len(pace) + 1)
        warm = round(FORGETS_S * self.rate_hz)
        least = max(-(-len(self.pace) // LANES), warm)
        starts, early = [begin], [begin]
        for at in range(begin + least, end - warm, least):
            known = counts[at - begin] - warm
            if known >= 0:
                starts.append(at)
                early.append(begin + int(np.searchsorted(counts, known, side="right")) - 1)
        for at, since, stop in zip(starts, early, [*starts[1:], end], strict=True):
            if at > begin:
                job = self._run(since, at - 1 - since, 1, NOWHERE, VARYING)
                job += self._run(at - 1, 1, 1, self.length, VARYING)
                self.seams.append((begin, at, self.length, stop))
                self.length += 1
            new = not job
            job += self._run(at, stop - at, 1, at, VARYING)
            job[0][ANEW] = 1 if new or at > begin else job[0][ANEW]
            self.jobs.append(job)

    def _run(self, start: int, count: int, step: int, out: int, bias: int) -> list[Run]:
        """Return runs over so many samples, cut where the pace begins or ends to change."""
        if not count:
            return []
        samples = self.pace[start : start + count]
        if step < 0:
            samples = self.pace[start - count + 1 : start + 1][::-1]
        if not samples.any():
            samples = samples[:1]
        edges = [0, *(np.flatnonzero(np.diff(samples)) + 1).tolist(), count]
        runs = []
        for since, stop in pairwise(edges):
            run = [0] * FIELDS
            run[START], run[COUNT], run[STEP] = start + step * since, stop - since, step
            run[TAU], run[BIAS] = int(samples[since]), bias
            run[OUT] = out + since if out >= 0 else out
            runs.append(run)
        return runs

    def _share_out(self) -> None:
        """Give each job to the lane that has least to do."""
        lanes: list[list[Run]] = [[] for _ in range(LANES)]
        busy = [0] * LANES
        lengths = [sum(run[COUNT] for run in job) for job in self.jobs]
        for length, which in sorted(((-length, k) for k, length in enumerate(lengths))):
            lane = busy.index(min(busy))
            busy[lane] -= length
            lanes[lane] += self.jobs[which]
        self.table = np.array([run for lane in lanes for run in lane], dtype=np.int64)
        begins = np.array([begin for begin, _ in self.parts])
        part = np.searchsorted(begins, self.table[:, START], side="right") - 1
        self.table[:, PART] = begins[part]
        self.first = np.cumsum([0, *map(len, lanes)], dtype=np.int64)
