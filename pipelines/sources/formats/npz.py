"""Read an NPZ; the size of every array is checked by its own header first."""

from __future__ import annotations

from collections.abc import Collection
from math import prod
from pathlib import Path
from struct import unpack_from
from typing import IO, Any, Final
from zipfile import ZipFile, ZipInfo

import numpy as np
import numpy.typing as npt

from pipelines.sources.formats.table import Table
from pipelines.sources.limits import Limits, check_values
from pipelines.sources.quoting import reading, shown

BLOCK_BYTES: Final = 1 << 20
END_OF_ZIP: Final = b"PK\5\6"
END_OF_LARGE_ZIP: Final = b"PK\6\6"  # stands 76 bytes before the other, if at all


def read_npz(path: Path, wanted: Collection[str], limits: Limits) -> Table:
    """Read the `wanted` arrays; Python objects are never loaded."""
    if directory_bytes(path) > limits.directory_bytes:
        raise ValueError(f"{path} claims to hold too many arrays; export it again")
    with reading(path, "NPZ"):
        archive = ZipFile(path)
    with archive:
        members = {info.filename.removesuffix(".npy"): info for info in archive.infolist()}
        names = tuple(info.filename.removesuffix(".npy") for info in archive.infolist())
        found = [name for name in wanted if name in members]
        check_values(path, sum(members[name].file_size for name in found) // 8, limits)
        return Table(names, {name: _array(path, archive, members[name]) for name in found})


def directory_bytes(path: Path) -> int:
    """Return how long the list of members says it is; zipfile would read all of it at once."""
    with path.open("rb") as file:
        file.seek(-min(path.stat().st_size, (1 << 16) + 98), 2)
        tail = file.read()
    end = tail.rfind(END_OF_ZIP)
    if end < 0 or len(tail) < end + 22:
        return 0  # no archive, as zipfile will say
    large = end >= 76 and tail[end - 76 :].startswith(END_OF_LARGE_ZIP)
    size: int = (
        unpack_from("<Q", tail, end - 36)[0] if large else unpack_from("<L", tail, end + 12)[0]
    )
    return size


def _array(path: Path, archive: ZipFile, info: ZipInfo) -> npt.NDArray[Any]:
    with reading(path, "NPZ"):
        file = archive.open(info)
    with file:
        with reading(path, "NPZ"):
            shape, by_column, dtype = _array_header(file)
        name = info.filename.removesuffix(".npy")
        if dtype.hasobject or dtype.names is not None:
            raise ValueError(f"{path}: {shown(name)} holds objects; save it as an array of numbers")
        size = info.file_size - file.tell()
        if min(shape, default=0) < 0 or prod(shape) * dtype.itemsize != size:
            raise OSError(
                f"{path} is damaged: {shown(name)} says its shape is {shape} "
                f"but holds {size} bytes; export it again"
            )
        content = np.empty(size, np.uint8)
        with reading(path, "NPZ"):
            for start in range(0, size, BLOCK_BYTES):
                block = file.read(min(BLOCK_BYTES, size - start))
                content[start : start + len(block)] = np.frombuffer(block, np.uint8)
    return content.view(dtype).reshape(shape, order="F" if by_column else "C")


def _array_header(file: IO[bytes]) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    version = np.lib.format.read_magic(file)
    read = {
        (1, 0): np.lib.format.read_array_header_1_0,
        (2, 0): np.lib.format.read_array_header_2_0,
    }.get(version)
    if read is None:
        raise ValueError(f"version {version} of NPY holds no plain numbers")
    return read(file)
