"""Score each source of truth with constants taken from the other sources alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from imu.frames import FloatArray, Placement
from imu.simulation import anyone, realistic, someone
from pipelines.validate.drawn_runners.random_runners import FIRST_SEED, case_of, drawn
from pipelines.validate.matching import Errors, mean, pooled, rms, sd
from pipelines.validate.recordings.shanks import scored
from pipelines.validate.results import UNKNOWN, Part, Table, ms, signed_ms
from pipelines.validate.virtual_runs.score import SHANKS, analysed, events, recorded

if TYPE_CHECKING:
    from pipelines.validate.recordings.sacrum import Row

PEOPLE: Final = "virtual people"
ANYONE: Final = "virtual runners drawn at random"
KINDS: Final = (PEOPLE, ANYONE)
SECOND: Final = "second generator"
WORN: Final[Mapping[str, tuple[Placement, ...]]] = {"shanks": SHANKS, "pelvis": ("pelvis",)}
Job = tuple[str, int, float]


@dataclass(frozen=True)
class Source:
    """Errors (k,) of all events found in one source of truth, of `asked` stances."""

    name: str
    asked: int
    contact_s: FloatArray
    toe_off_s: FloatArray


def jobs(seed: int, count: int) -> list[Job]:
    """Return (kind, seed, speed) of `count` people and as many runners drawn at random."""
    runners = drawn(seed + FIRST_SEED, count)
    return [(kind, own, speed_mps) for kind in KINDS for own, speed_mps in runners]


def score(job: Job) -> tuple[str, dict[str, Errors]]:
    """Simulate one runner, and score the shanks alone and the pelvis alone."""
    kind, seed, speed_mps = job
    runner, pods = anyone(seed) if kind == ANYONE else (someone(seed), realistic(seed))
    simulation, recording = recorded(case_of(runner, pods, seed=seed, speed_mps=speed_mps))
    out = {}
    for name, worn in WORN.items():
        alone = replace(recording, sensors={place: recording.sensors[place] for place in worn})
        out[name] = events(analysed(alone), simulation, worn)
    return kind, out


def part(
    reference: ModuleType | None,
    rows: Sequence[Row],
    virtual: Iterable[tuple[str, Mapping[str, Errors]]],
    second: Mapping[str, Errors],
) -> Part:
    """Return a table each for the shanks and for the pelvis alone."""
    virtual = list(virtual)
    shanks, pelvis = (
        [
            *(_virtual(kind, [one[worn] for k, one in virtual if k == kind]) for kind in KINDS),
            *([_errors(SECOND, second[label])] if second else []),
        ]
        for worn, label in (("shanks", "both shanks"), ("pelvis", "pelvis alone"))
    )
    if reference is not None:
        trials = [reference.bach(number) for number in reference.BACH_RUNNING]
        on_bach = [scored(reference, trial)[1] for trial in trials]
        shanks.insert(0, real("Bach 2022", on_bach))
        pelvis.insert(0, real("Alcantara 2022", [row.scores for row in rows]))
    return Part(tables=(_table("shanks", shanks), _table("pelvis alone", pelvis)))


def real(name: str, scores: Sequence[Mapping[str, Any]]) -> Source:
    """Return the trials of one public set as a source."""
    contact, toe_off = (
        np.concatenate([one[event].error_s for one in scores])
        for event in ("initial_contact", "toe_off")
    )
    asked = sum(one["initial_contact"].n_reference for one in scores)
    return Source(name, asked, contact, toe_off)


def _virtual(kind: str, errors: Sequence[Errors]) -> Source:
    return _errors(kind, pooled(errors))


def _errors(name: str, errors: Errors) -> Source:
    return Source(name, errors.asked, errors.contact_s, errors.toe_off_s)


def others_bias_s(sources: Sequence[Source], event: str, k: int) -> float:
    """Return the mean bias of all sources but the k-th, each counting once; NaN without any."""
    biases = [mean(getattr(one, event)) for i, one in enumerate(sources) if i != k]
    return mean(np.array(biases))


def _table(place: str, sources: Sequence[Source]) -> Table:
    rows = [_row(sources, k) for k in range(len(sources))]
    columns = ["bias", "SD", "RMSE", "others' bias", "RMSE with it"]
    return Table(
        f"One source left out: {place}",
        "Each source scored as the constants are, and after taking off the mean bias of all other "
        "sources: what data may expect that nobody tuned on. Errors in ms. Dorschky 2019 is left "
        "out, as its instants are not to be judged.",
        ("source", "found", *(f"IC {c}" for c in columns), *(f"TO {c}" for c in columns)),
        tuple(rows),
    )


def _row(sources: Sequence[Source], k: int) -> tuple[str, ...]:
    one = sources[k]
    if not len(one.contact_s):
        return (one.name, f"no event of {one.asked} stances", *(UNKNOWN,) * 10)
    found = f"{len(one.contact_s)} of {one.asked}"
    return (one.name, found, *_cells(sources, k, "contact_s"), *_cells(sources, k, "toe_off_s"))


def _cells(sources: Sequence[Source], k: int, event: str) -> Iterator[str]:
    errors_s = getattr(sources[k], event)
    constant_s = others_bias_s(sources, event, k)
    yield signed_ms(mean(errors_s))
    yield ms(sd(errors_s))
    yield ms(rms(errors_s))
    yield signed_ms(constant_s)
    yield ms(rms(errors_s - constant_s))
