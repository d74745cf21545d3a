"""Report a pod that sat turned, higher or lower than in the last run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from imu.frames import PLACEMENTS, FloatArray
from pipelines.formatting import PLACES, listed

MOVED_M: Final = 0.06
"""A height is wrong by 4 cm (SD over people), but by much the same in one runner's every run."""
TURNED_DEG: Final = 20.0
"""Pods strapped on with care differ by some 10 degrees from day to day."""


def turned_since(today: Mapping[str, Any], last: Mapping[str, Any]) -> list[str]:
    """Say which pods sit differently today than in the `last` session; from two file headers."""
    turned = []
    for place in PLACEMENTS:
        now, before = _rotation(today, place), _rotation(last, place)
        if now is None or before is None:
            continue
        angle_deg = _between_deg(now, before)
        if angle_deg > TURNED_DEG:
            turned.append(f"the {PLACES[place].lower()} pod was turned by {angle_deg:.0f}°")
    if not turned:
        return []
    return [
        f"Compared with the last run {listed(turned)}. The axes are corrected for that; peaks may "
        "still differ where a pod also sat higher or lower."
    ]


def moved_since(today: Mapping[str, Any], last: Mapping[str, Any]) -> list[str]:
    """Say which leg pods sit higher or lower today than in the `last` session; from two headers."""
    sentences = []
    for place in PLACEMENTS:
        now, before = _height_m(today, place), _height_m(last, place)
        if now is None or before is None or abs(now - before) < MOVED_M:
            continue
        way = "higher" if now > before else "lower"
        sentences.append(
            f"The {PLACES[place].lower()} pod sat some {100 * abs(now - before):.0f} cm {way} than "
            "in the last run, as far as its signals tell. Impact peaks differ with the height: "
            "compare them with care."
        )
    return sentences


def _height_m(header: Mapping[str, Any], place: str) -> float | None:
    known = (header.get("pods") or {}).get(place) or {}
    height_m = known.get("height_m")
    return float(height_m) if height_m is not None and np.isfinite(height_m) else None


def _rotation(header: Mapping[str, Any], place: str) -> FloatArray | None:
    known = (header.get("alignment") or {}).get(place) or {}
    matrix = np.asarray(known.get("segment_from_sensor", ()), dtype=np.float64)
    return matrix if matrix.shape == (3, 3) and np.isfinite(matrix).all() else None


def _between_deg(a: FloatArray, b: FloatArray) -> float:
    cosine = (np.trace(a @ b.T) - 1) / 2
    return float(np.degrees(np.arccos(np.clip(cosine, -1, 1))))
