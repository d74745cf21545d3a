"""The speed on every recording that has one: what it is, and why some show none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from imu.frames import Placement
from pipelines.validate.recordings.shanks import recording_of
from pipelines.validate.results import Figure, Part, Table, number
from pipelines.validate.virtual_runs import second_generator
from pipelines.validate.virtual_runs.random_runners import SHANKS

if TYPE_CHECKING:
    from imu.recording.recording import Recording

SHANK_SHARE: Final = 0.246
"""Length of the shank, knee to ankle, as a share of the body's height (Drillis & Contini 1966)."""
ON: Final = "Dorschky, speed"
GENERATED_MIN: Final = 1.0
GENERATED_STRIDE_M: Final = 2.10
GENERATED_HEIGHT_M: Final = 0.15
ABOUT: Final = (
    "Median over the strides. Each leg is that of its pod alone; both together are made alike. The "
    "averaged stride was looked at while the share of stance in which the ankle rests was chosen; "
    "the second generator was not."
)
NONE: Final = {
    "Bach 2022": "one shank, no gyroscope",
    "Alcantara 2022": "pelvis alone, no gyroscope",
    "Adept 2020": "one ankle, no gyroscope; its speed is not stated",
    "Wearable My Foot": "on a shoe; every ninth sample is lost, so no stride is without a gap; its "
    "speed is not stated",
    "imuf 2025": "walking",
}
Heights = Mapping[Placement, float]


def part(reference: ModuleType) -> Part:
    """Return figures and a table of the averaged stride, and of the second generator."""
    trial = reference.dorschky()
    recording, true_mps = recording_of(trial), float(trial.speed_mps)
    known = positions(reference.dorschky_stride())
    errors = {
        (way, name): error_pct(recording, true_mps, worn, heights)
        for way, heights in (("position known", known), ("height estimated", {}))
        for name, worn in (("left", SHANKS[:1]), ("right", SHANKS[1:]), ("both", SHANKS))
    }
    figures = [
        Figure(ON, f"{name}, {way}", error, "%", low=-limit, high=limit)
        for (way, name), error in errors.items()
        for limit in (3.0 if name == "both" else 8.0,)
    ]
    rows = [
        (
            f"Dorschky 2019, {way}",
            number(true_mps, 2),
            *(number(errors[way, name]) for name in ("left", "right", "both")),
        )
        for way in ("position known", "height estimated")
    ]
    rows += [
        *_generated(Path(reference.FOLDER)),
        *((name, why, "", "", "") for name, why in NONE.items()),
    ]
    columns = ("", "m/s", "left, %", "right, %", "both, %")
    return Part(tuple(figures), (Table("Speed on recordings", ABOUT, columns, tuple(rows)),))


def positions(stride: Any) -> dict[Placement, float]:
    """Return how high above the ankle the pods of the stride sit; their place is from the knee."""
    shank_m = SHANK_SHARE * stride.height_m
    return {place: float(shank_m + stride.sensor_position_m[place][2]) for place in SHANKS}


def error_pct(
    recording: Recording, true_mps: float, worn: tuple[Placement, ...], pod_height_m: Heights
) -> float:
    """Return the error of the median speed that some pods of a recording give, in %."""
    import imu

    some = replace(recording, sensors={place: recording.sensors[place] for place in worn})
    found = imu.analyse(some, wearer=imu.Wearer(pod_height_m=pod_height_m))
    return 100 * (found.summary.together["speed_mps"] / true_mps - 1)


def _generated(data_dir: Path) -> Iterator[tuple[str, ...]]:
    """Yield rows of the second generator, where it lies beside the data."""
    if (generator := second_generator.folder(data_dir)) is None:
        return
    made = second_generator.signal(generator, GENERATED_MIN)
    true_mps = GENERATED_STRIDE_M / float(np.median(np.diff(made["ic_left_s"])))
    recording = second_generator.recording_of(made, SHANKS)
    known: Heights = dict.fromkeys(SHANKS, GENERATED_HEIGHT_M)
    for way, heights in (("position known", known), ("height estimated", {})):
        errors = (
            error_pct(recording, true_mps, worn, heights)
            for worn in (SHANKS[:1], SHANKS[1:], SHANKS)
        )
        yield f"second generator, {way}", number(true_mps, 2), *map(number, errors)
