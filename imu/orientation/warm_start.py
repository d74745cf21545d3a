"""Warm-start VQF in mid-movement so that its first samples are valid.

VQF (Laidig & Seel 2023) takes its first accelerations for gravity, and needs some ten seconds to
recover on a running leg. Data are recorded, so it runs ahead, backward, and forward again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

import numpy as np
from vqf import VQF

from imu.dsp.filters import blocks
from imu.frames import BoolArray, FloatArray

DEAD_RECKONING_TAU_S: Final = 100.0
LEARN_BIAS_S: Final = 60.0
LOOK_AHEAD_S: Final = 24.0
UNSETTLED_S: Final = 8.0
SETTLED_S: Final = 14.0
FADE_S: Final = 1.0
SWAY_DPS: Final = 0.07
"""Uncertainty of the gyroscope's bias while standing still: nobody does, and VQF trusts in 0.03."""


@dataclass(frozen=True)
class Bias:
    """Estimated bias of the gyroscope (3,), and its standard deviation; rad/s."""

    radps: FloatArray
    sd_radps: float

    @classmethod
    def of(cls, filter_: VQF) -> Bias:
        """Return the present estimate of `filter_`."""
        return cls(*filter_.getBiasEstimate())


@dataclass(frozen=True)
class FilterInput:
    """Input of the filter: rates, accelerations (n, 3), and where the pace changes (n,).

    Rates are those of the step that ends with each sample, accelerations those at it.
    """

    gyr: FloatArray
    acc: FloatArray
    pace: BoolArray
    rate_hz: float
    tau_acc_s: float

    def filter(self, bias: Bias | None = None) -> VQF:
        """Return a new filter, with the bias preset if given."""
        filter_ = VQF(1.0 / self.rate_hz, tauAcc=self.tau_acc_s, biasSigmaRest=SWAY_DPS)
        if bias is not None:
            filter_.setBiasEstimate(bias.radps, bias.sd_radps)
        return filter_

    def part(self, start: int, stop: int) -> FilterInput:
        """Return the samples from `start` to `stop`."""
        part = slice(start, stop)
        return replace(self, gyr=self.gyr[part], acc=self.acc[part], pace=self.pace[part])

    def first(self, time_s: float) -> FilterInput:
        """Return the first `time_s`."""
        return self.part(0, round(time_s * self.rate_hz))

    def backward(self) -> FilterInput:
        """Return the movement reversed in time: same specific force, opposite rates.

        A rate is that of the step to its sample, so the rates move by one, and the first is 0.
        """
        back = -np.concatenate([np.zeros((1, 3)), self.gyr[:0:-1]])
        return replace(self, gyr=back, acc=self.acc[::-1], pace=self.pace[::-1])

    def filtered(self, filter_: VQF) -> FloatArray:
        """Return quaternions (n, 4): `filter_` continues from its present state.

        It is given a block at a time: of all that it returns only the quaternions are kept.
        """
        n, found = len(self.gyr), np.empty((len(self.gyr), 4))
        edges = {0, n, *(np.flatnonzero(np.diff(self.pace)) + 1).tolist()}
        edges |= {part.start for part in blocks(n)}
        for start, stop in pairwise(sorted(edges)):
            filter_.setTauAcc(DEAD_RECKONING_TAU_S if self.pace[start] else self.tau_acc_s)
            gyr, acc = (np.ascontiguousarray(x[start:stop]) for x in (self.gyr, self.acc))
            found[start:stop] = filter_.updateBatch(gyr, acc)["quat6D"]
        return found

    def dead_reckoned(self, filter_: VQF) -> FloatArray:
        """Return quaternions (n, 4): `filter_` continues on the rates alone."""
        found = np.empty((len(self.gyr), 4))
        for part in blocks(len(self.gyr)):
            gyr = np.ascontiguousarray(self.gyr[part])
            found[part] = filter_.updateBatch(gyr, np.zeros(gyr.shape))["quat6D"]
        return found


def estimated_bias(filter_input: FilterInput) -> Bias:
    """Return the bias that a new filter estimates in the first minute."""
    filter_input = filter_input.first(LEARN_BIAS_S)
    filter_ = filter_input.filter()
    filter_input.filtered(filter_)
    return Bias.of(filter_)


