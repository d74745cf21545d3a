"""By how much events move when a shank's axes are found ten degrees wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.spatial.transform import Rotation

from imu.frames import FORWARD, LEFT, SIDES
from pipelines.validate.matching import Errors, matched, mean, pooled, sd
from pipelines.validate.results import Figure, Part, Table, ms, number, share, signed_ms
from pipelines.validate.virtual_runs.faulty_runners import Job, case, speed_mps
from pipelines.validate.virtual_runs.score import of_side, recorded
from pipelines.validate.virtual_runs.worst_cell import furthest

if TYPE_CHECKING:
    from imu.alignment.segment import Segment

ON: Final = "virtual runner, axis of the shank 10° wrong"
TURN_DEG: Final = 10.0
MOST_MS: Final = 2.0
AXES: Final = {"left": LEFT, "forward": FORWARD}
EVENTS: Final = {"initial contact": "contact_s", "toe-off": "toe_off_s"}
EVER_S: Final = (-np.inf, np.inf)
Key = tuple[str, float]
"""About which axis, and by how many degrees."""
TURNS: Final[tuple[Key, ...]] = tuple((axis, d) for axis in AXES for d in (TURN_DEG, -TURN_DEG))
Moves = Mapping[Key, Errors]
"""How the events of one leg move with each turn: found after it, less found before."""


def score(job: Job) -> dict[str, Moves]:
    """Find the stances of one runner, and find them again with both shanks' axes turned."""
    from imu.alignment import worn_pods
    from imu.segmentation.segment import find_stances
    from imu.segmentation.stances import Stances

    own = case(job)
    _, recording = recorded(own)
    rate_hz = recording.rate_hz
    worn = worn_pods.worn(recording)

    def stances(key: Key | None) -> Stances:
        segments = {p: one if p == "pelvis" else turned(one, key) for p, one in worn.items()}
        found = find_stances(segments, rate_hz=rate_hz, start_s=recording.start_s)
        return found.events

    usual = stances(None)
    moved = {key: stances(key) for key in TURNS}
    out: dict[str, Moves] = {}
    for side in SIDES:
        before = of_side(usual, side)
        seen = np.ones(len(before.side), dtype=bool)
        out[f"{job[0]} at {speed_mps(own):.1f} m/s, {side}"] = {
            key: matched(before, of_side(after, side), seen=seen, window_s=EVER_S)
            for key, after in moved.items()
        }
    return out


def turned(segment: Segment, key: Key | None) -> Segment:
    """Return a segment whose axes are wrong by a turn; None turns nothing."""
    if key is None:
        return segment
    axis = np.zeros(3)
    axis[AXES[key[0]]] = np.radians(key[1])
    turn = Rotation.from_rotvec(axis)
    gyr = segment.gyr_radps
    return replace(
        segment,
        acc_mps2=turn.apply(segment.acc_mps2),
        gyr_radps=None if gyr is None else turn.apply(gyr),
    )


def part(scored: Sequence[Mapping[str, Moves]]) -> Part:
    """Return figures and table of all legs."""
    legs = {name: moves for one in scored for name, moves in one.items()}
    return Part(figures=tuple(_figures(legs)), tables=(_table(legs),))


def _figures(legs: Mapping[str, Moves]) -> Iterator[Figure]:
    for said, event in EVENTS.items():
        for axis in AXES:
            moves = [
                (f"{name}, {degrees:+g}°", 1e3 * mean(getattr(by_turn[axis, degrees], event)))
                for name, by_turn in legs.items()
                for degrees in (TURN_DEG, -TURN_DEG)
            ]
            name, most = furthest(moves)
            yield Figure(
                ON,
                f"{said} moves, turned about {axis}, mean size over legs "
                f"(most: {number(most, 1)} ms, {name})",
                mean(np.abs([value for _, value in moves])),
                "ms",
                high=MOST_MS,
            )


def _table(legs: Mapping[str, Moves]) -> Table:
    rows = [_row(key, [moves[key] for moves in legs.values()]) for key in TURNS]
    return Table(
        "Events when the axes of the shank are found 10° wrong",
        f"{len(legs)} legs of the random runners with all faults; both shanks are turned after "
        "alignment, and the events compared with those found before, in ms: mean and SD over all "
        "stances, and the SD of a leg's mean between legs. Kept: stances found both times.",
        (
            *("turned about", "kept", "IC moves", "SD", "between legs"),
            *("TO moves", "SD", "between legs"),
        ),
        tuple(rows),
    )


def _row(key: Key, moves: Sequence[Errors]) -> tuple[str, ...]:
    every = pooled(moves)
    cells = [f"{key[0]}, {key[1]:+g}°", share(every.recall)]
    for event in EVENTS.values():
        errors_s = getattr(every, event)
        between_s = np.array([mean(getattr(one, event)) for one in moves])
        cells += [signed_ms(mean(errors_s)), ms(sd(errors_s)), ms(sd(between_s))]
    return tuple(cells)
