"""Values that no running stance has: left out, said in words, counted.

A value beyond `Metric.valid_range` comes from an analysis that failed in this stance (a pod that
was knocked, a contact in the wrong place), not from the runner. That is no knowledge, so it is
NaN, as all else that is not known; the words keep the number, for whoever wants to judge it.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from imu.frames import FloatArray, IntArray
from imu.metrics.registry import METRICS

COUNT: Final = "implausible_count"
"""Column of the quality: how many values of the stance were left out."""
SAID: Final = "implausible, beyond"
"""Between value and range; see `_text`."""


def left_out(
    metrics: Mapping[str, FloatArray], words: npt.NDArray[np.str_]
) -> tuple[dict[str, FloatArray], npt.NDArray[np.str_], IntArray]:
    """Return the metrics (k,) within their valid ranges, the quality words, and how many were not.

    What lies beyond is NaN, and `words` (k,) tell its name, value and range in the metric's unit.
    """
    kept, count = dict(metrics), np.zeros(len(words), dtype=np.int64)
    found: list[tuple[IntArray, npt.NDArray[np.str_]]] = []
    for name, values in metrics.items():
        low, high = METRICS[name].valid_range
        beyond = (values < low) | (values > high)
        if beyond.any():
            at = np.flatnonzero(beyond)
            found.append((at, _text(name, values[at])))
            kept[name] = np.where(beyond, np.nan, values)
            count += beyond
    return kept, _told(words, np.flatnonzero(count), found), count


def _told(
    words: npt.NDArray[np.str_],
    rows: IntArray,
    found: Sequence[tuple[IntArray, npt.NDArray[np.str_]]],
) -> npt.NDArray[np.str_]:
    """Return `words` (k,) with what was `found` added at the stances `rows` that it is about."""
    if not len(rows):
        return words
    told = words[rows].astype(object)  # few of many, and as long as they need be
    for at, text in found:
        place = np.searchsorted(rows, at)
        told[place] += np.where(told[place] == "", "", "; ").astype(object) + text.astype(object)
    told = told.astype(np.str_)
    out = words.astype(np.promote_types(words.dtype, told.dtype))
    out[rows] = told
    return out


def counts(quality: Mapping[str, npt.NDArray[Any]]) -> dict[str, int]:
    """Return metric -> number of stances in which it was left out, from the quality columns."""
    words = quality["quality"][quality[COUNT] > 0]
    named = Counter(re.findall(rf"(\w+) \S+ {SAID} ", "; ".join(words.tolist())))
    return {name: named[name] for name in METRICS if name in named}


def _text(name: str, values: FloatArray) -> npt.NDArray[np.str_]:
    """Return e.g. ``pelvic_tilt_range_deg 124.8 implausible, beyond 0 to 25 °``, per value."""
    low, high = METRICS[name].valid_range
    symbol = METRICS[name].unit.symbol
    end = f"{low:g} to {high:g} {symbol}".rstrip().replace("%", "%%")
    return np.char.mod(f"{name} %.4g {SAID} {end}", values)
