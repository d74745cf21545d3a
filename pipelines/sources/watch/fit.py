"""Read the points of a FIT file through fitdecode, within bounds."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import Any, Final

from pipelines.errors import not_installed
from pipelines.sources.watch.track import MOST_POINTS, POINT, Point

LONGEST_S: Final = 9.0  # a day at 1 Hz takes 4
SEMICIRCLES: Final = 180 / 2**31
FIELDS: Final = {
    "altitude_m": ("enhanced_altitude", "altitude"),
    "speed_mps": ("enhanced_speed", "speed"),
    "heart_rate_bpm": ("heart_rate",),
}
STEPS: Final = "cadence counts steps of both feet: twice the strides and their fraction"


def fit_points(path: Path) -> tuple[list[Point], list[str]]:
    """Return the records of a FIT file as points, and notes on them.

    The accumulated distance is not read: it starts anew where a definition is repeated.
    """
    fitdecode = _fitdecode()
    points: list[Point] = []
    until = monotonic() + LONGEST_S
    try:
        with fitdecode.FitReader(
            path,
            check_crc=fitdecode.CrcCheck.RAISE,
            error_handling=fitdecode.ErrorHandling.RAISE,
        ) as file:
            for frame in file:
                if frame.frame_type == fitdecode.FIT_FRAME_DATA and frame.name == "record":
                    points.append(_point(frame))
                if len(points) > MOST_POINTS or monotonic() > until:
                    raise _TooLongError
    except _TooLongError:
        raise ValueError(f"{path} has more in it than a run has; export one activity") from None
    except Exception as error:  # fitdecode lets many kinds through from a damaged file
        why = str(error).strip().partition("\n")[0] or type(error).__name__
        raise ValueError(
            f"{path} is damaged or cut ({why}); copy it from the watch again"
        ) from None
    return points, [STEPS]


class _TooLongError(Exception):
    """More than any run has."""


def _point(frame: Any) -> Point:
    known = {name: _first(frame, fields) for name, fields in FIELDS.items()}
    strides, fraction = _first(frame, ("cadence",)), _first(frame, ("fractional_cadence",))
    known["cadence_spm"] = 2 * (strides + (fraction if fraction == fraction else 0.0))
    for name, field in (("latitude_deg", "position_lat"), ("longitude_deg", "position_long")):
        known[name] = SEMICIRCLES * _first(frame, (field,))
    moment = frame.get_value("timestamp", fallback=None)
    known["time_s"] = moment.timestamp() if isinstance(moment, datetime) else float("nan")
    known["segment"] = 0.0
    return tuple(known.get(name, float("nan")) for name in POINT)


def _first(frame: Any, fields: tuple[str, ...]) -> float:
    """Return the first of these fields that is known; an absent one reads as None or not at all."""
    for field in fields:
        value = frame.get_value(field, fallback=None)
        if isinstance(value, int | float):
            return float(value)
    return float("nan")


def _fitdecode() -> Any:
    try:
        import fitdecode
    except ModuleNotFoundError:
        missing = not_installed("FIT needs fitdecode, which", "fit")
        raise ValueError(f"{missing}, or export GPX or TCX") from None
    return fitdecode
