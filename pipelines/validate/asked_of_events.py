"""What is asked of the events where nobody tuned them: begin all of it, then collect it.

Random runners with all faults and what is looked at on some of them, contact time over speed, what
is no running, pods that stamp late, a pod at the ankle, walking, the agreement with a force plate,
and the speed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from types import ModuleType
from typing import Any

from pipelines.validate import detectors
from pipelines.validate.drawn_runners import (
    axis_error,
    faulty_cells,
    faulty_runners,
    late_pods,
    pod_heights,
)
from pipelines.validate.recordings import agreement, ankle, contact_over_speed, speed, walking
from pipelines.validate.recordings.sacrum import Row
from pipelines.validate.results import Part, together
from pipelines.validate.virtual_runs import contact_slope, not_running, pod_clocks
from pipelines.validate.virtual_runs import speed as virtual_speed
from pipelines.validate.virtual_runs.grid import Scope


def begin(
    spread: Callable[..., Iterable[Any]], scope: Scope, seed: int
) -> Callable[[ModuleType | None, Sequence[Row]], Part]:
    """Begin the virtual runs; return what collects them, and scores the recordings."""
    drawn = faulty_runners.drawn(seed, scope.faulty_runners)
    few = drawn[: scope.few_runners]
    runners = spread(faulty_runners.score, drawn)
    fast = spread(faulty_runners.score, faulty_runners.fast(seed, scope.fast_runners))
    alone = spread(faulty_runners.without_gyroscopes, drawn[: scope.alone_runners])
    moved = spread(pod_heights.score, few)
    turned = spread(axis_error.score, few)
    compared = spread(detectors.compare, [faulty_runners.case(job) for job in few])
    people = spread(contact_slope.score, contact_slope.jobs(seed, scope.few_runners))
    runs = spread(virtual_speed.score, virtual_speed.jobs(seed, scope.few_runners))
    still = spread(not_running.score, not_running.jobs(scope, seed=seed))
    late = spread(late_pods.score, late_pods.jobs(scope, seed=seed))
    clocks = spread(pod_clocks.score, pod_clocks.jobs(scope, seed=seed))

    def collected(reference: ModuleType | None, rows: Sequence[Row]) -> Part:
        every = list(runners)
        parts = [
            _on_real(reference),
            not_running.part(list(still)),
            late_pods.part(list(late)),
            pod_clocks.part(list(clocks)),
            faulty_cells.part(every),
            pod_heights.part(every, list(moved)),
            faulty_cells.fast_part(list(fast)),
            faulty_cells.alone_part(list(alone)),
            axis_error.part(list(turned)),
            contact_slope.part(list(people)),
            contact_over_speed.part(rows),
            virtual_speed.part(list(runs)),
            detectors.random_part(list(compared)),
        ]
        return together(parts, seed=seed)

    return collected


def _on_real(reference: ModuleType | None) -> Part:
    """Return what the recordings of people give that is not scored elsewhere."""
    if reference is None:
        return Part()
    parts = [module.part(reference) for module in (agreement, walking, ankle, speed)]
    return together(parts, seed=0)
