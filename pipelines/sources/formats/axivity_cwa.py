"""Read CWA of Axivity AX3 and AX6: blocks of samples, most with a time and its sample in them."""

from __future__ import annotations

from collections.abc import Collection
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from imu.frames import FloatArray, IntArray
from pipelines.sources.formats.table import Table
from pipelines.sources.limits import Limits, check_values

BLOCK: Final = np.dtype(
    [
        ("tag", "S2"),
        ("length", "<u2"),
        ("fraction", "<u2"),
        ("session", "<u4"),
        ("sequence", "<u4"),
        ("stamp", "<u4"),
        ("light", "<u2"),
        ("temperature", "<u2"),
        ("events", "u1"),
        ("battery", "u1"),
        ("rate", "u1"),
        ("packing", "u1"),
        ("offset", "<i2"),
        ("count", "<u2"),
        ("data", "u1", (480,)),
        ("checksum", "<u2"),
    ]
)
HEADER: Final = b"MD"
TAG: Final = b"AX"
LENGTH: Final = 508
MOST_HEADER: Final = 4096
FRACTION: Final = 0x8000  # is set where the other bits are a fraction of a second
AXES: Final = ("acc_x", "acc_y", "acc_z")
SIX_AXES: Final = ("gyr_x", "gyr_y", "gyr_z", *AXES)
SMOOTHED: Final = 31  # blocks: a time is only known to the sample
TIME: Final = "time"


def read_cwa(path: Path, wanted: Collection[str], limits: Limits) -> Table:
    """Read ``time`` (of the clock of some place), ``acc_x`` and so on in g, ``gyr_x`` in °/s.

    A block says at which of its samples its time was, to 2⁻¹⁵ s; samples between are spread evenly.
    Layout: Open Movement, Docs/ax3/cwa.h.
    """
    blocks, notes = _blocks(path)
    rate_hz = 3200.0 / (1 << (15 - int(blocks["rate"][0] & 0x0F)))
    packing = int(blocks["packing"][0])
    names = SIX_AXES if packing >> 4 == 6 else AXES
    if not wanted:
        return Table((TIME, *names), {}, notes=notes)
    check_values(path, int(blocks["count"].sum()) * (len(names) + 1), limits)
    values = _values(path, blocks, packing, names)
    time = _times(blocks, rate_hz)
    arrays: dict[str, npt.NDArray[Any]] = {TIME: time}
    arrays |= {name: values[:, k] for k, name in enumerate(names)}
    found = {name: arrays[name] for name in wanted if name in arrays}
    return Table((TIME, *names), found, notes=notes)


def _blocks(path: Path) -> tuple[npt.NDArray[Any], tuple[str, ...]]:
    """Return the whole blocks of samples, of one rate and kind."""
    with path.open("rb") as file:
        start = file.read(4)
    length = int.from_bytes(start[2:], "little") + 4
    if start[:2] != HEADER or not 512 <= length <= MOST_HEADER:
        raise ValueError(f"{path} is no CWA of an Axivity; give the file as it was on the device")
    blocks = np.fromfile(path, BLOCK, offset=length)
    if not len(blocks):
        raise ValueError(f"{path} holds no whole block of samples; copy it from the device again")
    plain = (blocks["tag"] == TAG) & (blocks["length"] == LENGTH) & (blocks["rate"] != 0)
    whole = plain & (_sums(blocks) == 0)
    sound = whole & (blocks["count"] > 0) & (blocks["stamp"] != 0)
    kept = blocks[sound]
    if not len(kept):
        raise ValueError(f"{path} holds no whole block of samples; copy it from the device again")
    if (kept["rate"] != kept["rate"][0]).any() or (kept["packing"] != kept["packing"][0]).any():
        raise ValueError(f"{path} holds recordings of different settings; give one recording")
    damaged = int(np.count_nonzero(plain & ~whole))
    notes = (f"{damaged} blocks of damaged samples left out",) if damaged else ()
    return kept, notes


def _sums(blocks: npt.NDArray[Any]) -> npt.NDArray[np.uint16]:
    """Return the sum of the words of each block, 0 where it is whole."""
    words = blocks.view("<u2").reshape(len(blocks), -1)
    return np.asarray(words.sum(axis=1, dtype=np.uint16))


