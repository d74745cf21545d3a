"""Xsens MVN: which sensors of a suit are the pods, as a mapping."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from imu.frames import Placement
from pipelines.sources.formats.mvnx import COUNTER, SENSORS, STAMP, suit_of
from pipelines.sources.limits import LIMITS
from pipelines.sources.presets.fill import Filled, toml_of
from pipelines.sources.presets.preset import MVNX
from pipelines.sources.quoting import listed, shown
from pipelines.sources.unpack import Given

ENDING: Final = ".mvnx"
TITLE: Final = "Xsens MVN, MVNX"
LAYOUT: Final = "MVN User Manual MV0319P, the chapter on the MVNX format"
USUAL: Final[Mapping[Placement, str]] = {
    "pelvis": "Pelvis",
    "shank_left": "LeftLowerLeg",
    "shank_right": "RightLowerLeg",
}
UNITS: Final = {"acc": "m/s2", "gyr": "rad/s"}


def is_mvnx(files: Sequence[Given]) -> bool:
    """Whether there is such a file."""
    return any(one.name.lower().endswith(ENDING) for one in files)


def filled(files: Sequence[Given], told: Mapping[Placement, str]) -> Filled:
    """Return the mapping of one file; ValueError or OSError in one sentence."""
    suits = [one for one in files if one.name.lower().endswith(ENDING)]
    if len(suits) != 1:
        raise ValueError(f"{len(suits)} files end in {ENDING}; give one recording at a time")
    suit = suit_of(suits[0].path, LIMITS, only_start=True)
    worn = told or {place: name for place, name in USUAL.items() if name in suit.labels}
    if wrong := [name for name in worn.values() if name not in suit.labels]:
        raise ValueError(f"there is no sensor {shown(wrong[0])}; there are {listed(suit.labels)}")
    if not worn:
        raise ValueError(
            f"none of its sensors is called {', '.join(USUAL.values())}; say with --pod "
            f"pelvis=NAME which is which, of {listed(suit.labels)}"
        )
    content: dict[str, Any] = {"counter": COUNTER, "rate_hz": suit.rate_hz}
    if np.isfinite(suit.stamps[0]):
        content |= {"time": STAMP, "time_unit": "ms"}
    there = [word for key, word in SENSORS.items() if key in suit.seen]
    content["pods"] = {
        place: {
            key: value
            for word in there
            for key, value in (
                (word, [f"{name}.{word}.{axis}" for axis in "xyz"]),
                (f"{word}_unit", UNITS[word]),
            )
        }
        for place, name in worn.items()
    }
    said = ("MVN has filtered what its trackers sent; their own data times contacts better",)
    return Filled(toml_of(content, TITLE, MVNX, [LAYOUT]), [suits[0]], said)
