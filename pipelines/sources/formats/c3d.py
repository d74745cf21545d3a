"""Read C3D of laboratories: analog channels as a table, in their units; forces and markers beside.

Layout: the C3D user guide, www.c3d.org. Little-endian files, integer or float.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from struct import error, unpack_from
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from imu.frames import FloatArray
from pipelines.sources.formats.table import Table
from pipelines.sources.limits import Limits, check_values

BLOCK: Final = 512
KEY: Final = 0x50
INTEL: Final = 84
TIME: Final = "time"
MOST_PARAMETERS: Final = 1 << 17
FEWEST_FRAMES: Final = 2
LONG_FRAMES: Final = 0xFFFF
UNSIGNED: Final = 1 << 16
TYPES: Final = {-1: "S1", 1: "i1", 2: "<i2", 4: "<f4"}


@dataclass(frozen=True)
class C3d:
    """A trial. `analogs` (n, channels) in their units, `points` (frames, markers, 4) as stored.

    `start_s` is the time of the first of them on the clock of the whole trial, of which this may
    be a part. `said` holds the parameters, by ``GROUP:NAME``.
    """

    path: Path
    said: dict[str, Any]
    labels: tuple[str, ...]
    analogs: FloatArray
    analog_hz: float
    points: FloatArray
    point_hz: float
    start_s: float

    @property
    def time_s(self) -> FloatArray:
        """(n,) of the analog samples."""
        return self.start_s + np.arange(len(self.analogs)) / self.analog_hz


def read_c3d_table(path: Path, wanted: Collection[str], limits: Limits) -> Table:
    """Read ``time`` (s, on the clock of the whole trial) and analog channels by their labels."""
    trial = read_c3d(path, limits)
    if not trial.labels:
        raise ValueError(f"{path} holds no analog channels, so no IMU; give the files of the pods")
    arrays: dict[str, npt.NDArray[Any]] = {TIME: trial.time_s}
    arrays |= {name: trial.analogs[:, k] for k, name in enumerate(trial.labels)}
    found = {name: arrays[name] for name in wanted if name in arrays}
    return Table((TIME, *trial.labels), found)


def read_c3d(path: Path, limits: Limits) -> C3d:
    """Read all of a trial; ValueError in one sentence for what is no C3D, or is cut."""
    content = path.read_bytes()
    if len(content) < BLOCK or content[1] != KEY:
        raise ValueError(f"{path} is no C3D; export the trial again")
    try:
        with np.errstate(invalid="ignore"):  # of NaNs that signal
            return _read(path, content, limits)
    except (error, IndexError, KeyError, TypeError, OverflowError, ValueError) as trouble:
        if str(trouble).startswith(str(path)):
            raise  # a sentence of ours
        raise ValueError(
            f"{path} is damaged or cut ({type(trouble).__name__} in its parameters); "
            "export the trial again"
        ) from None


def _read(path: Path, content: bytes, limits: Limits) -> C3d:
    markers, per_frame, first, last = unpack_from("<4H", content, 2)
    scale, data_block, per_point = unpack_from("<fHH", content, 12)
    point_hz = float(unpack_from("<f", content, 20)[0])
    said = _parameters(path, content)
    frames = _frames(said, first, last)
    if frames < FEWEST_FRAMES:
        raise ValueError(f"{path} holds {max(frames, 0)} frames; export the whole trial")
    if not (np.isfinite(point_hz) and 0 < point_hz < 1e5 and np.isfinite(scale) and scale != 0):
        raise ValueError(f"{path} says a rate of {point_hz:g} Hz; export the trial again")
    channels = per_frame // per_point if per_point else 0
    width = 4 * markers + channels * per_point
    check_values(path, frames * width, limits)
    kind = np.dtype("<f4") if scale < 0 else np.dtype("<i2")
    start = (data_block - 1) * BLOCK
    if start < BLOCK or len(content) - start < frames * width * kind.itemsize:
        held = max(len(content) - start, 0) // max(width * kind.itemsize, 1)
        raise ValueError(
            f"{path} is cut: it names {frames} frames and holds {held}; copy or export it again"
        )
    values = np.frombuffer(content, kind, frames * width, start).reshape(frames, width)
    points = values[:, : 4 * markers].reshape(frames, markers, 4).astype(np.float64)
    if scale > 0:
        points[..., :3] *= scale
    raw = values[:, 4 * markers :].reshape(frames * per_point, channels).astype(np.float64)
    labels, analogs = _in_units(said, raw, channels, whole_numbers=scale > 0)
    return C3d(
        path=path,
        said=said,
        labels=labels,
        analogs=analogs,
        analog_hz=point_hz * max(per_point, 1),
        points=points,
        point_hz=point_hz,
        start_s=(max(first, 1) - 1) / point_hz,
    )


def _frames(said: dict[str, Any], first: int, last: int) -> int:
    """Return how many frames there are: the header counts to 65535 only."""
    if last < LONG_FRAMES:
        return int(last) - int(first) + 1
    start, end = said.get("TRIAL:ACTUAL_START_FIELD"), said.get("TRIAL:ACTUAL_END_FIELD")
    if start is not None and end is not None and len(start) == len(end) == 2:
        one, other = (int(k[0]) % 65536 + 65536 * (int(k[1]) % 65536) for k in (start, end))
        return other - one + 1
    frames = said.get("POINT:LONG_FRAMES", said.get("POINT:FRAMES"))
    return int(np.ravel(frames)[0]) % (1 << 32) if frames is not None else last - first + 1


def _says_unsigned(said: dict[str, Any]) -> bool:
    """Tell whether whole numbers of analog channels are unsigned; they are signed unless said."""
    words = said.get("ANALOG:FORMAT", ())
    return any(str(word).upper() == "UNSIGNED" for word in np.atleast_1d(words))


def _in_units(
    said: dict[str, Any], raw: FloatArray, channels: int, *, whole_numbers: bool
) -> tuple[tuple[str, ...], FloatArray]:
    """Return the names of channels and their values in the units that the file states."""
    labels = [str(word) for word in said.get("ANALOG:LABELS", ())][:channels]
    labels += [f"channel {k + 1}" for k in range(len(labels), channels)]
    general = float(np.ravel(said.get("ANALOG:GEN_SCALE", [1.0]))[0])
    scale, offset = np.ones(channels), np.zeros(channels)
    for key, into in (("ANALOG:SCALE", scale), ("ANALOG:OFFSET", offset)):
        given = np.ravel(np.asarray(said.get(key, ()), dtype=np.float64))[:channels]
        into[: len(given)] = given
    if whole_numbers and _says_unsigned(said):
        raw, offset = raw % UNSIGNED, offset % UNSIGNED  # both are 16 bits
    return tuple(labels), (raw - offset) * (scale * general)


def _parameters(path: Path, content: bytes) -> dict[str, Any]:
    """Return the values of all parameters, by ``GROUP:NAME`` in capitals."""
    at = (content[0] - 1) * BLOCK
    blocks, processor = content[at + 2], content[at + 3]
    if processor != INTEL:
        raise ValueError(f"{path} was written by a DEC or MIPS machine; save it as Intel C3D")
    end = min(at + blocks * BLOCK, len(content), at + MOST_PARAMETERS)
    groups: dict[int, str] = {}
    found: list[tuple[int, str, Any]] = []
    at += 4
    while at + 4 < end:
        length, number = unpack_from("<bb", content, at)
        length = abs(length)
        if length == 0:
            break
        name = content[at + 2 : at + 2 + length].decode("latin-1").strip().upper()
        follows = at + 2 + length
        (ahead,) = unpack_from("<H", content, follows)
        if number < 0:
            groups[-number] = name
        else:
            found.append((number, name, _value(content, follows + 2)))
        if ahead == 0:
            break
        at = follows + ahead
    return {f"{groups.get(number, '')}:{name}": value for number, name, value in found}


def _value(content: bytes, at: int) -> Any:
    """Return one parameter: words as a list, numbers as an array in the order of C3D, reversed."""
    (kind,) = unpack_from("<b", content, at)
    count = content[at + 1]
    shape = tuple(content[at + 2 : at + 2 + count])
    size = int(np.prod(shape)) if shape else 1
    at += 2 + count
    if kind == -1:
        width = shape[0] if shape else 1
        text = content[at : at + size].decode("latin-1")
        return [text[k : k + width].strip() for k in range(0, size, max(width, 1))]
    values = np.frombuffer(content, np.dtype(TYPES[kind]), size, at)
    return values.reshape(shape[::-1]) if shape else values
