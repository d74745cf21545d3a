"""Write many rows of numbers as text, a part at a time: an hour of three pods has 13 million."""

from __future__ import annotations

from typing import Final, TextIO

from imu.frames import FloatArray

ROWS_AT_ONCE: Final = 20_000


def write_rows(file: TextIO, row: str, values: FloatArray, *, missing: str) -> None:
    """Write `values` (n, k), each row by the ``%`` format `row`; NaN is written as `missing`."""
    for start in range(0, len(values), ROWS_AT_ONCE):
        part = values[start : start + ROWS_AT_ONCE].tolist()
        file.writelines((row % tuple(line)).replace("nan", missing) for line in part)
