"""Score a pod at the ankle outdoors, whose strides are only counted (Adept 2020)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Final

import numpy as np

from imu.frames import GRAVITY_MPS2, UP, FloatArray
from pipelines.validate.results import Figure, Part, Table, ms, number, share

if TYPE_CHECKING:
    from imu.recording.recording import Recording

FILE: Final = "adept2020/ankle_left.npz"
RANGE_MPS2: Final = 8 * GRAVITY_MPS2
STRIDES: Final = 505
"""Counted by autocorrelation over windows of 10 s, as are the runs: the README of the data."""
RUNS_S: Final = ((2.8, 295.8), (317.8, 407.0))
LEAST: Final = 0.97
MOST: Final = 1.03
"""The count is an estimate itself; to find more than there can be is no merit."""
STILL_MPS2: Final = 0.02
SHORT_S: Final = 0.6
LONG_S: Final = 1.1
ALONE: Final = "ankle pod alone"
WITH_STILL: Final = "with a still pod at the pelvis"


@dataclass(frozen=True)
class Strides:
    """Contacts found (k,) on the session clock, whether each toe-off is known (k,), the grade."""

    contact_s: FloatArray
    toe_off_s: FloatArray
    grade: str

    @property
    def inside(self) -> FloatArray:
        """Contacts within the runs."""
        return self.contact_s[self._in_run.any(axis=1)]

    @property
    def outside(self) -> FloatArray:
        """Contacts while she walks, stands or sets off."""
        return self.contact_s[~self._in_run.any(axis=1)]

    @property
    def _in_run(self) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
        start, stop = np.array(RUNS_S).T
        return np.asarray((self.contact_s[:, None] >= start) & (self.contact_s[:, None] <= stop))

    @property
    def stride_s(self) -> FloatArray:
        """Times from one contact in a run to the next, the pause between the runs left out."""
        between_s = np.diff(self.inside)
        return between_s[between_s < RUNS_S[1][0] - RUNS_S[0][1]]


def recording_of(folder: Path, *, still_pelvis: bool) -> Recording | None:
    """Return the recording, a made-up still pod beside it if asked; None where there is no file."""
    import imu

    path = folder / FILE
    if not path.is_file():
        return None
    with np.load(path) as stored:
        acc, rate_hz = stored["acc_mps2"], float(stored["rate_hz"])
    pelvis = None
    if still_pelvis:
        pelvis = STILL_MPS2 * np.random.default_rng(1).standard_normal(acc.shape)
        pelvis[:, UP] += GRAVITY_MPS2
    return imu.Recording.from_arrays(
        rate_hz=rate_hz,
        acc_range_mps2=RANGE_MPS2,
        shank_left=(acc, None),
        pelvis=None if pelvis is None else (pelvis, None),
    )


def scored(reference: ModuleType) -> dict[str, Strides]:
    """Find the strides of the ankle pod, alone and beside a still pod at the pelvis."""
    import imu

    out = {}
    for name, still in ((ALONE, False), (WITH_STILL, True)):
        recording = recording_of(Path(reference.FOLDER), still_pelvis=still)
        if recording is not None:
            result = imu.analyse(recording)
            found = result.stances.events
            left = found.side == "left"
            out[name] = Strides(
                found.initial_contact_s[left], found.toe_off_s[left], result.quality.grade
            )
    return out


def part(reference: ModuleType) -> Part:
    """Return figures and table of the ankle pod."""
    strides = scored(reference)
    if not strides:
        return Part()
    return Part(figures=tuple(_figures(strides)), tables=(_table(strides),))


def _figures(strides: Mapping[str, Strides]) -> Iterator[Figure]:
    for name, one in strides.items():
        on, found = f"Adept 2020, {name}", len(one.inside) / STRIDES
        yield Figure(on, f"strides found of {STRIDES}", found, low=LEAST, high=MOST, decimals=3)
        outside = float(len(one.outside))
        yield Figure(on, "strides outside the runs", outside, low=0.0, high=0.0, decimals=0)


def _table(strides: Mapping[str, Strides]) -> Table:
    return Table(
        "A pod at the ankle outdoors, accelerometer only (Adept 2020)",
        f"One woman, 100 Hz, 8 g; two runs of about {STRIDES} strides together, walking and "
        "standing between. Only the count of strides is known, no event: times from one contact "
        f"to the next below {SHORT_S:g} s are contacts too many or far off, above "
        f"{LONG_S:g} s one is lost. The still pod is made up: it lies flat through both runs as if "
        "left on a table.",
        (
            *("", "found in the runs", "outside", "share", "stride, median s"),
            *("too short", "too long", "toe-off unknown", "contact ms, median", "grade"),
        ),
        tuple(tuple(_cells(name, one)) for name, one in strides.items()),
    )


def _cells(name: str, one: Strides) -> Iterator[str]:
    stride_s = one.stride_s
    length_s = one.toe_off_s - one.contact_s
    known = np.isfinite(length_s)
    yield from (name, str(len(one.inside)), str(len(one.outside)))
    yield share(len(one.inside) / STRIDES)
    yield number(float(np.median(stride_s)) if len(stride_s) else np.nan, 3)
    yield from (str(int((stride_s < SHORT_S).sum())), str(int((stride_s > LONG_S).sum())))
    yield share(float(1 - known.mean()) if len(known) else np.nan)
    yield ms(float(np.median(length_s[known])) if known.any() else np.nan)
    yield one.grade
