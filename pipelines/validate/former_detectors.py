"""Set the figures of events beside those of the detectors before them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pipelines.validate.before_after import Before

FIGURES: Final[Mapping[str, Mapping[str, str]]] = {
    "Adept 2020, ankle pod alone": {
        "strides found of 505": "0.477",
        "strides outside the runs": "0",
    },
    "Adept 2020, with a still pod at the pelvis": {
        "strides found of 505": "0.000",
    },
    "second generator": {
        "recall, lowest": "0.000",
        "precision, lowest": "0.000",
    },
    "virtual runner, random with all faults": {
        "F1 of a runner, mean": "0.8337",
        "F1, worst cell": "0.533",
        "initial contact RMSE": "9.7 ms",
        "toe-off RMSE": "23.9 ms",
        "initial contact bias, worst cell": "-11.3 ms",
        "contact time bias, worst cell": "66.6 ms",
    },
    "virtual runner, random with all faults, 6-8 m/s": {
        "F1 of a runner, mean": "0.5284",
    },
    "virtual runner, odd running": {
        "F1, sprint, walking breaks, lowest": "0.103",
        "F1, limp, lowest": "0.506",
        "F1, stroller, lowest": "0.282",
        "F1, laps of a track, lowest": "0.991",
        "F1, shuffle, 1.6 m/s, lowest": "0.011",
        "F1, sprint, 8 m/s, lowest": "0.000",
    },
    "virtual runner, no running, every set of pods": {
        "running stances, cycling": "0",
        "running stances, vehicle": "0",
        "running stances, walking": "62",
    },
}
"""Edition 3 on the same runs and recordings (seed 1), before contact and toe-off of a shank came
from several estimates in agreement."""

ABOUT: Final = (
    "Measured with edition 3's detectors, on the same runs and recordings with the same rules, "
    "seed 1. The cell or run in brackets is the worst now; the worst then was often another."
)

FORMER_DETECTORS: Final = Before(
    "What changed because the detectors changed", ABOUT, "edition 3's detectors", FIGURES
)
