"""Warm-start VQF in mid-movement so that its first samples are valid.

VQF (Laidig & Seel 2023) believes its first accelerations to be gravity, and needs some ten seconds
to forget a running leg's. Nobody is in a hurry here: it looks ahead, comes back, and starts again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

import numpy as np
from vqf import VQF

from imu.frames import BoolArray, FloatArray

CARRIED_TAU_S: Final = 100.0
LEARN_BIAS_S: Final = 60.0
LOOK_AHEAD_S: Final = 24.0
UNSETTLED_S: Final = 8.0
SETTLED_S: Final = 14.0


@dataclass(frozen=True)
class Bias:
    """What a filter believes of the gyroscope's offset (3,), and how sure it is (SD); rad/s."""

    radps: FloatArray
    sd_radps: float

    @classmethod
    def of(cls, filter_: VQF) -> Bias:
        """Return what `filter_` believes by now."""
        return cls(*filter_.getBiasEstimate())


@dataclass(frozen=True)
class FilterInput:
    """What the filter is told: rates, accelerations (n, 3), and where the pace changes (n,)."""

    gyr: FloatArray
    acc: FloatArray
    pace: BoolArray
    rate_hz: float
    tau_acc_s: float

    def filter(self, bias: Bias | None = None) -> VQF:
        """Return a filter that knows of nothing but the bias."""
        filter_ = VQF(1.0 / self.rate_hz, tauAcc=self.tau_acc_s)
        if bias is not None:
            filter_.setBiasEstimate(bias.radps, bias.sd_radps)
        return filter_

    def part(self, start: int, stop: int) -> FilterInput:
        """Return what is felt from sample `start` to `stop`."""
        part = slice(start, stop)
        return replace(self, gyr=self.gyr[part], acc=self.acc[part], pace=self.pace[part])

    def first(self, time_s: float) -> FilterInput:
        """Return what is felt in the first `time_s`."""
        return self.part(0, round(time_s * self.rate_hz))

    def backward(self) -> FilterInput:
        """Return the same movement backward in time: it feels the same, and turns the other way.

        The filter takes a rate for that of the step to its sample, so the rates move by one, and
        nothing turns at the moment of turning back.
        """
        back = -np.concatenate([np.zeros((1, 3)), self.gyr[:0:-1]])
        return replace(self, gyr=back, acc=self.acc[::-1], pace=self.pace[::-1])

    def filtered(self, filter_: VQF) -> FloatArray:
        """Return quaternions (n, 4): `filter_` goes on with what it knows already."""
        gyr, acc = (np.ascontiguousarray(x) for x in (self.gyr, self.acc))
        edges = np.concatenate([[0], np.flatnonzero(np.diff(self.pace)) + 1, [len(gyr)]])
        parts = []
        for start, stop in pairwise(edges):
            filter_.setTauAcc(CARRIED_TAU_S if self.pace[start] else self.tau_acc_s)
            parts.append(filter_.updateBatch(gyr[start:stop], acc[start:stop])["quat6D"])
        return np.concatenate(parts) if len(parts) > 1 else np.asarray(parts[0])

    def carried(self, filter_: VQF) -> FloatArray:
        """Return quaternions (n, 4): `filter_` goes on by the rates alone."""
        gyr, unheard = np.ascontiguousarray(self.gyr), np.zeros(self.gyr.shape)
        return np.asarray(filter_.updateBatch(gyr, unheard)["quat6D"])


def learned(felt: FilterInput) -> Bias:
    """Return what a filter that knows of nothing finds out about the bias in its first minute."""
    felt = felt.first(LEARN_BIAS_S)
    filter_ = felt.filter()
    felt.filtered(filter_)
    return Bias.of(filter_)


def settled(felt: FilterInput, bias: Bias, *, at_rest: bool) -> tuple[FloatArray, VQF]:
    """Return quaternions (n, 4) that hold from the first sample on, and the filter in the end.

    A pod `at_rest` in the beginning feels gravity. Else the filter runs `LOOK_AHEAD_S` forward,
    back and forward again; the way back is believed until the last one has settled. The bias is
    taken as given meanwhile: backward in time it has the other sign.
    """
    filter_ = felt.filter(bias)
    if at_rest:
        return felt.filtered(filter_), filter_
    filter_.setMotionBiasEstEnabled(False)
    filter_.setRestBiasEstEnabled(False)
    ahead = felt.first(LOOK_AHEAD_S)
    ahead.filtered(filter_)
    filter_.setBiasEstimate(-bias.radps, bias.sd_radps)
    backward = ahead.backward().filtered(filter_)[::-1]
    filter_.setBiasEstimate(bias.radps, bias.sd_radps)
    filter_.setMotionBiasEstEnabled(True)
    filter_.setRestBiasEstEnabled(True)
    forward = felt.filtered(filter_)
    forward[: len(backward)] = _joined(backward, forward[: len(backward)], felt.rate_hz)
    return forward, filter_


def _joined(backward: FloatArray, forward: FloatArray, rate_hz: float) -> FloatArray:
    """Return quaternions (n, 4) that go over from `backward` to `forward` as that one settles.

    One filter went both ways, so they differ by its corrections alone: same heading, same sign.
    """
    time_s = np.arange(len(forward)) / rate_hz
    begin_s, end_s = min(UNSETTLED_S, time_s[-1] / 3), min(SETTLED_S, 2 * time_s[-1] / 3)
    share = np.clip((time_s - begin_s) / max(end_s - begin_s, 1 / rate_hz), 0, 1)
    blend = backward + share[:, None] * (forward - backward)
    return np.asarray(blend / np.linalg.norm(blend, axis=1, keepdims=True))


def headed_as(one: FloatArray, quaternions: FloatArray, *, at: int) -> FloatArray:
    """Return `quaternions` (n, 4) turned about world up, so that their `at`-th heads as `one`."""
    w, x, y, z = quaternions[at]
    half_rad = np.arctan2(one @ (-z, -y, x, w), one @ (w, x, y, z))
    cos, sin = np.cos(half_rad), np.sin(half_rad)
    w, x, y, z = quaternions.T
    return np.stack([cos * w - sin * z, cos * x - sin * y, cos * y + sin * x, cos * z + sin * w]).T
