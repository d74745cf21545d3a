"""``midstance calibrate``: scale a runner's speed by a run of known distance or speed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli.options import Json
from pipelines.cli.output import show, vars_of
from pipelines.pace import pace


def calibrate(
    session: Annotated[Path, typer.Argument(help="A raw or stance file of the run.")],
    distance_m: Annotated[
        float | None, typer.Option("--distance-m", help="How far she ran, in metres.")
    ] = None,
    speed_mps: Annotated[
        float | None, typer.Option("--speed-mps", help="How fast she ran, e.g. on a treadmill.")
    ] = None,
    json: Json = False,
) -> None:
    """Correct a runner's speed by a run of known distance.

    The distance is that of all running in the session: start it at the start and stop it at the
    end, and do not run up to either. The pods should sit where they always do.
    """
    from pipelines.process.calibrate import calibrate as learn

    found = learn(session, distance_m=distance_m, speed_mps=speed_mps)
    minutes, seconds = divmod(round(found.running_s), 60)
    line = (
        f"{found.athlete} ran {minutes}:{seconds:02d} min at {found.true_mps:.2f} m/s "
        f"({pace(found.true_mps)}), "
        f"{found.measured_mps:.2f} m/s were measured: from now on her measured speed is multiplied "
        f"by {found.speed_scale:.3f}; midstance process does so to the runs she has"
    )
    show(vars_of(found), [line], json=json)
