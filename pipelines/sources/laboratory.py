"""What a laboratory measured beside the pods, of a C3D: contacts on force plates, and markers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from imu.dsp.gaps import stretches
from imu.frames import FloatArray
from pipelines.sources.formats.c3d import C3d, read_c3d
from pipelines.sources.limits import LIMITS, Limits, check_file

ON_N: Final = 20.0
SHORTEST_S: Final = 0.05
UNLOADED_PCT: Final = 5.0
LOADED_N: Final = 200.0
IN_M: Final = {"m": 1.0, "cm": 1e-2, "mm": 1e-3, "": 1e-3}


@dataclass(frozen=True)
class Contact:
    """A contact on one plate; times on the clock of the whole trial, that of its analog samples."""

    plate: int
    initial_contact_s: float
    toe_off_s: float
    peak_force_n: float

    @property
    def contact_time_s(self) -> float:
        """How long it took."""
        return self.toe_off_s - self.initial_contact_s


def contacts_on_plates(path: Path | str, limits: Limits = LIMITS) -> list[Contact]:
    """Return the contacts on the force plates of a C3D, above 20 N, in order.

    What a plate reads unloaded, in the frames that the file names for it, is taken off; its sign
    is that of the load. ValueError in one sentence where a plate is never unloaded.
    """
    trial = _trial(path, limits)
    time_s = trial.time_s
    found = [
        contact
        for plate, force_n in enumerate(vertical_forces(trial), start=1)
        for contact in _contacts(plate, time_s, force_n)
    ]
    return sorted(found, key=lambda contact: contact.initial_contact_s)


def markers(path: Path | str, limits: Limits = LIMITS) -> dict[str, FloatArray]:
    """Return the path (frames, 3) of each marker of a C3D in m, NaN where it was hidden."""
    trial = _trial(path, limits)
    unit = str(next(iter(trial.said.get("POINT:UNITS", [""])), "")).lower()
    if unit not in IN_M:
        raise ValueError(f"{trial.path} gives markers in {unit!r}; export them in m or mm")
    labels = [str(word) for word in trial.said.get("POINT:LABELS", ())]
    hidden = (trial.points[..., 3] < 0) | ~np.isfinite(trial.points).all(axis=2)
    at_m = np.where(hidden[..., None], np.nan, trial.points[..., :3] * IN_M[unit])
    return {name: at_m[:, k] for k, name in enumerate(labels[: at_m.shape[1]])}


def vertical_forces(trial: C3d) -> list[FloatArray]:
    """Return the vertical force (n,) on each plate, N, upward on the foot, 0 without load."""
    kinds = np.ravel(trial.said.get("FORCE_PLATFORM:TYPE", ()))
    channels = np.atleast_2d(np.asarray(trial.said.get("FORCE_PLATFORM:CHANNEL", ()), dtype=int))
    if not len(kinds) or not channels.size:
        raise ValueError(f"{trial.path} holds no force plate; export the trial with its forces")
    return [
        _unloaded(trial, plate + 1, _vertical(trial, plate, int(kind), channels[plate] - 1))
        for plate, kind in enumerate(kinds)
    ]


def _trial(path: Path | str, limits: Limits) -> C3d:
    check_file(Path(path), "file", limits.file_bytes)
    return read_c3d(Path(path), limits)


def _vertical(trial: C3d, plate: int, kind: int, channels: Sequence[int]) -> FloatArray:
    if max(channels) >= trial.analogs.shape[1]:
        raise ValueError(f"{trial.path} lacks channels of plate {plate + 1}; export it with all")
    values = trial.analogs[:, channels]
    if kind in (1, 2):
        return np.asarray(values[:, 2])
    if kind == 3:
        return np.asarray(values[:, 4:8].sum(axis=1))
    if kind == 4:
        matrix = np.asarray(trial.said["FORCE_PLATFORM:CAL_MATRIX"], dtype=np.float64)
        # Its columns stand first in the file: element (column, row) of the reversed array.
        return np.asarray(values[:, :6] @ matrix.reshape(-1, 6, 6)[plate][:, 2])
    raise ValueError(
        f"plate {plate + 1} of {trial.path} is of type {kind}; export its forces as type 2"
    )


def _unloaded(trial: C3d, plate: int, raw_n: FloatArray) -> FloatArray:
    """Return a force less what the plate reads unloaded, with load above 0."""
    zero = [int(k) for k in np.ravel(trial.said.get("FORCE_PLATFORM:ZERO", (0, 0)))[:2]]
    per_frame = round(trial.analog_hz / trial.point_hz)
    frames = len(raw_n) // per_frame
    if len(zero) == 2 and 1 <= zero[0] <= zero[1] <= frames:  # frames are counted from 1
        raw_n = raw_n - raw_n[(zero[0] - 1) * per_frame : zero[1] * per_frame].mean()
    sign = np.sign(raw_n[np.argmax(np.abs(raw_n - np.median(raw_n)))]) or 1.0
    force_n = sign * raw_n
    unloaded_n = float(np.percentile(force_n, UNLOADED_PCT))
    if abs(unloaded_n) >= ON_N and float(force_n.max()) > LOADED_N:
        raise ValueError(
            f"plate {plate} of {trial.path} reads {unloaded_n:.0f} N where it reads least: it was "
            "never unloaded, or its zero is off; export the trial with FORCE_PLATFORM:ZERO set to "
            "frames without load"
        )
    return np.asarray(force_n)


def _contacts(plate: int, time_s: FloatArray, force_n: FloatArray) -> list[Contact]:
    """Return the contacts of one plate that begin and end in the trial."""
    start, stop = stretches(force_n > ON_N)
    whole = (start > 0) & (stop < len(force_n)) & (stop - start > SHORTEST_S / np.diff(time_s)[0])
    peaks = np.maximum.reduceat(force_n, start) if len(start) else force_n[:0]
    whole &= peaks > LOADED_N
    return [
        Contact(plate, _crossing(time_s, force_n, a), _crossing(time_s, force_n, b), float(peak))
        for a, b, peak in zip(start[whole], stop[whole], peaks[whole], strict=True)
    ]


def _crossing(time_s: FloatArray, force_n: FloatArray, at: int) -> float:
    """Return when the force passes 20 N between the sample before `at` and that one."""
    before, after = force_n[at - 1], force_n[at]
    share = (ON_N - before) / (after - before)
    return float(time_s[at - 1] + share * (time_s[at] - time_s[at - 1]))
