"""Read the .bin of GENEActiv: lines of text, and pages of 300 samples in hexadecimal digits."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from imu.frames import FloatArray
from pipelines.sources.formats.table import Table
from pipelines.sources.limits import Limits, check_values
from pipelines.sources.quoting import shown

AXES: Final = ("acc_x", "acc_y", "acc_z")
TIME: Final = "time"
FIRST_LINE: Final = b"Device Identity"
RECORDED: Final = b"Recorded Data"
DIGITS: Final = 12  # of a sample: three numbers of 12 bits, light, a button
SAMPLES: Final = 300  # of a page
MOST_HEADER_LINES: Final = 200
PAGE_LINES: Final = 20


FEWEST_PAGES: Final = 20  # from which on half a second of each does not matter
MOST_OFF: Final = 0.02


@dataclass(frozen=True)
class _Page:
    """A page: its number, when it began (s of 1970), the rate it states, raw samples (n, 3)."""

    number: int
    stamp_s: float
    rate_hz: float
    raw: FloatArray


def read_geneactiv(path: Path, wanted: Collection[str], limits: Limits) -> Table:
    """Read ``time`` and ``acc_x``, ``acc_y``, ``acc_z`` in g.

    Pages are numbered and state their time to half a second: a line is laid through these times, at
    the stated rate where they are too few, so that a lost page is a gap and nothing else is.
    """
    with path.open("rb") as file:
        said = _header(path, file)
        if not wanted:
            return Table((TIME, *AXES), {})
        pages, notes = _pages(path, file, limits)
    zone_s = _zone_s(said)
    order = np.argsort([page.number for page in pages], kind="stable")
    pages = [pages[at] for at in order]
    time = _times(path, pages) - np.timedelta64(int((zone_s or 0) * 1e6), "us")
    raw = np.concatenate([page.raw for page in pages])
    arrays: dict[str, npt.NDArray[Any]] = {TIME: time}
    for k, axis in enumerate("xyz"):
        gain, offset = _number(path, said, f"{axis} gain"), _number(path, said, f"{axis} offset")
        arrays[AXES[k]] = (raw[:, k] * 100.0 - offset) / gain
    found = {name: arrays[name] for name in wanted if name in arrays}
    zoned = frozenset() if zone_s is None else frozenset({TIME})
    return Table((TIME, *AXES), found, zoned, notes)


def _header(path: Path, file: Any) -> dict[str, str]:
    """Return what the lines before the first page say."""
    said: dict[str, str] = {}
    if not file.readline(1000).startswith(FIRST_LINE):
        raise ValueError(f"{path} is no recording of a GENEActiv; give the .bin as extracted")
    for _ in range(MOST_HEADER_LINES):
        line = file.readline(1000)
        if line.startswith(RECORDED):
            return said
        key, _, value = line.decode("latin-1").strip().partition(":")
        said.setdefault(key.strip(), value.strip())
    raise ValueError(f"{path} holds no recorded page; extract it from the device again")


def _pages(path: Path, file: Any, limits: Limits) -> tuple[list[_Page], tuple[str, ...]]:
    """Return each page, and how many were damaged."""
    check_values(path, path.stat().st_size // DIGITS * (len(AXES) + 1), limits)
    pages, damaged = [], 0
    for lines in _page_lines(file):
        try:
            pages.append(_page(lines))
        except (ValueError, KeyError, IndexError, OverflowError):
            damaged += 1
    if not pages:
        raise ValueError(f"{path} holds no whole page; extract it from the device again")
    return pages, (f"{damaged} damaged pages left out",) if damaged else ()


def _page_lines(file: Any) -> Iterator[list[bytes]]:
    """Yield the lines of each page."""
    lines: list[bytes] = []
    longest = SAMPLES * DIGITS + 1000
    while line := file.readline(longest):
        if line.startswith(RECORDED):
            yield lines
            lines = []
        elif len(lines) < PAGE_LINES:
            lines.append(line)
    yield lines


def _page(lines: list[bytes]) -> _Page:
    said = dict(line.decode("latin-1").strip().split(":", 1) for line in lines if b":" in line)
    day, _, millis = said["Page Time"].rpartition(":")
    stamp = datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp() + int(millis) / 1000
    rate_hz, number = float(said["Measurement Frequency"]), int(said["Sequence Number"])
    if not 1 <= rate_hz <= 1000 or not 0 <= number < 1 << 31:
        raise ValueError(f"a rate of {rate_hz} in page {number}")
    digits = bytes.fromhex(lines[-1].strip().decode("ascii"))
    each = np.frombuffer(digits, np.uint8).reshape(-1, DIGITS // 2).astype(np.int64)
    if len(each) > SAMPLES:
        raise ValueError(f"{len(each)} samples")
    # Twice 12 bits in three bytes; the last 12 hold light and button.
    x = (each[:, 0] << 4) | (each[:, 1] >> 4)
    y = ((each[:, 1] & 0x0F) << 8) | each[:, 2]
    z = (each[:, 3] << 4) | (each[:, 4] >> 4)
    signed = (np.column_stack([x, y, z]) ^ 0x800) - 0x800
    return _Page(number, stamp, rate_hz, signed.astype(np.float64))


def _times(path: Path, pages: Sequence[_Page]) -> npt.NDArray[np.datetime64]:
    """Return the time of each sample (n,), by the clock of the device."""
    first = np.array([page.number for page in pages]) * SAMPLES
    stamp_s = np.array([page.stamp_s for page in pages])
    rate_hz = pages[0].rate_hz
    if len(pages) >= FEWEST_PAGES:
        fitted_hz = 1 / float(np.polyfit(first - first[0], stamp_s - stamp_s[0], 1)[0])
        if not abs(fitted_hz / rate_hz - 1) < MOST_OFF:
            raise ValueError(
                f"{path} says {rate_hz:g} Hz, and the times of its pages {fitted_hz:.4g} Hz; its "
                "clock was set, or pages are missing: cut it there, or extract it again"
            )
        rate_hz = fitted_hz
    begin_s = float(np.median(stamp_s - first / rate_hz))
    at = np.concatenate([np.arange(len(page.raw)) + page.number * SAMPLES for page in pages])
    return np.asarray(((begin_s + at / rate_hz) * 1e6).astype("datetime64[us]"))


def _zone_s(said: dict[str, str]) -> float | None:
    """Return how far the device's clock is from UTC, s; None where it does not say it."""
    found = re.fullmatch(r"GMT *([+-]\d\d):(\d\d)", said.get("Time Zone", ""))
    if found is None:
        return None
    hours, minutes = int(found.group(1)), int(found.group(2))
    return 3600.0 * hours + 60.0 * (minutes if found.group(1)[0] == "+" else -minutes)


def _number(path: Path, said: dict[str, str], key: str) -> float:
    try:
        value = float(said[key])
    except (KeyError, ValueError):
        value = 0.0
    if value == 0.0 and key.endswith("gain"):
        raise ValueError(f"{path} does not say its {shown(key)}; extract it from the device again")
    return value
