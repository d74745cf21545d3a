"""Count running stances in a recording of a person who only walks (imuf 2025)."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Final

import numpy as np

from pipelines.validate.results import Figure, Part, Table
from pipelines.validate.virtual_runs.not_running import NO_GYROSCOPE, counted
from pipelines.validate.virtual_runs.score import without_gyroscopes

if TYPE_CHECKING:
    from imu.recording.recording import Recording

FILE: Final = "imuf2025/shin_walking.npz"
ON: Final = "imuf 2025, shin walking"


def recording_of(folder: Path) -> Recording | None:
    """Return the recording; None where there is no file."""
    import imu

    path = folder / FILE
    if not path.is_file():
        return None
    with np.load(path) as stored:
        pair = (stored["acc_mps2"], stored["gyr_radps"])
        return imu.Recording.from_arrays(rate_hz=float(stored["rate_hz"]), shank_left=pair)


def part(reference: ModuleType) -> Part:
    """Return a figure with the gyroscope and one without, and a table."""
    recording = recording_of(Path(reference.FOLDER))
    if recording is None:
        return Part()
    found = {
        "with gyroscope": counted(recording)[0],
        NO_GYROSCOPE: counted(without_gyroscopes(recording))[0],
    }
    minutes = len(recording) / recording.rate_hz / 60
    return Part(
        figures=tuple(
            Figure(ON, f"running stances, {name}", float(count), low=0.0, high=0.0, decimals=0)
            for name, count in found.items()
        ),
        tables=(
            Table(
                "Walking is not running, gyroscope included (imuf 2025)",
                f"One person, {minutes:.0f} minutes, a phone on the shin, 50 Hz: what is called a "
                "running stance.",
                ("", "running stances found"),
                tuple((name, str(count)) for name, count in found.items()),
            ),
        ),
    )
