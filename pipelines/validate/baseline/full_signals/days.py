"""A virtual athlete run by run: pods strapped on anew each day, moods, hills, shoes and faults.

What a day is differs from what the comparison assumes: moods have heavy tails and the runs of a
week share part of theirs; pods sit some 15 degrees and 3 cm from where they sat; half of the
people have curves of no family, and pods anywhere on the shank.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import numpy as np

from imu.frames import Placement
from imu.simulation import (
    Loading,
    Pod,
    Run,
    Runner,
    Simulation,
    Stand,
    another_day,
    anyone,
    realistic,
    simulate,
    someone,
)
from imu.simulation.pods.hardware import Vector
from imu.simulation.script import Script
from pipelines.demo.past import raw_session
from pipelines.demo.scenario import Day as Recorded
from pipelines.process.session import process_raw
from pipelines.store.files import SessionFiles, session_files, session_name
from pipelines.store.tables.raw_file import RawSession, write_raw

ATHLETE: Final = "a"
FIRST: Final = datetime(2026, 1, 5, 7, tzinfo=UTC)
STAND_S: Final = 8.0
RUN_S: Final = 60.0
LONG_S: Final = 100.0
"""For a slip half-way, which is looked for in at least six stretches of 15 s."""
MOUNTING_DEG: Final = 15.0
LEVER_M: Final = 0.03
WEEK_SHARE: Final = 0.35
"""Of the variance of a mood: that of the week."""
TAIL: Final = 5.0
PELVIS_LEVER_M: Final = 0.01


@dataclass(frozen=True)
class Slip:
    """A belt that turns by `deg` once a `share` of the run is over; `about` as in `Pod`."""

    deg: float
    share: float
    about: Vector | None = None


@dataclass(frozen=True)
class Day:
    """One run. `number` counts days from the first and tells this day's mood and strapping.

    `grades_pct` are run one after the other, each for as long. `left` and `alike` change the
    `Loading` of the left leg and of both: by degrees, or for `impact_share` by a share. `stands`
    says that she stands still at the end. `exchanged` are shank pods on each other's leg.
    """

    number: int
    word: str
    speed_mps: float = 2.8
    grades_pct: tuple[float, ...] = (0.0,)
    left: Mapping[str, float] = field(default_factory=dict)
    impact_share: float = 0.0
    slip: Slip | None = None
    stands: bool = False
    exchanged: bool = False
    run_s: float = RUN_S

    @property
    def session(self) -> str:
        """The name of its session."""
        return session_name(self.started, self.word)

    @property
    def started(self) -> datetime:
        """When it began."""
        return FIRST + timedelta(days=self.number)


def person(seed: int) -> tuple[Runner, dict[Placement, Pod]]:
    """Return the athlete of a seed and where she wears her pods; every other one of no family."""
    return anyone(seed) if seed % 2 else (someone(seed), realistic(seed))


def kept(store: Path, seed: int, day: Day) -> str:
    """Simulate a day of the athlete `seed` into `store`, process it; return the session."""
    files = session_files(store, ATHLETE, day.session)
    write_raw(files, _exchanged(_raw(seed, day)) if day.exchanged else _raw(seed, day))
    process_raw(files.raw)
    files.raw.unlink()  # a report reads what was found alone
    return files.session


def _raw(seed: int, day: Day) -> RawSession:
    return raw_session(Recorded(day.started, day.word, simulated(seed, day)))


def simulated(seed: int, day: Day) -> Simulation:
    """Return the run of a day of the athlete `seed`."""
    runner, usual = person(seed)
    number = _number(seed, day.number)
    part_s = day.run_s / len(day.grades_pct)
    runs = [Run(part_s, speed_mps=day.speed_mps, grade_pct=grade) for grade in day.grades_pct]
    ends: Script = (Stand(4.0),) if day.stands else ()
    script: Script = (Stand(STAND_S), *runs, *ends)
    pods = _strapped(usual, number)
    if day.slip is not None:
        slip_s = STAND_S + day.slip.share * day.run_s
        pods["pelvis"] = replace(
            pods["pelvis"], slip_s=slip_s, slip_deg=day.slip.deg, slip_about=day.slip.about
        )
    runner = _changed(_in_mood(runner, seed, day.number), day)
    return simulate(runner, script, seed=number, pods=pods)


def _number(seed: int, number: int) -> int:
    return 1000 * seed + number


def _in_mood(runner: Runner, seed: int, number: int) -> Runner:
    """Return the runner on a day: a mood of the week and one of the day, odd days far out."""
    rng = np.random.default_rng([seed, number])
    odd = float(np.sqrt((TAIL - 2) / rng.chisquare(TAIL)))
    week = another_day(runner, seed=_number(seed, 500 + number // 7), scale=WEEK_SHARE**0.5)
    return another_day(week, seed=_number(seed, number), scale=odd * (1 - WEEK_SHARE) ** 0.5)


def _changed(runner: Runner, day: Day) -> Runner:
    left = {name: getattr(runner.left, name) + by for name, by in day.left.items()}
    runner = replace(runner, left=replace(runner.left, **left))
    return replace(
        runner,
        left=_hit_harder(runner.left, day.impact_share),
        right=_hit_harder(runner.right, day.impact_share),
    )


def _hit_harder(leg: Loading, share: float) -> Loading:
    return replace(leg, impact_mps2=leg.impact_mps2 * (1 + share))


def _strapped(usual: Mapping[Placement, Pod], number: int) -> dict[Placement, Pod]:
    """Return her pods strapped on anew: turned on the body, higher or lower."""
    rng = np.random.default_rng([number, 3])
    today = realistic(number, mounting_deg=MOUNTING_DEG)
    out: dict[Placement, Pod] = {}
    for place, pod in usual.items():
        x, y, z = pod.lever_m
        up = float(rng.uniform(-1, 1)) * (PELVIS_LEVER_M if place == "pelvis" else LEVER_M)
        skin = {name: getattr(pod, name) for name in ("tissue_hz", "tissue_zeta", "tissue_deg")}
        out[place] = replace(today[place], lever_m=(x, y, z + up), **skin)
    return out


def _exchanged(session: RawSession) -> RawSession:
    """Return the session with the two shank pods named as each other."""
    pods = dict(session.pods)
    pods["shank_left"], pods["shank_right"] = pods["shank_right"], pods["shank_left"]
    return replace(session, pods=pods)


def files_of(store: Path, day: Day) -> SessionFiles:
    """Return where the files of a day are."""
    return session_files(store, ATHLETE, day.session)
