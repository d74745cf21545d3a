"""Export the samples of the pods as a BIDS-Motion dataset, with the stances as events.

Source: BIDS 1.10, modality motion. A value that is missing is ``n/a``: the current validator takes
``nan`` as well, though no BIDS table may hold it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, TextIO

import numpy as np

from imu.frames import FloatArray, Placement
from imu.recording.recording import Recording
from pipelines.export.bids.described import (
    CHANNELS,
    EVENTS,
    PARTICIPANTS,
    SCANS,
    TASK,
    dataset,
    motion,
    readme,
)
from pipelines.export.kinds import Exported, Wanted
from pipelines.export.run import Run, as_run
from pipelines.export.signs import AXES
from pipelines.export.text_rows import write_rows
from pipelines.process.session import recording_of
from pipelines.store.atomic import publish_folder
from pipelines.store.json_values import to_json_for_people
from pipelines.store.tables.raw_file import read_raw_header
from pipelines.store.tables.stance_file import read_stances

AXIS_NAMES: Final = ("x", "y", "z")
MISSING: Final = "n/a"
SYSTEM: Final = "imu"
PLACES: Final[Mapping[Placement, str]] = {
    "pelvis": "back of the pelvis",
    "shank_left": "left shank, near the ankle",
    "shank_right": "right shank, near the ankle",
}


def export(wanted: Wanted) -> Exported:
    """Write a dataset of one session. Samples need no stances; where there are, they are events."""
    files = wanted.files
    if not files.raw.exists():
        raise FileNotFoundError(
            f"there are no samples of {files.session} of {files.athlete} in {files.root}; check "
            "its name"
        )
    header = read_raw_header(files.raw)
    recording = recording_of(files)
    run = as_run(files, read_stances(files.stances)) if files.stances.exists() else None
    publish_folder(wanted.path, lambda folder: write(folder, header, recording, run))
    return Exported(wanted.path, len(recording), "samples", (AXES, *_gaps(recording)))


def _gaps(recording: Recording) -> list[str]:
    return [
        f"{place}: {int((~pod.valid).sum())} of {len(pod.valid)} samples are n/a"
        for place, pod in recording.sensors.items()
        if not pod.valid.all()
    ]


def write(folder: Path, header: Mapping[str, Any], recording: Recording, run: Run | None) -> None:
    """Write the dataset into `folder`; `header` is that of the raw file."""
    subject = f"sub-{_label(header['athlete'])}"
    session = f"ses-{_label(header['session'])}"
    start = f"{subject}_{session}"
    home = folder / subject / session / "motion"
    home.mkdir(parents=True)
    name = f"{start}_task-{TASK}_tracksys-{SYSTEM}"
    channels = channels_of(recording)
    _json(folder / "dataset_description.json", dataset(header))
    (folder / "README.md").write_text(readme(header, recording), encoding="utf-8")
    _table(folder / "participants.tsv", ["participant_id"], [[subject]])
    _json(folder / "participants.json", PARTICIPANTS)
    first_s = recording.start_s
    _table(
        folder / subject / session / f"{start}_scans.tsv",
        ["filename", "acq_time"],
        [[f"motion/{name}_motion.tsv", _moment(header.get("started_utc"), first_s)]],
    )
    _json(folder / subject / session / f"{start}_scans.json", SCANS)
    _json(home / f"{name}_motion.json", motion(header, recording, len(channels)))
    _table(home / f"{name}_channels.tsv", list(channels[0]), [list(c.values()) for c in channels])
    _json(home / f"{name}_channels.json", CHANNELS)
    with (home / f"{name}_motion.tsv").open("w", encoding="ascii", newline="\n") as file:
        _samples(file, recording)
    events = events_of(run, first_s) if run is not None else []
    _table(home / f"{start}_task-{TASK}_events.tsv", EVENT_COLUMNS, events)
    _json(home / f"{start}_task-{TASK}_events.json", EVENTS)


def _label(text: str) -> str:
    """Return a name as BIDS takes it: letters and digits alone."""
    return "".join(letter for letter in text if letter.isalnum())


def channels_of(recording: Recording) -> list[dict[str, str]]:
    """Return a description of each column of the samples, in order."""
    return [
        {
            "name": f"{place}_{word}_{axis}",
            "component": axis,
            "type": kind,
            "tracked_point": place,
            "units": unit,
            "placement": PLACES[place],
            "sampling_frequency": f"{recording.rate_hz:g}",
        }
        for place, pod in recording.sensors.items()
        for word, kind, unit, there in (
            ("acc", "ACCEL", "m/s^2", True),
            ("gyr", "GYRO", "rad/s", pod.gyr_radps is not None),
        )
        if there
        for axis in AXIS_NAMES
    ]


def _columns(recording: Recording) -> list[FloatArray]:
    """Return the samples (n, 3 or 6) of each pod, in the order of `channels_of`."""
    return [
        pod.acc_mps2 if pod.gyr_radps is None else np.hstack([pod.acc_mps2, pod.gyr_radps])
        for pod in recording.sensors.values()
    ]


def _samples(file: TextIO, recording: Recording) -> None:
    """Write the samples, without a header as the format has it."""
    values = np.hstack(_columns(recording))
    row = "\t".join(["%.6f"] * values.shape[1]) + "\n"
    write_rows(file, row, values, missing=MISSING)


EVENT_COLUMNS: Final = ("onset", "duration", "trial_type")


def events_of(run: Run, first_s: float) -> list[list[str]]:
    """Return a row for each stance: seconds after the first sample, contact time, which leg."""
    onset_s = run.numbers("initial_contact_s") - first_s
    lasted_s = run.numbers("toe_off_s") - run.numbers("initial_contact_s")
    rows = zip(onset_s.tolist(), lasted_s.tolist(), run.stances["side"].tolist(), strict=True)
    return [
        [f"{onset:.6f}", f"{lasted:.6f}" if lasted == lasted else MISSING, f"{side}_stance"]
        for onset, lasted, side in rows
    ]


def _moment(started: str | None, first_s: float) -> str:
    if not started:
        return MISSING
    from datetime import UTC, datetime, timedelta

    first = datetime.fromisoformat(started).astimezone(UTC) + timedelta(seconds=first_s)
    return f"{first:%Y-%m-%dT%H:%M:%S.%f}Z"


def _table(path: Path, names: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    lines = ["\t".join(row) for row in (names, *rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def _json(path: Path, content: Mapping[str, Any]) -> None:
    path.write_text(to_json_for_people(content) + "\n", encoding="utf-8")
