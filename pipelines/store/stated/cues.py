"""Read ``cues.toml``: the lines a runner set for herself, to be told of while she runs."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from math import isfinite
from pathlib import Path
from typing import Any, Final

import imu.metrics  # noqa: F401  (declares the metrics)
from imu.metrics.registry import METRICS
from pipelines.errors import no_use_for

SIDES: Final = ("left", "right", "both")
LINES: Final = ("above", "below", "above_usual", "below_usual")
KEYS: Final = ("metric", "side", *LINES, "hysteresis", "least_s", "bell")
LEAST_S: Final = (0.0, 600.0)
USUAL_LEAST_S: Final = 10.0


@dataclass(frozen=True, slots=True)
class StatedCue:
    """One line as it was set: a number in the metric's own unit, and which of `LINES` it is."""

    metric: str
    side: str
    kind: str
    number: float
    hysteresis: float
    least_s: float
    bell: bool


def read_cues(path: Path) -> list[StatedCue]:
    """Return the cues of a file; ValueError, in one sentence, names what is wrong.

    The file has one table ``[[cue]]`` for each: `metric`, the number under one of `LINES`, and, if
    wanted, `side`, `hysteresis`, `least_s` and `bell`.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise FileNotFoundError(f"there is no file {path}; check its name") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{path} is not valid TOML ({error}); correct that place") from None
    if wrong := no_use_for(content, ("cue",)):
        raise ValueError(f"{path} {wrong}")
    tables = content.get("cue", [])
    if not isinstance(tables, list) or not all(isinstance(one, dict) for one in tables):
        raise ValueError(f"{path}: cue is {tables!r:.80}; begin each cue with a line [[cue]]")
    return [_cue(f"{path}: cue {number}", one) for number, one in enumerate(tables, start=1)]


def _cue(where: str, table: Mapping[str, Any]) -> StatedCue:
    if wrong := no_use_for(table, KEYS):
        raise ValueError(f"{where} {wrong}")
    metric = _metric(where, table.get("metric"))
    kinds = [kind for kind in LINES if kind in table]
    if len(kinds) != 1:
        raise ValueError(f"{where} has {len(kinds)} lines; give one of {', '.join(LINES)}")
    side = table.get("side", "both")
    if side not in SIDES:
        raise ValueError(f"{where}: side is {side!r:.80}; give one of {', '.join(SIDES)}")
    bell = table.get("bell", False)
    if not isinstance(bell, bool):
        raise ValueError(f"{where}: bell is {bell!r:.80}; give true or false")
    far = METRICS[metric].valid_range
    low, high = far if kinds[0] in ("above", "below") else (0.0, far[1] - far[0])
    return StatedCue(
        metric,
        side,
        kinds[0],
        _number(where, table, kinds[0], (low, high)),
        _number(where, table, "hysteresis", (0.0, far[1] - far[0]), METRICS[metric].typical_error),
        _number(where, table, "least_s", LEAST_S, USUAL_LEAST_S),
        bell,
    )


def _metric(where: str, name: Any) -> str:
    if not isinstance(name, str) or name not in METRICS:
        near = get_close_matches(str(name), METRICS, n=1)
        meant = f" (did you mean {near[0]}?)" if near else ""
        raise ValueError(
            f"{where}: metric is {name!r:.80}{meant}; midstance metrics lists what can be measured"
        )
    metric = METRICS[name]
    if metric.session_only or any("standing" in need for need in metric.needs):
        raise ValueError(
            f"{where}: {name} is known only when the whole run is; choose another metric"
        )
    return metric.name


def _number(
    where: str,
    table: Mapping[str, Any],
    key: str,
    limits: tuple[float, float],
    otherwise: float | None = None,
) -> float:
    value, (low, high) = table.get(key, otherwise), limits
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not isfinite(value) or not low <= value <= high:
        raise ValueError(
            f"{where}: {key} is {value!r:.80}; give a number from {low:g} to {high:g}, in the unit "
            "that the metric's name ends with"
        )
    return float(value)