def warm_started(filter_input: FilterInput, bias: Bias, *, at_rest: bool) -> tuple[FloatArray, VQF]:
    """Return quaternions (n, 4) valid from the first sample on, and the filter after the last.

    A pod `at_rest` in the beginning measures gravity. Else the filter runs `LOOK_AHEAD_S` forward,
    backward, and forward again; the backward pass is used until the last one has settled. The bias
    is fixed meanwhile: backward in time it has the other sign.
    """
    filter_ = filter_input.filter(bias)
    if at_rest:
        return filter_input.filtered(filter_), filter_
    backward = _backward(filter_, filter_input.first(LOOK_AHEAD_S), bias)
    forward = filter_input.filtered(filter_)
    forward[: len(backward)] = joined(backward, forward[: len(backward)], filter_input.rate_hz)
    return forward, filter_


def _backward(filter_: VQF, ahead: FilterInput, bias: Bias) -> FloatArray:
    """Return quaternions (n, 4) of `filter_` coming back over what it first saw forward."""
    filter_.setMotionBiasEstEnabled(False)
    filter_.setRestBiasEstEnabled(False)
    ahead.filtered(filter_)
    filter_.setBiasEstimate(-bias.radps, bias.sd_radps)
    backward = ahead.backward().filtered(filter_)[::-1]
    filter_.setBiasEstimate(bias.radps, bias.sd_radps)
    filter_.setMotionBiasEstEnabled(True)
    filter_.setRestBiasEstEnabled(True)
    return backward


def seen_from_ahead(forward: FloatArray, filter_input: FilterInput, at: int, bias: Bias) -> None:
    """Replace quaternions `forward` (n, 4) after setting off, at sample `at`, in place.

    Setting off is acceleration that a filter takes for tilt, for some ten seconds. One that comes
    from steady running, backward, meets it last: it is used from there on until the forward one has
    settled. Both are right while setting off, where one fades into the other.
    """
    ahead = filter_input.part(at, at + round(LOOK_AHEAD_S * filter_input.rate_hz))
    fade = round(FADE_S * filter_input.rate_hz)
    if len(ahead.gyr) <= 2 * fade:
        return
    back = _backward(ahead.filter(bias), ahead, bias)
    fade_to(forward[at : at + len(back)], back, filter_input.rate_hz)


def fade_to(forward: FloatArray, back: FloatArray, rate_hz: float) -> None:
    """Fade quaternions `forward` (n, 4), in place, to those that came `back` (n, 4), and return."""
    back = with_heading_of(forward[0], back, at=0)
    back *= np.sign(np.sum(back * forward, axis=1, keepdims=True))
    after = joined(back, forward, rate_hz)
    share = np.clip(np.arange(len(back)) / round(FADE_S * rate_hz), 0, 1)
    forward[:] = _blended(forward, after, share)


def joined(backward: FloatArray, forward: FloatArray, rate_hz: float) -> FloatArray:
    """Return quaternions (n, 4) that cross-fade from `backward` to `forward` as that one settles.

    They differ by corrections of the filter alone: same heading where they begin, same sign.
    """
    time_s = np.arange(len(forward)) / rate_hz
    begin_s, end_s = min(UNSETTLED_S, time_s[-1] / 3), min(SETTLED_S, 2 * time_s[-1] / 3)
    share = np.clip((time_s - begin_s) / max(end_s - begin_s, 1 / rate_hz), 0, 1)
    return _blended(backward, forward, share)


def _blended(one: FloatArray, other: FloatArray, share: FloatArray) -> FloatArray:
    """Return quaternions (n, 4) of the same sign, a `share` (n,) of the way from one to other."""
    blend = one + share[:, None] * (other - one)
    return np.asarray(blend / np.linalg.norm(blend, axis=1, keepdims=True))


def with_heading_of(one: FloatArray, quaternions: FloatArray, *, at: int) -> FloatArray:
    """Return `quaternions` (n, 4) turned about world up: the `at`-th has the heading of `one`."""
    half_rad = half_heading(one, quaternions[at])
    cos, sin = np.cos(half_rad), np.sin(half_rad)
    w, x, y, z = quaternions.T
    return np.stack([cos * w - sin * z, cos * x - sin * y, cos * y + sin * x, cos * z + sin * w]).T


def half_heading(one: FloatArray, other: FloatArray) -> float:
    """Return half the angle, rad, about world up that gives `other` (4,) the heading of `one`."""
    w, x, y, z = other
    return float(np.arctan2(one @ (-z, -y, x, w), one @ (w, x, y, z)))
