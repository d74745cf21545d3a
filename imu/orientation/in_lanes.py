"""VQF over many pieces of a record at once: what `warm_start` does one after the other (numba).

The inclination forgets within `FORGETS_S`, so pieces of a record can be filtered side by side, each
from that much earlier on; only the bias of the gyroscope remembers for minutes. So the filter first
runs with one bias for all. That tells by how much the accelerometer pulls it, and from that follows
the bias, one sample after the other (`imu.compiled.gyro_bias`). It runs again with this bias, which
changes what pulls it a little, until the bias stays.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import scipy

from imu.compiled import gyro_bias, lanes
from imu.compiled.upright import turn_about_up
from imu.dsp.filters import blocks
from imu.frames import BoolArray, FloatArray
from imu.orientation.felt import Felt
from imu.orientation.lane_runs import Runs
from imu.orientation.rests import CLIP_DPS, REST_TAU_S, rests
from imu.orientation.warm_start import (
    DEAD_RECKONING_TAU_S,
    SWAY_DPS,
    Bias,
    FilterInput,
    fade_to,
    half_heading,
    joined,
)

NO_PULLS: Final = np.empty((2, 0))
ROUNDS: Final = 4
ENOUGH_DPS: Final = 0.06
"""Two rounds where the bias is small, because there was a rest; then it has changed by no more."""
BLOCK_S: Final = 0.2
"""The bias changes from block to block."""
TURN_S: Final = 0.04
"""An orientation is taken this often for the bias."""
FULL: Final = np.array([[0, 1, 2], [1, 3, 4], [2, 4, 5]])
"""Where the entries of a symmetric matrix are in its upper triangle, row by row."""
DIAGONAL: Final = np.diagonal(FULL)
FORGETTING_S, START_DPS, MOTION_DPS, VERTICAL = 100.0, 0.5, 0.1, 1e-4
"""VQF's defaults: bias forgetting time, its deviations, vertical forgetting factor."""


