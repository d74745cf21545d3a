"""Export the orientations of the pods and the estimated force for OpenSim.

Sources: OpenSim 4.6's own readers, and its inverse kinematics of IMUs, which takes columns named
``<body>_imu``, drops foreign names in silence and ends at a row that is NaN in every column. Its
files are y up; the orientations here are z up, as those of IMUs are, and its tools turn them.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final, TextIO

import numpy as np

from imu.frames import GRAVITY_MPS2, FloatArray, Placement
from pipelines.export.kinds import Exported, Wanted
from pipelines.export.over_time import OverTime, over_time
from pipelines.export.run import load
from pipelines.export.signs import FORCE, ORIENTATION
from pipelines.export.text_rows import write_rows
from pipelines.store.atomic import publish_folder

BODIES: Final[Mapping[Placement, str]] = {
    "pelvis": "pelvis_imu",
    "shank_left": "tibia_l_imu",
    "shank_right": "tibia_r_imu",
}
ORIENTATIONS: Final = "orientations.sto"
FORCES: Final = "estimated_force.mot"
READ_ME: Final = "README.txt"
WORLD: Final = (
    "the world of the orientations is z up; set sensor_to_opensim_rotations to -1.5707963268 0 0 "
    "(-90 degrees about x) in OpenSim's IMU placer and inverse kinematics"
)
HEADINGS: Final = (
    "each pod finds its heading by itself, without a magnetometer: do not read the turn about the "
    "vertical of one body against another"
)
ESTIMATED: Final = (
    "the force is estimated, vertical alone, without a centre of pressure; it is no force plate"
)
IN_BW: Final = "body weights, since the runner's mass_kg is not known (athlete.toml)"


def export(wanted: Wanted) -> Exported:
    """Write a folder with orientations, force and a text on both."""
    run = load(wanted.files)
    known = over_time(wanted.files)
    if not known.orientation:
        raise ValueError(f"{run.session} has no gyroscope, so that no orientation is known")
    mass_kg = run.header.get("athlete_mass_kg")
    words = (WORLD, ORIENTATION, HEADINGS, *((FORCE, ESTIMATED) if known.force_bw else ()))
    publish_folder(wanted.path, lambda folder: write(known, folder, mass_kg, words))
    rows = int(_any_known(list(known.orientation.values())).sum())
    return Exported(wanted.path, rows, "rows of orientations", words)


def write(known: OverTime, folder: Path, mass_kg: float | None, words: tuple[str, ...]) -> None:
    """Write the files into `folder`."""
    with (folder / ORIENTATIONS).open("w", encoding="ascii", newline="\n") as file:
        _orientations(file, known)
    if known.force_bw:
        with (folder / FORCES).open("w", encoding="ascii", newline="\n") as file:
            _forces(file, known, mass_kg)
    (folder / READ_ME).write_text("".join(f"{line}\n" for line in words), encoding="utf-8")


def _any_known(columns: list[FloatArray]) -> FloatArray:
    """Return True (n,) for rows that are not NaN in every column."""
    rows = [np.isfinite(values).reshape(len(values), -1).any(axis=1) for values in columns]
    return np.asarray(np.logical_or.reduce(rows))


def _orientations(file: TextIO, known: OverTime) -> None:
    columns = {BODIES[place]: values for place, values in known.orientation.items()}
    file.write(f"DataRate={known.rate_hz:f}\nDataType=Quaternion\nversion=3\n")
    file.write("OpenSimVersion=4.6\nworld=z up, turn by -90 degrees about x\n")
    file.write("signs=x forward, y left, z up of each body, the same axes on both legs\n")
    file.write("endheader\n" + "\t".join(["time", *columns]) + "\n")
    row = "\t".join(["%.6f", *["%.9f,%.9f,%.9f,%.9f"] * len(columns)]) + "\n"
    _rows(file, row, known.time_s, np.hstack(list(columns.values())))


def _forces(file: TextIO, known: OverTime, mass_kg: float | None) -> None:
    unit, factor = ("N", mass_kg * GRAVITY_MPS2) if mass_kg else ("BW", 1.0)
    columns = {
        f"ground_force_{side}_vy" + ("" if mass_kg else "_bw"): factor * values
        for side, values in known.force_bw.items()
    }
    values = np.column_stack(list(columns.values()))
    kept = int(np.isfinite(values).any(axis=1).sum())
    file.write("estimated vertical ground reaction force\nversion=1\n")
    file.write(f"nRows={kept}\nnColumns={1 + len(columns)}\ninDegrees=no\n")
    file.write(f"unit={unit if mass_kg else IN_BW}\nsigns=+ upward, onto each foot\n")
    file.write("endheader\n" + "\t".join(["time", *columns]) + "\n")
    _rows(file, "\t".join(["%.6f", *["%.6g"] * len(columns)]) + "\n", known.time_s, values)


def _rows(file: TextIO, row: str, time_s: FloatArray, values: FloatArray) -> None:
    """Write the rows in which anything is known."""
    kept = np.isfinite(values).any(axis=1)
    table = np.column_stack([time_s[kept], values[kept]])
    write_rows(file, row, table, missing="NaN")
