"""Figures and tables of the proof on full signals."""

from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import Final

import numpy as np

from pipelines.validate.baseline.cases import SHARED
from pipelines.validate.baseline.full_signals.cases import MIXED_PAST, PAST, UNCHANGED, Life
from pipelines.validate.baseline.full_signals.told import POOR, Said
from pipelines.validate.baseline.rows import COLUMNS, Row, Share, least, most, pct, two
from pipelines.validate.results import Figure, Part, Table

ON: Final = "virtual people, full signals"
FIRST_SEED: Final = 70_000
APART: Final = 100
"""Seeds from one proof to the next."""
FASTER: Final = "faster than any past run"
NOT_RUN: Final = (
    "Virtual people run by run, as full signals, were left out: `midstance validate --baseline` "
    "has them."
)
OVER_WEEKS: Final = (
    "A drift over ten weeks, a change that lasts and two periods are proved at session level alone."
)


def seeds(seed: int, count: int) -> list[int]:
    """Return the seeds of `count` athletes."""
    return [FIRST_SEED + APART * seed + k for k in range(count)]


def part(lives: Sequence[Life]) -> Part:
    """Return what was said of these athletes."""
    if not lives:
        return Part(remarks=(NOT_RUN,))
    rows = [*_unchanged(lives), *_conditions(lives), *_slips(lives), *_changes(lives)]
    rows += _poor(lives)
    return Part(
        figures=tuple(row.figure for row in rows if row.figure is not None),
        tables=(_table(lives, rows), _of_people(lives)),
        remarks=(OVER_WEEKS,),
    )


def _all(lives: Sequence[Life], case: str) -> list[Said]:
    return list(chain.from_iterable(life.said[case] for life in lives))


def _mean(of: Sequence[Said], what: Callable[[Said], object]) -> float:
    return float(np.mean([bool(what(said)) for said in of])) if of else float("nan")


def _judged(of: Sequence[Said]) -> list[Said]:
    """Return the reports that could have named something."""
    return [said for said in of if said.judged]


def _named(of: Sequence[Said]) -> Share:
    return Share(_mean(of, lambda said: said.any), _mean(of, lambda said: said.watch))


def _unchanged(lives: Sequence[Life]) -> Iterator[Row]:
    pace = _judged(_all(lives, "unchanged"))
    every = _judged(_all(lives, "unchanged, all paces"))
    for case, of in (
        (f"unchanged, re-strapped, after {PAST} runs at one pace: a change named", pace),
        ("the same up and down 4 %: a change named", _judged(_all(lives, "hilly"))),
        (f"unchanged at all paces, hills to 6 %, after {MIXED_PAST}: a change named", every),
    ):
        yield most(ON, case, _named(of), 5.0)
    firm = 100 * _mean([*pace, *every], lambda said: said.firm)
    yield Row("all of these: firm", Figure(ON, "unchanged: firm", firm, "%", high=0.5, decimals=2))
    count = sum(said.judged for said in (*pace, *every))
    held = 100 * (1 - sum(said.outside for said in (*pace, *every)) / max(count, 1))
    name = "unchanged: 95 % ranges that hold the run"
    yield Row(name, Figure(ON, name, held, "%", low=93.0, high=97.0))


def _conditions(lives: Sequence[Life]) -> Iterator[Row]:
    for pace in ("3.2 m/s", "3.6 m/s"):
        of = _all(lives, pace)
        yield most(ON, f"{pace} after six runs at 2.8: a change named", _named(of), 0.0)
        told = Share(_mean(of, lambda said: said.conditions == FASTER))
        yield least(ON, f"{pace}: told that it is faster than any past run", told, 100.0)
    for case, words in (
        ("hard shoe, said", "hard shoe (impact +25 %), said so"),
        ("hard shoe", "hard shoe (impact +25 %), not said"),
        ("soft shoe", "soft shoe (impact -20 %), not said"),
    ):
        yield most(ON, f"{words}: a change named", _named(_judged(_all(lives, case))), 5.0)


