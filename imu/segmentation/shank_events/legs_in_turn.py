"""Hold the landings of two shanks without gyroscopes against each other: feet land in turn.

Which burst of a stride is the landing, one accelerometer cannot always tell. Turning round before
it, or the second hump of a fast stance, may load a shank as sharply, and then all contacts of that
leg are 0.07 to 0.2 s off. Where the legs do not land half a stride apart, one of them is searched
again where the other one says: the one that is loaded more sharply there, beside what was found.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from imu.alignment.segment import Segment
from imu.dsp.peaks import argmax_in
from imu.frames import SIDES, FloatArray
from imu.segmentation.shank_events import by_acceleration
from imu.segmentation.shank_events.candidate_stances import (
    Candidates,
    coarser,
    finer,
    whole_samples,
)
from imu.segmentation.shank_events.impacts import sharp_under_load

APART = 0.09
"""Share of a stride by which a contact may be off the middle of the other leg's stride: 0.08 and
less in virtual runners drawn at random (`anyone`)."""
AS_SHARP = 0.9
"""Least share of the sharpness found that there is at the other place. Where one pod stamps 80 to
140 ms late, which looks the same, it is less in nine of ten."""
FEWEST = 6
LIKE_USUAL = 0.2
SHOCK_S = (-0.02, 0.07)
"""From contact, within which the shank is shaken most sharply by it."""


def mended(
    found: Mapping[str, Candidates], pods: Mapping[str, Segment], *, rate_hz: float
) -> Mapping[str, Candidates]:
    """Return the candidates `found` of each side, those of one leg anew where they are off.

    Only of two shanks without gyroscopes: where a shank turns, its landing is not in doubt.
    """
    if len(pods) < 2 or any(pod.gyr_radps is not None for pod in pods.values()):
        return found
    contacts = [found[side].initial_contact for side in SIDES]
    if not abs(off_the_middle(*contacts)) > APART:
        return found
    (left, factor), (right, _) = (finer(pods[side], rate_hz) for side in SIDES)
    fine, fine_hz = {"left": left, "right": right}, factor * rate_hz
    expected = {
        side: factor * _half_a_stride_later(found[other], rate_hz)
        for side, other in zip(SIDES, reversed(SIDES), strict=True)
    }
    sharper = {
        side: _sharper(fine[side], factor * found[side].initial_contact, expected[side], fine_hz)
        for side in SIDES
    }
    moved = max(SIDES, key=lambda side: sharper[side])
    if not sharper[moved] > AS_SHARP:
        return found
    anew = by_acceleration.candidates(fine[moved], rate_hz=fine_hz, expected=expected[moved])
    return {**found, moved: replace(coarser(anew, factor), by_other_leg=True)}


def off_the_middle(one: FloatArray, other: FloatArray) -> float:
    """Return where contacts of the `other` leg (m,) lie in the strides of `one` (k,), less 0.5.

    Both in one unit of time, in order. It is the mean, as a share of the stride from -0.5 to 0.5;
    NaN of too few.
    """
    one, other = one[np.isfinite(one)], other[np.isfinite(other)]
    if min(len(one), len(other)) < FEWEST:
        return np.nan
    stride = np.diff(one)
    at = np.searchsorted(one, other, side="right") - 1
    inside = (at >= 0) & (at < len(stride))
    at, other = at[inside], other[inside]
    usual = np.abs(stride[at] / np.median(stride) - 1) < LIKE_USUAL
    share = (other[usual] - one[at[usual]]) / stride[at[usual]]
    if len(share) < FEWEST:
        return np.nan
    return float(np.angle(np.mean(np.exp(2j * np.pi * (share - 0.5)))) / (2 * np.pi))


def _half_a_stride_later(one: Candidates, rate_hz: float) -> FloatArray:
    contact = one.initial_contact + one.stride_s * rate_hz / 2
    return contact[np.isfinite(contact)]


def _sharper(segment: Segment, own: FloatArray, expected: FloatArray, rate_hz: float) -> float:
    """Return how much sharper a shank is loaded after `expected` (m,) than after `own` contacts."""
    shaken = sharp_under_load(segment, rate_hz)
    after = [_usual_peak(shaken, contact, rate_hz) for contact in (expected, own)]
    return after[0] / after[1] if after[1] > 0 else np.inf


def _usual_peak(shaken: FloatArray, contact: FloatArray, rate_hz: float) -> float:
    start, stop = (
        whole_samples(contact[np.isfinite(contact)] + edge_s * rate_hz) for edge_s in SHOCK_S
    )
    return float(np.median(shaken[argmax_in(shaken, start, stop)]))
