"""What happens to each athlete of the full signals, and what is said of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np

from pipelines.validate.baseline.full_signals.days import LONG_S, Day, Slip, kept
from pipelines.validate.baseline.full_signals.told import Said, told

PAST: Final = 6
MIXED_PAST: Final = 9
UNCHANGED: Final = 3
"""Unchanged runs of each athlete, after each kind of past."""
EVERY: Final = 4
"""Days from run to run."""
FORWARD: Final = (0.0, 1.0, 0.0)
"""The axis about which a belt tips forward: all of a slip is tilt."""
COMPENSATION: Final[Mapping[str, float]] = {
    "pelvic_rotation_deg": -4.0,
    "late_tilt_deg": 4.0,
    "pelvic_drop_deg": 3.5,
    "shank_rotation_deg": 5.0,
}
"""What a left leg that compensates in full does otherwise, in degrees."""
AT: Final = PAST * EVERY
SINGLE: Final[Mapping[str, Day]] = {
    "hilly": Day(AT + 1, "hilly", grades_pct=(4.0, -4.0)),
    "3.2 m/s": Day(AT + 2, "fast", speed_mps=3.2),
    "3.6 m/s": Day(AT + 3, "faster", speed_mps=3.6),
    "hard shoe": Day(AT + 4, "hard", impact_share=0.25),
    "soft shoe": Day(AT + 5, "soft", impact_share=-0.2),
    "slip off": Day(AT + 6, "slip", slip=Slip(5.0, 0.0)),
    "tip off": Day(AT + 7, "tip", slip=Slip(5.0, 0.0, FORWARD)),
    "tip off, stands": Day(AT + 8, "stands", slip=Slip(5.0, 0.0, FORWARD), stands=True),
    "slip mid-run": Day(AT + 9, "midslip", slip=Slip(8.0, 0.5), run_s=LONG_S),
    "tip mid-run": Day(AT + 10, "midtip", slip=Slip(8.0, 0.5, FORWARD), run_s=LONG_S),
    "full": Day(AT + 11, "full", left=COMPENSATION),
    "exchanged": Day(AT + 12, "exchanged", exchanged=True),
}
"""One run after six at 2.8 m/s on the level."""
LATER: Final = Day(AT + 13, "later")
"""Unchanged, and later than all of them."""


@dataclass(frozen=True)
class Life:
    """One athlete: what was said of her runs, by case."""

    seed: int
    said: Mapping[str, Sequence[Said]]


def steady(count: int, *, first: int = 0) -> tuple[Day, ...]:
    """Return runs at 2.8 m/s on the level; every other one ends standing."""
    return tuple(Day(EVERY * k, f"run{k}", stands=k % 2 == 1) for k in range(first, first + count))


def mixed(seed: int, count: int) -> tuple[Day, ...]:
    """Return runs at all paces from 2.4 to 4 m/s, up and down hills of up to 6 %."""
    rng = np.random.default_rng([seed, 9])
    runs = []
    for k in range(count):
        speed_mps, steep_pct = float(rng.uniform(2.4, 4.0)), float(rng.uniform(-6.0, 6.0))
        runs.append(
            Day(EVERY * k, f"mixed{k}", speed_mps=speed_mps, grades_pct=(steep_pct, -steep_pct))
        )
    return tuple(runs)


def lived(seed: int) -> Life:
    """Let the athlete of a seed live through every case: some thirty-five runs."""
    with TemporaryDirectory() as folder:
        store = Path(folder)
        return Life(seed, {**_after_one_pace(store, seed), **_after_all_paces(store, seed)})


def _after_one_pace(store: Path, seed: int) -> dict[str, Sequence[Said]]:
    past, later = steady(PAST), steady(UNCHANGED, first=PAST)
    for day in (*past, *later, *SINGLE.values(), LATER):
        kept(store, seed, day)
    said: dict[str, Sequence[Said]] = {
        name: [told(store, past, day)] for name, day in SINGLE.items()
    }
    said["unchanged"] = [told(store, past, day) for day in later]
    named = ["blue pair"] * PAST + ["new pair"]
    said["hard shoe, said"] = [told(store, past, SINGLE["hard shoe"], shoes=named)]
    poor = SINGLE["exchanged"]
    said["after exchanged"] = [told(store, (*past, poor), LATER)]
    said["without exchanged"] = [told(store, past, LATER)]
    half = {name: by / 2 for name, by in COMPENSATION.items()}
    said["half"] = _in_a_row(store, seed, past, half)
    return said


def _in_a_row(store: Path, seed: int, past: Sequence[Day], left: Mapping[str, float]) -> list[Said]:
    """Report three runs in a row in which the left leg runs otherwise."""
    known, said = list(past), []
    for k in range(3):
        day = Day(AT + 14 + EVERY * k, f"half{k}", left=left)
        kept(store, seed, day)
        said.append(told(store, known, day))
        known.append(day)
    return said


def _after_all_paces(store: Path, seed: int) -> dict[str, Sequence[Said]]:
    runs = mixed(seed, MIXED_PAST + UNCHANGED)
    for day in runs:
        kept(store, seed, day)
    past, later = runs[:MIXED_PAST], runs[MIXED_PAST:]
    return {"unchanged, all paces": [told(store, past, day) for day in later]}