def _slips(lives: Sequence[Life]) -> Iterator[Row]:
    for case, words in (
        ("slip off", "belt slips 5° on moving off, about any axis"),
        ("tip off", "belt tips forward by 5° on moving off"),
        ("tip off, stands", "the same, and stands still after the run"),
        ("slip mid-run", "belt slips 8° mid-run, about any axis"),
        ("tip mid-run", "belt tips forward by 8° mid-run"),
    ):
        of = _judged(_all(lives, case))
        yield most(ON, f"{words}: a change named", _named(of), 5.0)
        yield Row("the same: told, and tilt not compared", None, ours=pct(_withheld(of)))
    calm = [*_all(lives, "unchanged"), *_all(lives, "unchanged, all paces"), *_all(lives, "hilly")]
    told = Share(_mean(calm, lambda said: said.faulty))
    yield most(ON, "nothing slipped: told that something did", told, 2.0)


def _withheld(of: Sequence[Said]) -> float:
    return _mean(of, lambda said: said.faulty and not said.tilt)


def _changes(lives: Sequence[Life]) -> Iterator[Row]:
    half = [three for life in lives if (three := _judged(life.said["half"]))]
    full = _judged(_all(lives, "full"))
    found = Share(
        float(np.mean([any(map(_shared, three)) for three in half])),
        float(np.mean([any(said.watch for said in three) for three in half])),
    )
    yield least(ON, "half compensation of the left leg, found within three runs", found, 80.0)
    shown = [said for three in half for said in three if said.pattern]
    yield least(ON, "the same: of the patterns named, the right leg", Share(_left(shown)), 95.0)
    pattern = float(np.mean([any(said.pattern for said in three) for three in half]))
    firm = float(np.mean([any(said.firm for said in three) for three in half]))
    yield Row("the same: the pattern named; firm", None, ours=two(pattern, firm))
    one = Share(_mean(full, _shared), _mean(full, lambda said: said.watch))
    yield least(ON, "full compensation, found in one run", one, 95.0)
    yield Row(
        "the same: right leg and pattern; firm",
        None,
        ours=two(_left(full), _mean(full, lambda said: said.firm)),
    )


def _shared(said: Said) -> bool:
    return bool(said.pattern) or bool({*said.named} & {*SHARED})


def _left(of: Sequence[Said]) -> float:
    return _mean(of, lambda said: said.pattern == "left")


def _poor(lives: Sequence[Life]) -> Iterator[Row]:
    of = _all(lives, "exchanged")
    refused = Share(_mean(of, lambda said: said.grade == POOR and not said.judged))
    yield least(ON, "shank pods exchanged: grade D, nothing compared", refused, 100.0)
    pairs = zip(_all(lives, "after exchanged"), _all(lives, "without exchanged"), strict=True)
    same = Share(float(np.mean([after == without for after, without in pairs])))
    yield least(ON, "the run after that: the same report as without it", same, 100.0)


def _table(lives: Sequence[Life], rows: Sequence[Row]) -> Table:
    return Table(
        "Has it really changed? From samples to report",
        f"{len(lives)} virtual people, every other one with curves of no family and pods anywhere "
        "on the shank, run by run as full signals through the whole pipeline: pods strapped on "
        "anew each time (15° and 3 cm), moods with heavy tails of which runs of a week share a "
        f"part, runs of a minute. {UNCHANGED} unchanged runs each after either past; of the other "
        f"cases one. Counted are reports that compare anything, {_share(lives)} of those of "
        "unchanged runs at one pace; the others are of grade D or come after too few that are not.",
        COLUMNS,
        tuple(row.cells for row in rows),
    )


def _share(lives: Sequence[Life]) -> str:
    return pct(_mean(_all(lives, "unchanged"), lambda said: said.judged))


def _of_people(lives: Sequence[Life]) -> Table:
    """Return the shares of both kinds of people, so that none hides behind the other."""
    cases = ("unchanged", "unchanged, all paces", "hilly", "hard shoe", "slip off", "slip mid-run")
    kinds = {
        "of families": [life for life in lives if life.seed % 2 == 0],
        "of no family, pods anywhere": [life for life in lives if life.seed % 2],
    }
    return Table(
        "The same by kind of people: reports that name a change",
        "What is unchanged, or a fault, by case; the last column is half a compensation found "
        "within three runs.",
        ("people", *cases, "half found"),
        tuple(
            (
                kind,
                *(pct(_named(_judged(_all(own, case))).ours) for case in cases),
                pct(_found(own)),
            )
            for kind, own in kinds.items()
        ),
    )


def _found(lives: Sequence[Life]) -> float:
    three = [life.said["half"] for life in lives if _judged(life.said["half"])]
    return float(np.mean([any(map(_shared, said)) for said in three])) if three else float("nan")
