"""Spread the samples of packets that came with one stamp, up to the stamp of the next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from imu.frames import BoolArray, FloatArray, IntArray
from pipelines.sources.timing.repeats import SAME_STAMP_S

COARSEST_S: Final = 0.3
FEW: Final = 0.01
MOSTLY: Final = 0.8
MOSTLY_WITHOUT: Final = 0.6
OFF_SAMPLES: Final = 0.6
MOSTLY_OFF: Final = 0.15


@dataclass(frozen=True)
class Packets:
    """Packets (k,) of rows: where each starts, how many it has, and its stamp."""

    starts: IntArray
    count: IntArray
    stamp_s: FloatArray

    @property
    def period_s(self) -> float:
        """Usual time from sample to sample."""
        return float(np.median(np.diff(self.stamp_s) / self.count[:-1]))

    @property
    def alike(self) -> bool:
        """Whether most packets have the same number of rows."""
        return bool(np.mean(self.count == np.bincount(self.count).argmax()) > MOSTLY)


def jittered(packets: Packets) -> bool:
    """Whether stamps are off the samples by more than one: times of arrival, of even packets.

    What is lost between packets is whole packets, mostly.
    """
    step = np.diff(packets.stamp_s) / packets.period_s
    usual = int(np.bincount(packets.count).argmax())
    off = np.abs(step - np.maximum(np.rint(step / usual), 1) * usual)
    return bool(np.mean(off[packets.count[:-1] == usual] > OFF_SAMPLES) > MOSTLY_OFF)


def carried_on(time_s: FloatArray, there: BoolArray) -> FloatArray:
    """Return stamps (n,), NaN where a row has none, with that of its packet for each row.

    Only where most rows that are `there` (n,) have none: a single stamp that is missing is lost.
    """
    known = np.isfinite(time_s)
    if np.count_nonzero(known) < 2 or np.mean(known[there]) > MOSTLY_WITHOUT:
        return time_s
    at = np.maximum.accumulate(np.where(known, np.arange(len(time_s)), -1))
    return np.where(at >= 0, time_s[np.maximum(at, 0)], np.nan)


def packets_of(time_s: FloatArray) -> Packets | None:
    """Return the packets of rows in order of time; None where nearly every row has a stamp."""
    new = np.concatenate([[True], np.diff(time_s) > SAME_STAMP_S])
    if np.mean(~new) <= FEW:
        return None
    starts = np.flatnonzero(new)
    count = np.diff(np.append(starts, len(time_s)))
    return Packets(starts, count, time_s[starts]) if len(starts) > 2 else None


def spread(packets: Packets) -> tuple[FloatArray, IntArray]:
    """Return the time of each row (n,), s, and its position in the sampling.

    What is missing between two packets is what their stamps leave beyond their samples.
    """
    period_s = packets.period_s
    between_s = np.append(np.diff(packets.stamp_s), packets.count[-1] * period_s)
    place = np.arange(int(packets.count.sum())) - np.repeat(packets.starts, packets.count)
    step_s = np.minimum(period_s, between_s / packets.count)
    time_s = np.repeat(packets.stamp_s, packets.count) + place * np.repeat(step_s, packets.count)
    taken = np.maximum(np.rint(between_s / period_s).astype(np.int64), packets.count)
    index = np.repeat(np.cumsum(taken) - taken, packets.count) + place
    return time_s, index
