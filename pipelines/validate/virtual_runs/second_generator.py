"""Score a run made by a simulator that shares no code and no assumption with ours."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from imu.frames import Placement
from pipelines.validate.matching import Errors, Instants, matched, mean, sd
from pipelines.validate.results import Figure, Part, Table, ms, share, signed_ms
from pipelines.validate.virtual_runs.score import SHANKS, without_gyroscopes
from pipelines.validate.worst import worst

if TYPE_CHECKING:
    from imu.recording.recording import Recording

WORN: Final[Mapping[str, tuple[Placement, ...]]] = {
    "pelvis alone": ("pelvis",),
    "both shanks": SHANKS,
    "all three": ("pelvis", *SHANKS),
    "both shanks, no gyroscope": SHANKS,
    "all three, no gyroscope": ("pelvis", *SHANKS),
}
NO_GYROSCOPE: Final = "no gyroscope"
ON: Final = "second generator"
LEAST: Final = 0.99
SCRIPT: Final = "make_signal.py"
TIMEOUT_S: Final = 300.0
EDGE_S: Final = 0.01
ABOUT: Final = (
    "One runner at 3 m/s made by a simulator that shares no code and no assumption with the "
    "virtual runner. It is no better a runner, only another: packages made for walking find all "
    "its stances. No constant was tuned to it; two rules were made in view of it: a shank that "
    "never slows down in push-off has no push-off features, and an impact that falls out of turn "
    "is moved into turn. Errors in ms."
)
ABSENT: Final = (
    "The second generator was not there (no folder second_generator beside the data): nothing "
    "here was held against a simulator that is not ours."
)


def folder(data_dir: Path) -> Path | None:
    """Return where the generator lies, beside the data; None when it is not there."""
    beside = Path(data_dir).resolve().parent / "second_generator"
    return beside if (beside / SCRIPT).is_file() else None


def signal(generator: Path, minutes: float) -> dict[str, Any]:
    """Run the generator as a process of its own and return what it wrote."""
    with TemporaryDirectory() as out:
        words = [sys.executable, "-B", str(generator / SCRIPT), out, "--minutes", f"{minutes:g}"]
        subprocess.run(words, check=True, capture_output=True, timeout=TIMEOUT_S)
        with np.load(Path(out) / "signal.npz") as stored:
            return dict(stored)


def recording_of(made: Mapping[str, Any], worn: tuple[Placement, ...]) -> Recording:
    """Return the pods of one signal as a recording; its axes are forward, left, up."""
    import imu

    scale = np.repeat([made["acc_lsb_mps2"], made["gyr_lsb_radps"]], 3)
    pods = {place: np.hsplit(made[place] * scale, 2) for place in worn}
    return imu.Recording.from_arrays(
        rate_hz=float(made["rate_hz"]),
        acc_range_mps2=float(32768 * made["acc_lsb_mps2"]),
        gyr_range_radps=float(32768 * made["gyr_lsb_radps"]),
        **{place: (acc, gyr) for place, (acc, gyr) in pods.items()},
    )


def truth_of(made: Mapping[str, Any]) -> Instants:
    """Return the events of both legs of one signal."""
    contact_s = np.concatenate([made["ic_left_s"], made["ic_right_s"]])
    toe_off_s = np.concatenate([made["to_left_s"], made["to_right_s"]])
    side = np.repeat(["left", "right"], [len(made["ic_left_s"]), len(made["ic_right_s"])])
    order = np.argsort(contact_s)
    return Instants(side[order], contact_s[order], toe_off_s[order])


def score(job: tuple[Path, float]) -> dict[str, Errors]:
    """Make (folder, minutes) of signal, and score every set of pods on it."""
    import imu

    made = signal(*job)
    truth = truth_of(made)
    ends_s = (truth.initial_contact_s[0] - EDGE_S, truth.initial_contact_s[-1] + EDGE_S)
    seen = np.ones(len(truth.side), dtype=bool)
    out = {}
    for name, worn in WORN.items():
        recording = recording_of(made, worn)
        if NO_GYROSCOPE in name:
            recording = without_gyroscopes(recording)
        found = imu.analyse(recording).stances.events
        out[name] = matched(truth, found, seen=seen, window_s=ends_s)
    return out


def part(scores: Mapping[str, Errors]) -> Part:
    """Return lowest recall and precision, and a table of every set of pods.

    A sentence when the generator was not there.
    """
    if not scores:
        return Part(remarks=(ABSENT,))
    return Part(
        figures=(
            _lowest("recall", {name: one.recall for name, one in scores.items()}),
            _lowest("precision", {name: one.precision for name, one in scores.items()}),
        ),
        tables=(
            Table(
                "A run of another generator",
                ABOUT,
                (
                    "pods",
                    "stances",
                    "found",
                    "recall",
                    "precision",
                    "right side",
                    "IC bias",
                    "SD",
                    "TO bias",
                    "SD",
                ),
                tuple(_row(name, errors) for name, errors in scores.items()),
            ),
        ),
    )


def _lowest(what: str, values: Mapping[str, float]) -> Figure:
    """Return the lowest value of all sets; nothing found at all has precision 0."""
    known = [(name, 0.0 if np.isnan(value) else value) for name, value in values.items()]
    name, lowest = worst(known, low=True)
    return Figure(ON, f"{what}, lowest ({name})", lowest, low=LEAST, decimals=3)


def _row(name: str, errors: Errors) -> tuple[str, ...]:
    found = len(errors.contact_s)
    return (
        name,
        str(errors.asked),
        str(found) if errors.given else "none: no running was found",
        share(errors.recall),
        share(errors.precision),
        share(float(errors.right_side.mean()) if found else np.nan),
        signed_ms(mean(errors.contact_s)),
        ms(sd(errors.contact_s)),
        signed_ms(mean(errors.toe_off_s)),
        ms(sd(errors.toe_off_s)),
    )