def _values(
    path: Path, blocks: npt.NDArray[Any], packing: int, names: Collection[str]
) -> FloatArray:
    """Return samples (n, axes): acceleration in g, turns in °/s."""
    if packing == 0x30:
        return _packed(path, blocks) / (1 << (8 + (int(blocks["light"][0]) >> 13)))
    if packing not in (0x32, 0x62):
        raise ValueError(f"{path} packs its samples in a way that is not known ({packing:#x})")
    axes = len(names)
    room = BLOCK["data"].itemsize // (2 * axes)
    rows = blocks["data"].copy().view("<i2")[:, : room * axes].reshape(len(blocks), room, axes)
    _check_counts(path, blocks, room)
    light = int(blocks["light"][0])
    values = rows[_taken(blocks, room)].astype(np.float64)
    values[:, -3:] /= 1 << (8 + (light >> 13))
    values[:, :-3] *= 8000 / (1 << ((light >> 10) & 7)) / 32768
    return values


def _packed(path: Path, blocks: npt.NDArray[Any]) -> FloatArray:
    """Return samples of three numbers of 10 bits and their common exponent."""
    words = blocks["data"].copy().view("<u4")
    _check_counts(path, blocks, words.shape[1])
    words = words[_taken(blocks, words.shape[1])].astype(np.int64)
    each = [
        ((((words >> shift) & 0x3FF) ^ 0x200) - 0x200) << (words >> 30) for shift in (0, 10, 20)
    ]
    return np.column_stack(each).astype(np.float64)


def _check_counts(path: Path, blocks: npt.NDArray[Any], room: int) -> None:
    if blocks["count"].max() > room:
        raise ValueError(f"{path} claims more samples in a block than fit; copy it again")


def _taken(blocks: npt.NDArray[Any], room: int) -> npt.NDArray[np.bool_]:
    """Return which places (blocks, room) hold samples."""
    return np.asarray(np.arange(room) < blocks["count"][:, None])


def _times(blocks: npt.NDArray[Any], rate_hz: float) -> npt.NDArray[np.datetime64]:
    """Return the time of each sample (n,)."""
    has_fraction = (blocks["fraction"] & FRACTION) != 0
    # As 16 bits, as the device counts when it moves the sample back by that fraction.
    fraction = np.where(has_fraction, (blocks["fraction"].astype(np.int64) & 0x7FFF) << 1, 0)
    moved = (fraction * int(rate_hz)) >> 16
    stamp_s = _seconds(blocks["stamp"].astype(np.int64)) + fraction / 65536
    first = np.cumsum(blocks["count"].astype(np.int64)) - blocks["count"]
    at = first + blocks["offset"].astype(np.int64) + moved
    time_s = np.empty(int(blocks["count"].sum()))
    follows = (np.diff(blocks["sequence"].astype(np.int64)) == 1) & (
        np.diff(blocks["session"]) == 0
    )
    edges = np.concatenate([[0], np.flatnonzero(~follows) + 1, [len(blocks)]])
    for start, stop in pairwise(edges):
        samples = np.arange(first[start], first[stop - 1] + blocks["count"][stop - 1])
        time_s[samples] = _spread(at[start:stop], stamp_s[start:stop], samples, rate_hz)
    return np.asarray((time_s * 1e6).astype("datetime64[us]"))


def _spread(at: IntArray, stamp_s: FloatArray, samples: IntArray, rate_hz: float) -> FloatArray:
    """Return times of samples of which those `at` have times, known to the sample."""
    base_s = stamp_s[0]
    if len(at) < 3 or np.ptp(at) == 0:
        return np.asarray(base_s + (samples - at[0]) / rate_hz)
    from scipy.ndimage import uniform_filter1d

    slope, start = np.polyfit(at - at[0], stamp_s - base_s, 1)
    rest = stamp_s - base_s - (start + slope * (at - at[0]))
    smooth = uniform_filter1d(rest, SMOOTHED, mode="nearest")
    line = start + slope * (samples - at[0])
    return np.asarray(base_s + line + np.interp(samples, at, smooth))


def _seconds(packed: IntArray) -> FloatArray:
    """Return s since 1970, by the clock of the device, of years, months and so on in 32 bits."""
    months = ((packed >> 26) & 0x3F) * 12 + ((packed >> 22) & 0x0F) - 1 + (2000 - 1970) * 12
    days = months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    days = days + ((packed >> 17) & 0x1F) - 1
    hours, minutes = (packed >> 12) & 0x1F, (packed >> 6) & 0x3F
    return np.asarray(days * 86400.0 + hours * 3600 + minutes * 60 + (packed & 0x3F))