def followed_parts(felt: Felt, bias: Bias) -> FloatArray:
    """Return quaternions (n, 4), with a heading of its own from each start of reception on.

    `bias` is that of the first sample.
    """
    runs = Runs.of(felt)
    n, given = len(felt.valid), felt.filter_input
    rows = _Rows(
        np.ascontiguousarray(given.gyr.T), np.ascontiguousarray(given.acc.T), runs, given.rate_hz
    )
    axes, pulls = np.empty((4, runs.length)), np.empty((2, runs.length))
    found = axes.T  # axis by axis, as they are read
    fixed = np.tile(bias.radps, (len(runs.parts), 1))
    varying = np.tile(bias.radps, (n // block_samples(given.rate_hz) + 1, 1))
    for _ in range(ROUNDS):
        rows.follow(given, fixed, varying, axes, pulls, every=turn_samples(given.rate_hz))
        before = varying
        varying, biases = _biases(felt, rows, bias, before, axes, pulls)
        fixed[:] = [one.radps for one in biases[:-1]]
        if np.abs(varying - before).max() < np.radians(ENOUGH_DPS):
            break
    rows.follow(given, fixed, varying, axes, NO_PULLS)
    for (begin, end), again, after in zip(
        runs.parts, np.append(felt.received[0, 1:], n), biases[1:], strict=True
    ):
        for at, first, last in runs.backward(begin, end):
            back, forward = found[first:last][::-1], found[at : at + last - first]
            if at == begin and runs.warm_start(begin):
                forward[:] = joined(back, forward, given.rate_hz)
            else:
                fade_to(forward, back, given.rate_hz)
        if again > end:
            found[end:again] = _across(felt, found[end - 1], end, again, after)
    return found[:n]


@dataclass(frozen=True)
class _Rows:
    """Rates and forces (3, n) of the steps to all samples, and the runs over them."""

    rates: FloatArray
    acc: FloatArray
    runs: Runs
    rate_hz: float

    @cached_property
    def rests(self) -> tuple[BoolArray, FloatArray]:
        """Which block of samples ends at rest (b,), and the slow rates then (b, 3)."""
        lowpass, block = lowpass_of(REST_TAU_S, self.rate_hz), block_samples(self.rate_hz)
        return rests(self.rates, self.acc, self.runs.parts, lowpass, block, self.rate_hz)

    def follow(
        self,
        given: FilterInput,
        fixed: FloatArray,
        varying: FloatArray,
        found: FloatArray,
        pulls: FloatArray,
        *,
        every: int = 1,
    ) -> None:
        """Write what the filter finds (4, m) with a bias for each part, and one for each block.

        Of quaternions `every` so many samples one is enough, and the last of each piece.
        """
        rate_hz = given.rate_hz
        tau = np.stack([lowpass_of(tau_s, rate_hz) for tau_s in _time_constants_s(given)])
        runs, block = self.runs, block_samples(rate_hz)
        lanes.follow(
            self.rates,
            self.acc,
            runs.table,
            runs.first,
            np.stack([runs.first[:-1], 0 * runs.first[:-1]]),
            tau,
            fixed,
            varying,
            block,
            every,
            rate_hz,
            found,
            pulls,
            lanes.room(),
        )
        for begin, at, extra, end in self.runs.seams:
            half_rad = half_heading(found[:, at - 1], found[:, extra])
            first = at + (begin + every // 2 - at) % every
            turn_about_up(found, pulls, at, first, every, end, half_rad)
            if (end - 1 - first) % every:
                turn_about_up(found, NO_PULLS, end, end - 1, every, end, half_rad)


def _biases(
    felt: Felt,
    rows: _Rows,
    bias: Bias,
    assumed: FloatArray,
    found: FloatArray,
    pulls: FloatArray,
) -> tuple[FloatArray, list[Bias]]:
    """Return the bias of each block (b, 3), and at the start of each part and the end."""
    given, biases = felt.filter_input, [bias]
    rate_hz, block = given.rate_hz, block_samples(given.rate_hz)
    varying, (resting, at_rest) = np.zeros_like(assumed), rows.rests
    every = turn_samples(rate_hz)
    tau = np.stack([lowpass_of(tau_s, rate_hz / every) for tau_s in _time_constants_s(given)])
    for begin, end in rows.runs.parts:
        now, variance = biases[-1].radps.copy(), np.zeros(6)
        variance[DIAGONAL] = _variance(biases[-1].sd_radps)
        gyro_bias.followed(
            now,
            variance,
            begin,
            end,
            assumed,
            found,
            pulls,
            given.pace,
            resting,
            at_rest,
            tau,
            _belief(rate_hz),
            block,
            every,
            varying,
            gyro_bias.room(),
        )
        largest = min(
            float(np.abs(variance)[FULL].sum(axis=1).max()), _variance(np.radians(START_DPS))
        )
        biases.append(Bias(now, float(np.radians(np.sqrt(largest) / 100))))
    return varying, biases


def _across(felt: Felt, last: FloatArray, end: int, again: int, bias: Bias) -> FloatArray:
    """Return quaternions (m, 4) across the gap after the `last` (4,), by the rates alone."""
    gap = felt.filter_input.part(end, again)
    found = gap.dead_reckoned(gap.filter(bias))
    before = scipy.spatial.transform.Rotation.from_quat(last, scalar_first=True)
    for part in blocks(len(found)):
        turned = before * scipy.spatial.transform.Rotation.from_quat(found[part], scalar_first=True)
        found[part] = turned.as_quat(scalar_first=True)
    return found


def _time_constants_s(given: FilterInput) -> tuple[float, float]:
    """Return those of the accelerometer, at a steady pace and while it changes."""
    return given.tau_acc_s, DEAD_RECKONING_TAU_S


def lowpass_of(tau_s: float, rate_hz: float) -> FloatArray:
    """Return b0, b1, b2, a1, a2 of VQF's low-pass, and the samples over which it begins (6,)."""
    warped = np.tan(np.sqrt(0.5) / tau_s / rate_hz)
    scale = warped * warped + np.sqrt(2) * warped + 1
    b0, begins = warped * warped / scale, np.ceil(tau_s * rate_hz - 1e-9)
    a1, a2 = 2 * (warped * warped - 1) / scale, (1 - np.sqrt(2) * warped + warped**2) / scale
    return np.array([b0, 2 * b0, b0, a1, a2, begins])


def turn_samples(rate_hz: float) -> int:
    """Return the samples between orientations that are taken for the bias."""
    return max(round(TURN_S * rate_hz), 1)


def block_samples(rate_hz: float) -> int:
    """Return the samples of a block: so many orientations."""
    return turn_samples(rate_hz) * max(round(BLOCK_S / TURN_S), 1)


def _variance(sd_radps: float) -> float:
    """Return a variance in VQF's unit, hundredths of a degree per second, squared."""
    return float((100 * np.degrees(sd_radps)) ** 2)


def _belief(rate_hz: float) -> FloatArray:
    """Return what VQF believes of the bias, as `followed` takes it."""
    added = 10.0**2 / rate_hz / FORGETTING_S
    moving, resting = ((100 * deviation) ** 2 for deviation in (MOTION_DPS, SWAY_DPS))
    in_motion, at_rest = moving**2 / added + moving, resting**2 / added + resting
    greatest = (100 * START_DPS) ** 2
    clip = np.radians(CLIP_DPS)
    return np.array([added, greatest, in_motion, in_motion / VERTICAL, at_rest, clip])
