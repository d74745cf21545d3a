"""Read a Movesense log as JSON: chunks of samples under one stamp, of one sensor or of several."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from imu.frames import FloatArray
from pipelines.sources.formats.table import Table
from pipelines.sources.limits import Limits, check_values
from pipelines.sources.quoting import first_line, shown

SENSORS: Final = {"acc": "ArrayAcc", "gyr": "ArrayGyro"}
AXES: Final = "xyz"
STAMP: Final = "Timestamp"
LARGEST_BYTES: Final = 1 << 28  # an hour at 208 Hz is half of it
BYTES_OF: Final = {b"[": 88, b"{": 240, b",": 40}  # of memory that each of them takes, about
MOST_MEMORY: Final = 1 << 30
DEEPEST: Final = 6


def read_movesense_json(path: Path, wanted: Collection[str], limits: Limits) -> Table:
    """Read ``acc_time``, ``acc_x`` and so on, the same for ``gyr``; times in ms, as stamped.

    All samples of a chunk have its stamp. Where a chunk holds both sensors they share their rows.
    """
    arrays: dict[str, FloatArray] = {}
    try:
        for sensor, chunks in _by_sensor(path).items():
            arrays |= _columns(path, sensor, chunks, limits)
    except (TypeError, ValueError, KeyError, OverflowError) as error:
        if str(error).startswith(str(path)):
            raise
        raise ValueError(
            f"{path} is no log of a Movesense ({first_line(error)}); export it again"
        ) from None
    if not arrays:
        raise ValueError(f"{path} holds no acceleration of a Movesense; export one with Acc or IMU")
    return Table(tuple(arrays), {name: arrays[name] for name in wanted if name in arrays})


def _by_sensor(path: Path) -> dict[str, list[tuple[float, Any]]]:
    """Return stamp and samples of each chunk, by sensor."""
    found: dict[str, list[tuple[float, Any]]] = {}
    for chunk in _chunks(_parsed(path), 0):
        for sensor, key in SENSORS.items():
            if key in chunk:
                found.setdefault(sensor, []).append((chunk[STAMP], chunk[key]))
    return found


def _parsed(path: Path) -> Iterator[Any]:
    """Yield the document, or each line where every line is one."""
    if path.stat().st_size > LARGEST_BYTES:
        raise ValueError(
            f"{path} has more than {LARGEST_BYTES} bytes; export it in shorter pieces, or as CSV"
        )
    content = path.read_bytes()
    if sum(size * content.count(sign) for sign, size in BYTES_OF.items()) > MOST_MEMORY:
        raise ValueError(f"{path} needs too much memory; export it in shorter pieces, or as CSV")
    try:
        text = content.decode("utf-8-sig")
        start = text.find("\n", 0, 1 << 20)
        if start > 0 and _is_whole(text[:start]):
            for line in text.splitlines():
                if line.strip():
                    yield json.loads(line)
        else:
            yield json.loads(text)
    except RecursionError:
        raise ValueError(f"{path} nests too deeply for a log; export it again") from None
    except UnicodeDecodeError:
        raise ValueError(f"{path} is not text in UTF-8; export it again") from None


def _is_whole(line: str) -> bool:
    try:
        json.loads(line)
    except ValueError:
        return False
    return True


def _chunks(value: Any, depth: int) -> Iterator[dict[str, Any]]:
    """Yield each object that holds a stamp and samples, however deep it lies."""
    if depth > DEEPEST:
        return
    if isinstance(value, dict):
        if STAMP in value and any(key in value for key in SENSORS.values()):
            yield value
            return
        for one in value.values():
            yield from _chunks(one, depth + 1)
    elif isinstance(value, list | Iterator):
        for one in value:
            yield from _chunks(one, depth + 1)


def _columns(
    path: Path, sensor: str, chunks: Sequence[tuple[float, Any]], limits: Limits
) -> dict[str, FloatArray]:
    samples = [one for _, chunk in chunks for one in chunk]
    check_values(path, 4 * len(samples), limits)
    counts = [len(chunk) for _, chunk in chunks]
    stamps = np.array([_number(path, stamp) for stamp, _ in chunks])
    named = {f"{sensor}_time": np.repeat(stamps, counts)}
    for axis in AXES:
        values = [_number(path, one[axis]) for one in samples]
        named[f"{sensor}_{axis}"] = np.array(values, dtype=np.float64)
    return named


def _number(path: Path, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"{path} holds {shown(value)} in place of a number; export it again")
    return float(value)
