"""Impacts of one leg in a session: counted by size, summed up to a dose, by speed and per way."""

from typing import Final

import numpy as np

from imu.frames import GRAVITY_MPS2, BoolArray, FloatArray, IntArray
from imu.session.variability import MOST_UNKNOWN_PCT

PEAK: Final = "peak_tibial_resultant_mps2"
DOSE_REFERENCE_MPS2: Final = 10 * GRAVITY_MPS2
HIGHEST_BIN_G: Final = 25
BANDS_MPS: Final = (2.5, 3.0, 3.5, 4.0)
"""Where one band of speeds ends and the next begins; the first and the last are open."""
BANDS: Final = {
    "below_2_5": "below 2.5",
    "2_5_to_3_0": "from 2.5 to 3.0",
    "3_0_to_3_5": "from 3.0 to 3.5",
    "3_5_to_4_0": "from 3.5 to 4.0",
    "from_4_0": "from 4.0",
}
"""Name -> words."""


def impact_counts(peaks_mps2: FloatArray) -> IntArray:
    """Return how many known peaks (n,) lie in [0, 1) g, [1, 2) g … and, last, at 25 g or more."""
    known = peaks_mps2[np.isfinite(peaks_mps2)] / GRAVITY_MPS2
    bins = np.clip(known.astype(np.int64), 0, HIGHEST_BIN_G)
    return np.bincount(bins, minlength=HIGHEST_BIN_G + 1).astype(np.int64)


def dose(
    peaks_mps2: FloatArray,
    clipped: BoolArray,
    *,
    power: float,
    reference_mps2: float = DOSE_REFERENCE_MPS2,
) -> float:
    """Return the sum of (peak / reference) to a power over the known peaks (n,).

    NaN when any peak is clipped, since the largest count most, or over 5 % are unknown.
    """
    known = peaks_mps2[np.isfinite(peaks_mps2)]
    missing_pct = 100.0 * (1 - len(known) / max(len(peaks_mps2), 1))
    if clipped.any() or not len(known) or missing_pct > MOST_UNKNOWN_PCT:
        return float("nan")
    return float(np.sum((known / reference_mps2) ** power))


def dose_by_speed(
    speed_mps: FloatArray, stride_s: FloatArray, peaks_mps2: FloatArray, clipped: BoolArray
) -> dict[str, float]:
    """Return the dose per km and in each of `BANDS`, of the strides (n,) with a known speed.

    NaN where `dose` is: nobody knows in which band a hidden impact counts.
    """
    way_m = speed_mps * stride_s
    known = np.isfinite(way_m)
    whole = dose(peaks_mps2[known], clipped[known], power=1)
    band = np.searchsorted(BANDS_MPS, speed_mps, side="right")
    shares = [
        np.nansum(peaks_mps2[known & (band == k)]) / DOSE_REFERENCE_MPS2 + 0 * whole
        for k in range(len(BANDS))
    ]
    per_km = 1000 * whole / np.sum(way_m[known]) if known.any() else whole
    return {
        "impact_dose_per_km_count": float(per_km),
        **{
            f"impact_dose_{name}_mps_count": float(x) for name, x in zip(BANDS, shares, strict=True)
        },
    }
