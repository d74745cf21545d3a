"""Convert records of the core to JSON that any language reads: no NaN, no numpy."""

import json
import math
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np

from imu.frames import FloatArray


def to_json(value: Any) -> str:
    """Return compact JSON; NaN and infinity become null, arrays lists, dataclasses objects."""
    return json.dumps(plain(value), ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def to_json_for_people(value: Any) -> str:
    """Return the same over several lines."""
    return json.dumps(plain(value), ensure_ascii=False, allow_nan=False, indent=2)


def plain(value: Any) -> Any:
    """Return `value` made of dict, list, str, int, float, bool and None only."""
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return {_encodable(str(key)): plain(item) for key, item in value.items()}
    if isinstance(value, np.ndarray | np.generic):
        return plain(value.tolist())
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, int):
        return value
    return _encodable(str(value))


def _encodable(text: str) -> str:
    """Spell what UTF-8 cannot hold: a file name of another encoding has such characters."""
    return text.encode(errors="backslashreplace").decode()


def rounded(values: FloatArray, digits: int = 5) -> FloatArray:
    """Return `values` (...) to `digits` significant digits, for text that people may read."""
    size = np.abs(values)
    known = np.isfinite(values) & (size > 0)
    exponent = np.zeros_like(values)
    exponent[known] = digits - 1 - np.floor(np.log10(size[known]))
    factor = 10.0**exponent
    return np.where(known, np.round(np.where(known, values, 0) * factor) / factor, values)


def numbers(values: Any) -> FloatArray:
    """Return nested lists as an array (...) of float, null as NaN: the way back from JSON."""
    return np.array(values, dtype=np.float64)
