"""Score all numbers against force plates and against the virtual runner."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from pipelines.validate import asked_of_events, detectors, drawing, left_out
from pipelines.validate.baseline import full_signals, proof
from pipelines.validate.drawn_runners import random_runners, worst_cell
from pipelines.validate.matching import Errors
from pipelines.validate.metrics_on_people import scores as metric_scores
from pipelines.validate.metrics_on_people import summary as metric_summary
from pipelines.validate.recordings import sacrum, shanks
from pipelines.validate.results import Figure, Part, Table, Validity, together
from pipelines.validate.virtual_runs import (
    activities,
    grid,
    realism,
    second_generator,
    sensitivity,
    summary,
)
from pipelines.validate.virtual_runs.grid import FULL, SMALL, Scope
from pipelines.validate.virtual_runs.score import run

__all__ = ["FULL", "SMALL", "Figure", "Scope", "Table", "Validity", "validate"]

MEASURED: Final = (metric_scores.person, metric_scores.lopsided, metric_scores.ways)
ABSENT: Final = (
    "There were no recordings with force plates (the data folder holds no reference.py): only the "
    "virtual runner was scored, and made-up athletes."
)


def validate(
    data_dir: Path, *, seed: int, scope: Scope = FULL, executor: Executor | None = None
) -> Validity:
    """Score events, force, orientation, metrics and what is said of a change; see `Validity`.

    `data_dir` holds the public recordings and their reader ``reference.py``, which is run; the
    second generator may lie beside it. Without them only the virtual runner is scored, and the
    result says so. `executor` spreads the virtual runs.
    """
    spread: Callable[..., Iterable[Any]] = executor.map if executor else map
    of_athletes = spread(proof.part, [seed], [scope.athletes])
    lives = spread(full_signals.lived, full_signals.seeds(seed, scope.athletes.signals))
    simulated = list(grid.cases(scope, seed=seed))
    changed = list(sensitivity.cases(scope, seed=seed))
    acted = list(activities.cases(scope, seed=seed))
    compared = spread(detectors.compare, list(grid.detector_cases(scope, seed=seed)))
    outcomes = spread(run, [*simulated, *changed, *acted])
    metrics = [
        spread(of_one, list(own))
        for of_one, own in zip(MEASURED, metric_scores.jobs(scope, seed), strict=True)
    ]
    prove = _proving_ground(spread, data_dir, scope, seed)
    ask = asked_of_events.begin(spread, scope, seed)
    reference = shanks.load_reference(data_dir)
    real_part, on_real, rows = _on_real(reference)
    done = iter(list(outcomes))
    of_grid, shifts, acts = (list(islice(done, len(c))) for c in (simulated, changed, acted))
    drawings = {"speeds": drawing.speeds(of_grid), "excursions": drawing.excursions(of_grid)}
    parts = [
        real_part,
        summary.part(of_grid),
        activities.part(acts),
        metric_summary.part(*(list(scored) for scored in metrics)),
        prove(reference, rows),
        ask(reference, rows),
        sensitivity.summary(shifts, scope),
        detectors.part(on_real, list(compared)),
        *of_athletes,
        full_signals.part(list(lives)),
        Part(drawings=drawings),
    ]
    return together(parts, seed=seed)


def _proving_ground(
    spread: Callable[..., Iterable[Any]], data_dir: Path, scope: Scope, seed: int
) -> Callable[[ModuleType | None, Sequence[sacrum.Row]], Part]:
    """Begin with random runners, other sources and realism; return what collects the results."""
    runners = spread(random_runners.score, random_runners.drawn(seed, scope.random_runners))
    virtual = spread(left_out.score, left_out.jobs(seed, scope.source_runners))
    groups = spread(realism.drawn, realism.jobs(seed, scope.real_people))
    generator = second_generator.folder(data_dir)
    made = [(generator, scope.second_generator_min)] if generator else []
    second = spread(second_generator.score, made)

    def collected(reference: ModuleType | None, rows: Sequence[sacrum.Row]) -> Part:
        scores: Mapping[str, Errors] = next(iter(second), {})
        parts = [
            worst_cell.part(list(runners)),
            second_generator.part(scores),
            left_out.part(reference, rows, virtual, scores),
            _people(reference, realism.joined(groups)),
        ]
        return together(parts, seed=seed)

    return collected


def _people(reference: ModuleType | None, people: realism.People) -> Part:
    """Return the realism gate and its drawing."""
    public = realism.public_stride(reference) if reference is not None else {}
    drawn = Part(drawings={"people": drawing.people(people, public)})
    return together([realism.part(public, people), drawn], seed=0)


def _on_real(
    reference: ModuleType | None,
) -> tuple[Part, Mapping[str, Mapping[str, Any]], Sequence[sacrum.Row]]:
    """Return what the recordings with force plates gave, every detector's scores, pelvis trials."""
    if reference is None:
        return Part(remarks=(ABSENT,)), {}, ()
    rows, on_real = sacrum.rows(reference), detectors.on_real(reference)
    drawings = {"force": drawing.force(rows), "detectors": drawing.timing(on_real)}
    parts = [shanks.part(reference), sacrum.part(reference, rows), Part(drawings=drawings)]
    return together(parts, seed=0), on_real, rows
