"""Add up the impacts of a run by speed and per kilometre."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from imu.frames import SIDES, BoolArray
from imu.session.censored import clipped_by
from imu.session.impacts import BANDS, BANDS_MPS, PEAK, dose_by_speed
from pipelines.formatting import NARROW, UNKNOWN
from pipelines.report.data import ReportData

NEEDED: Final = ("speed_mps", "stride_time_s", PEAK)


@dataclass(frozen=True, slots=True)
class DoseRow:
    """The dose of the left and right leg at some speeds, with the share of the strides there."""

    speed: str
    share: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Dose:
    """The doses of today's run: by speed, and per kilometre."""

    rows: tuple[DoseRow, ...]
    per_km: tuple[str, ...]


def dose(data: ReportData) -> Dose | None:
    """Return what the impacts of today add up to; None where speed or impacts are not known."""
    if any(name not in data.values for name in NEEDED):
        return None
    of_legs = [_of_leg(data, data.side == side) for side in SIDES]
    per_km = [leg["impact_dose_per_km_count"] for leg in of_legs]
    if not np.isfinite(per_km).any():
        return None
    band = np.searchsorted(BANDS_MPS, data.values["speed_mps"], side="right")
    known = np.isfinite(data.values["speed_mps"])
    shares = [float(np.mean(band[known] == k)) for k in range(len(BANDS))]
    rows = tuple(
        DoseRow(
            f"{words}{NARROW}m/s",
            f"{100 * share:.0f}{NARROW}%",
            tuple(_whole(leg[f"impact_dose_{name}_mps_count"]) for leg in of_legs),
        )
        for (name, words), share in zip(BANDS.items(), shares, strict=True)
        if share
    )
    return Dose(rows, tuple(map(_whole, per_km)))


def _of_leg(data: ReportData, own: BoolArray) -> dict[str, float]:
    speed_mps, stride_s, peaks_mps2 = (data.values[name][own] for name in NEEDED)
    clipped = clipped_by("shank accelerometer", data.values, len(own))[own]
    return dose_by_speed(speed_mps, stride_s, peaks_mps2, clipped)


def _whole(value: float) -> str:
    return f"{value:.0f}" if np.isfinite(value) else UNKNOWN
