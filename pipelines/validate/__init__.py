"""Score all numbers against force plates and against the virtual runner."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Executor
from pathlib import Path
from typing import Any, Final

from pipelines.validate import detectors, drawing, grid, real, sacrum, sensitivity, summary
from pipelines.validate.grid import FULL, SMALL, Scope
from pipelines.validate.results import Figure, Part, Table, Validity, together
from pipelines.validate.virtual import run

__all__ = ["FULL", "SMALL", "Figure", "Scope", "Table", "Validity", "validate"]

ABSENT: Final = (
    "There were no recordings with force plates (the data folder holds no reference.py): only the "
    "virtual runner was scored."
)


def validate(
    data_dir: Path, *, seed: int, scope: Scope = FULL, executor: Executor | None = None
) -> Validity:
    """Score events, force, orientation and metrics; see `Validity`.

    `data_dir` holds the public recordings and their reader ``reference.py``, which is run. Without
    it only the virtual runner is scored, and the result says so. `executor` spreads the virtual
    runs.
    """
    spread: Callable[..., Iterable[Any]] = executor.map if executor else map
    simulated = list(grid.cases(scope, seed=seed))
    changed = list(sensitivity.cases(scope, seed=seed))
    compared = spread(detectors.compare, list(grid.detector_cases(scope, seed=seed)))
    outcomes = spread(run, [*simulated, *changed])
    real_part, on_real = _on_real(data_dir)
    outcomes = list(outcomes)
    of_grid, shifts = outcomes[: len(simulated)], outcomes[len(simulated) :]
    drawings = {"speeds": drawing.speeds(of_grid), "excursions": drawing.excursions(of_grid)}
    parts = [
        real_part,
        summary.part(of_grid),
        sensitivity.summary(shifts, scope),
        detectors.part(on_real, list(compared)),
        Part(drawings=drawings),
    ]
    return together(parts, seed=seed)


def _on_real(data_dir: Path) -> tuple[Part, Mapping[str, Mapping[str, Any]]]:
    """Return what the recordings with force plates gave, and every detector's scores on them."""
    reference = real.load_reference(data_dir)
    if reference is None:
        return Part(remarks=(ABSENT,)), {}
    rows, on_real = sacrum.rows(reference), detectors.on_real(reference)
    drawings = {"force": drawing.force(rows), "detectors": drawing.timing(on_real)}
    parts = [real.part(reference), sacrum.part(reference, rows), Part(drawings=drawings)]
    return together(parts, seed=0), on_real
