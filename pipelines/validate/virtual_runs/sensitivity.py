"""Score whether a true change of one metric shows on its side, and in no other metric.

A runner is changed in one loading of one leg and runs the same steps again in the same pods.
Shifts are those of the session's medians, each side apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from imu.frames import GRAVITY_MPS2, SIDES, FloatArray
from imu.simulation import Run, Runner, Stand, realistic
from pipelines.validate.results import UNKNOWN, Figure, Part, Table, number
from pipelines.validate.virtual_runs.grid import STAND_S, Scope
from pipelines.validate.virtual_runs.score import Case, Outcome


@dataclass(frozen=True)
class Change:
    """What is changed by how much (stored unit), and in which metric it must show."""

    label: str
    loading: str
    metric: str
    step: float
    said: str


CHANGES: Final = (
    Change("pelvic tilt", "anterior_tilt_deg", "pelvic_tilt_midstance_deg", 2.0, "2°"),
    Change("pelvic drop", "pelvic_drop_deg", "pelvic_drop_deg", 2.0, "2°"),
    Change("pelvis over the leg", "pelvic_rotation_deg", "pelvic_rotation_over_leg_deg", 2.0, "2°"),
    Change("shank lean", "shank_varus_deg", "shank_lean_deg", 3.0, "3°"),
    Change("shank rotation", "shank_rotation_deg", "shank_internal_rotation_deg", 3.0, "3°"),
    Change("tibial peak", "impact_mps2", "peak_tibial_axial_mps2", GRAVITY_MPS2, "1 g"),
    Change("contact time", "contact_time_s", "contact_time_s", 0.010, "10 ms"),
)
LEAST_SHARE: Final = 0.75
MOST_SHARE: Final = 1.25
LEAK: Final = 1 / 3


def cases(scope: Scope, *, seed: int) -> Iterator[Case]:
    """Yield per direction the usual runner, then each change on each side."""
    script = (Stand(STAND_S), Run(scope.run_s))
    usual = Runner()
    for k, direction in enumerate(scope.directions):
        own, pods = seed + k, realistic(seed + k)
        yield Case("sensitivity", "usual", usual, script, own, pods)
        for change in CHANGES:
            for side in SIDES:
                leg = getattr(usual, side)
                moved: dict[str, Any] = {
                    change.loading: getattr(leg, change.loading) + direction * change.step
                }
                runner = replace(usual, **{side: replace(leg, **moved)})
                yield Case("sensitivity", f"{change.label} {side}", runner, script, own, pods)


@dataclass(frozen=True)
class _Shifts:
    """Shifts of the medians, found and true, in steps of each metric.

    Shape (directions, changes, 2 sides changed, metrics, 2 sides).
    """

    found: FloatArray
    true: FloatArray


def _shifts(outcomes: Sequence[Outcome], directions: int) -> _Shifts:
    steps = np.array([change.step for change in CHANGES])[:, None]
    per_run = 1 + 2 * len(CHANGES)

    def medians(kind: str) -> FloatArray:
        values = np.array(
            [[getattr(o, kind)[change.metric] for change in CHANGES] for o in outcomes]
        )
        by_run = values.reshape(directions, per_run, len(CHANGES), 2) / steps
        moved = by_run[:, 1:] - by_run[:, :1]
        return np.asarray(moved.reshape(directions, len(CHANGES), 2, len(CHANGES), 2))

    return _Shifts(medians("medians"), medians("true_medians"))


def summary(outcomes: Sequence[Outcome], scope: Scope) -> Part:
    """Return figures and tables of `cases`, whose outcomes come in order."""
    shifts = _shifts(outcomes, len(scope.directions))
    recovered = _recovered(shifts)
    leaks = _leaks(shifts)
    return Part(
        figures=(*_recovery_figures(recovered), _leak_figure(leaks)),
        tables=(_recovery_table(recovered, scope), _leak_table(leaks)),
    )


def _recovered(shifts: _Shifts) -> FloatArray:
    """Return the found share of the true change, (changes, directions x sides)."""
    k, sides = np.arange(len(CHANGES)), np.arange(2)
    own = (slice(None), k[:, None], sides, k[:, None], sides)
    share = shifts.found[own] / shifts.true[own]
    return np.asarray(np.moveaxis(share, 0, 1).reshape(len(CHANGES), -1))


def _leaks(shifts: _Shifts) -> FloatArray:
    """Return the largest shift that is not true of every metric, (changes, metrics), in steps.

    On the diagonal that of the other side.
    """
    apart = np.abs(shifts.found - shifts.true)
    k, sides = np.arange(len(CHANGES)), np.arange(2)
    apart[:, k[:, None], sides, k[:, None], sides] = 0.0
    return np.asarray(apart.max(axis=(0, 2, 4)))


def _recovery_figures(recovered: FloatArray) -> Iterator[Figure]:
    for change, shares in zip(CHANGES, recovered, strict=True):
        worst = shares[np.argmax(np.abs(shares - 1))] if np.isfinite(shares).all() else np.nan
        yield Figure(
            "virtual runner, sensitivity",
            f"{change.label}, {change.said}: share recovered, worst side",
            float(worst),
            low=LEAST_SHARE,
            high=MOST_SHARE,
            decimals=2,
        )


def _leak_figure(leaks: FloatArray) -> Figure:
    moved, of = np.unravel_index(int(np.argmax(leaks)), leaks.shape)
    about = f"{CHANGES[int(of)].label} when {CHANGES[int(moved)].label} changes"
    return Figure(
        "virtual runner, independence",
        f"largest share moved without cause ({about})",
        float(leaks.max()),
        high=round(LEAK, 3),
        decimals=2,
    )


def _recovery_table(recovered: FloatArray, scope: Scope) -> Table:
    columns = [
        f"{side}, {'more' if direction > 0 else 'less'}"
        for direction in scope.directions
        for side in SIDES
    ]
    rows = [
        (f"{change.label} by {change.said}", *(number(x, 2) for x in shares))
        for change, shares in zip(CHANGES, recovered, strict=True)
    ]
    return Table(
        "Sensitivity",
        "Share of a true change that the session's median shows, on the leg that changed. "
        "1 is all of it; 0.75 to 1.25 is asked.",
        ("change", *columns),
        tuple(rows),
    )


def _leak_table(leaks: FloatArray) -> Table:
    rows = [
        (change.label, *(number(x, 2) if np.isfinite(x) else UNKNOWN for x in row))
        for change, row in zip(CHANGES, leaks, strict=True)
    ]
    return Table(
        "Independence",
        "What moves when one thing is changed: the largest shift of each median that is not "
        "true, as a share of the change asked of that metric above; on the diagonal that of the "
        "other leg. At most a third is asked.",
        ("changed", *(change.label for change in CHANGES)),
        tuple(rows),
    )
