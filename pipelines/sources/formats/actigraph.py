"""Read .gt3x of ActiGraph through pygt3x: an archive of records, most of one second each."""

from __future__ import annotations

import logging
import re
from collections.abc import Collection
from pathlib import Path
from typing import Any, Final
from zipfile import ZipFile

import numpy as np
import numpy.typing as npt

from pipelines.sources.formats.npz import directory_bytes
from pipelines.sources.formats.table import Table
from pipelines.sources.limits import Limits, check_values
from pipelines.sources.quoting import reading

AXES: Final = ("acc_x", "acc_y", "acc_z")
TIME: Final = "time"
INFO: Final = "info.txt"
RECORDS: Final = "log.bin"
MOST_INFO: Final = 1 << 16
MOST_RATIO: Final = 60
LARGEST_BYTES: Final = 1 << 28  # of what is unpacked: five days at 100 Hz
LEAST_BYTES: Final = 1 << 22


def read_gt3x(path: Path, wanted: Collection[str], limits: Limits) -> Table:
    """Read ``time`` and ``acc_x``, ``acc_y``, ``acc_z`` in g.

    The device keeps the wall clock of where it was set up, and states its zone. What its reader
    fills in while the device slept is left out: that is a gap.
    """
    said = _checked_info(path, limits)
    if not wanted:
        return Table((TIME, *AXES), {})
    try:
        from pygt3x.reader import FileReader
    except ModuleNotFoundError:
        raise ValueError(
            f"{path} needs a reader that is not installed; pip install 'midstance[actigraph]' "
            "brings it, or export the file as CSV"
        ) from None
    _silence()
    with reading(path, "gt3x"), FileReader(str(path)) as reader:
        frame = reader.to_pandas()
        asleep = frame["IdleSleepMode"].to_numpy(dtype=bool)
        stamps = frame.index.to_numpy(dtype=np.float64)[~asleep]
        values = frame[["X", "Y", "Z"]].to_numpy(dtype=np.float64)[~asleep]
    if not len(stamps):
        raise ValueError(f"{path} holds no acceleration; download it from the device again")
    zone_s = _zone_s(said)
    time = (np.rint((stamps - (zone_s or 0.0)) * 1e6)).astype("datetime64[us]")
    arrays: dict[str, npt.NDArray[Any]] = {TIME: time}
    arrays |= {name: values[:, k] for k, name in enumerate(AXES)}
    zoned = frozenset() if zone_s is None else frozenset({TIME})
    slept = int(np.count_nonzero(asleep))
    notes = (f"{slept} samples of idle sleep, which were not measured, left out",) if slept else ()
    found = {name: arrays[name] for name in wanted if name in arrays}
    return Table((TIME, *AXES), found, zoned, notes)


def _silence() -> None:
    """Keep what its reader logs of damaged records off the terminal."""
    log = logging.getLogger("pygt3x")
    if not log.handlers:
        log.addHandler(logging.NullHandler())


def _checked_info(path: Path, limits: Limits) -> str:
    """Return what the archive says of itself; ValueError where it claims more than a recording."""
    if directory_bytes(path) > limits.directory_bytes:
        raise ValueError(f"{path} claims to hold too many files; download it again")
    with reading(path, "gt3x"):
        archive = ZipFile(path)
    with archive:
        size = sum(one.file_size for one in archive.infolist())
        packed = sum(one.compress_size for one in archive.infolist())
        if size > LARGEST_BYTES or size > MOST_RATIO * max(packed, LEAST_BYTES // MOST_RATIO):
            raise ValueError(
                f"{path} claims to hold {size:.3g} bytes in {packed:.3g}, more than is read; "
                "cut it to the run with the software of the device"
            )
        if INFO not in archive.namelist():
            raise ValueError(f"{path} is no recording of an ActiGraph; download it again")
        if RECORDS not in archive.namelist():
            raise ValueError(
                f"{path} is of an older ActiGraph, without {RECORDS}, and its reader gets the date "
                "of such files wrong; export it as CSV, with time stamps, and give a mapping"
            )
        with reading(path, "gt3x"), archive.open(INFO) as file:
            said = file.read(MOST_INFO).decode("utf-8-sig", errors="replace")
    check_values(path, size // 4, limits)
    return said


def _zone_s(said: str) -> float | None:
    """Return how far the device's clock is from UTC, s; None where it does not say it."""
    found = re.search(r"TimeZone: *([+-]?)(\d\d):(\d\d):(\d\d)", said)
    if found is None:
        return None
    sign = -1.0 if found.group(1) == "-" else 1.0
    hours, minutes, seconds = (int(found.group(k)) for k in (2, 3, 4))
    return sign * (3600 * hours + 60 * minutes + seconds)
