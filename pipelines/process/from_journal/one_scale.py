"""Bring the counts of samplings at several ranges to one scale."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from imu.recording.samples import Samples, Scale

FINER: Final = 1024
INTEGER: Final = 1e-6


def common_scale(scales: Sequence[Scale]) -> Scale:
    """Return a scale for the counts of all, and the least full scale of any."""
    gyr = [scale.gyr_radps for scale in scales if scale.gyr_radps is not None]
    return Scale(
        acc_mps2=_unit([scale.acc_mps2 for scale in scales]),
        acc_range_mps2=_least(scale.acc_range_mps2 for scale in scales),
        gyr_radps=_unit(gyr) if gyr else None,
        gyr_range_radps=_least(scale.gyr_range_radps for scale in scales),
    )


def _unit(units: Sequence[float]) -> float:
    finest = min(units)
    ratio = np.array(units) / finest
    return finest if (np.abs(ratio - np.rint(ratio)) < INTEGER * ratio).all() else finest / FINER


def _least(ranges: Iterator[float | None]) -> float | None:
    return min((full for full in ranges if full is not None), default=None)


def counted_in(samples: Samples, own: Scale, scale: Scale) -> Samples:
    """Return a copy of samples whose counts are of the scale `own`, in counts of `scale`."""
    samples = samples.copy()
    if own.acc_mps2 != scale.acc_mps2:
        samples["acc_lsb"] = np.rint(samples["acc_lsb"] * (own.acc_mps2 / scale.acc_mps2))
    if own.gyr_radps is not None and own.gyr_radps != scale.gyr_radps:
        assert scale.gyr_radps is not None
        samples["gyr_lsb"] = np.rint(samples["gyr_lsb"] * (own.gyr_radps / scale.gyr_radps))
    return samples
