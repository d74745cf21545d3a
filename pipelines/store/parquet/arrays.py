"""Arrow arrays from columns of numbers, instants and texts, and numbers from them, by their bytes.

`pyarrow.array` and `to_numpy` do the same, but load pandas where that is installed, however little
they are given: 40 MB that nobody needs who only processes a session.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import pyarrow as pa

AnyArray = npt.NDArray[Any]


def array(values: AnyArray | Sequence[Any], kind: pa.DataType) -> pa.Array:
    """Return numbers, booleans, instants or texts (n,) as Arrow; NaN and NaT are null, as is None.

    None only among texts. Raises ValueError where whole numbers are asked for and `values` has
    others, and for anything else than numbers, booleans and instants.
    """
    import pyarrow as pa

    if pa.types.is_string(kind):
        known, data = _texts(values)
    else:
        known, data = _numbers(np.asarray(values), kind)
    present = None if known.all() else _bits(known)
    return pa.Array.from_buffers(kind, len(known), [present, *map(pa.py_buffer, data)])


def column_values(column: pa.ChunkedArray) -> AnyArray:
    """Return a column of numbers (n,); NaN where it is null."""
    found = [_of_chunk(chunk) for chunk in column.chunks]
    return np.concatenate(found) if found else np.zeros(0, column.type.to_pandas_dtype())


def _of_chunk(chunk: pa.Array) -> AnyArray:
    present, data = chunk.buffers()
    part = slice(chunk.offset, chunk.offset + len(chunk))
    found = np.frombuffer(data, chunk.type.to_pandas_dtype(), part.stop)[part]
    if not chunk.null_count:
        return found
    known = np.unpackbits(np.frombuffer(present, np.uint8), bitorder="little")[part]
    return np.where(known, found, np.nan)


def _texts(values: AnyArray | Sequence[Any]) -> tuple[AnyArray, list[Any]]:
    """Return which are known (n,), and where each text begins and all of them."""
    given: Sequence[str | None] = values.tolist() if isinstance(values, np.ndarray) else values
    known = np.array([value is not None for value in given], dtype=bool)
    encoded = {value: b"" if value is None else value.encode() for value in set(given)}
    texts = [encoded[value] for value in given]
    starts = np.cumsum([0, *map(len, texts)], dtype=np.int64)
    if starts[-1] > np.iinfo(np.int32).max:
        raise ValueError("more than 2 GB of text in one column; write it in several files")
    return known, [starts.astype(np.int32), b"".join(texts)]


def _numbers(values: AnyArray, kind: pa.DataType) -> tuple[AnyArray, list[Any]]:
    """Return which are known (n,), and all of them as their type has them in memory."""
    import pyarrow as pa

    if values.dtype.kind not in "fiubM":
        raise ValueError(f"values of type {values.dtype} cannot be stored as {kind}")
    known = np.ones(len(values), dtype=bool)
    if values.dtype.kind in "fM":
        known = ~(np.isnan(values) if values.dtype.kind == "f" else np.isnat(values))
    if pa.types.is_timestamp(kind):
        return known, [values.astype(f"datetime64[{kind.unit}]").astype(np.int64)]
    if pa.types.is_boolean(kind):
        return known, [_bits(values.astype(bool))]
    plain = values if known.all() else np.where(known, values, 0)
    plain = np.ascontiguousarray(plain, dtype=kind.to_pandas_dtype())
    if pa.types.is_integer(kind) and not np.array_equal(plain[known], values[known]):
        raise ValueError(f"numbers that are not whole do not fit {kind}")
    return known, [plain]


def _bits(mask: AnyArray) -> Any:
    import pyarrow as pa

    return pa.py_buffer(np.packbits(mask, bitorder="little"))
