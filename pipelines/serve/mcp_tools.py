"""Hand verdicts, definitions and series to assistants that people use (Model Context Protocol).

What is handed out are the records that the pages show, made by the same functions; nothing is
judged here, and nothing can be changed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from imu.metrics import METRICS
from pipelines import store
from pipelines.errors import in_words, not_installed
from pipelines.serve.computed import athlete as page
from pipelines.store.files import check_athlete
from pipelines.store.listing import athlete_of, athletes
from pipelines.store.many_sessions.history import history_in
from pipelines.store.many_sessions.sessions import session_table
from pipelines.store.tables.dictionary_table import dictionary_rows

if TYPE_CHECKING:
    from mcp.server import MCPServer

INSTRUCTIONS: Final = (
    "Running gait of the runners in one store, each held against her own past runs. Verdicts come "
    "from `standing` and `over_weeks`; repeat them as they are and make none of your own from "
    "`series`: a difference between two runs is mostly noise, and pace, hills and shoes move it. "
    "Angles and forces come from pods, not from a laboratory; nothing here is medical."
)
SERIES_NOTE: Final = (
    "Medians of each run, not adjusted for pace; `counts` says whether a run says anything of what "
    "is usual. Whether something changed is told by `standing` and `over_weeks` alone."
)


def server(root: Path) -> MCPServer:
    """Return the server of a store's tools; ValueError where the extra is not installed."""
    try:
        from mcp.server import MCPServer
        from mcp.types import ToolAnnotations
    except ModuleNotFoundError as error:
        raise ValueError(not_installed(f"this needs {error.name}, which", "mcp")) from None
    made = MCPServer("midstance", instructions=INSTRUCTIONS, log_level="WARNING")
    looks = ToolAnnotations(read_only_hint=True, open_world_hint=False)
    for tool in _tools(root):
        made.tool(annotations=looks)(_in_a_sentence(tool))
    return made


def _in_a_sentence(tool: Callable[..., Any]) -> Callable[..., Any]:
    """Let what is wrong reach the assistant as the sentence that it is."""
    from mcp.server.mcpserver.exceptions import ToolError

    @wraps(tool)
    def told(*args: Any, **more: Any) -> Any:
        try:
            return tool(*args, **more)
        except (OSError, ValueError) as error:
            raise ToolError(in_words(error)) from None

    return told


def _tools(root: Path) -> list[Callable[..., Any]]:
    def runners() -> list[str]:
        """List the runners of the store."""
        return sorted(map(athlete_of, athletes(root).paths))

    def standing(athlete: str) -> dict[str, Any]:
        """Say where a runner stands after her last run: what changed, which leg, how sure."""
        return asdict(page.made(root, _known(root, athlete)).stands)

    def over_weeks(athlete: str) -> dict[str, Any]:
        """Say what changed over the weeks of a runner, against which runs, and what limits it."""
        of = page.made(root, _known(root, athlete))
        return {
            "said": of.weeks_words,
            "changes": of.weeks_changes,
            "reference": of.reference or of.reference_problem,
            "cautions": of.cautions,
        }

    def series(athlete: str, metric: str) -> dict[str, Any]:
        """Return a metric run after run, left and right, with its unit; `definition` explains it.

        These are numbers and no verdicts.
        """
        return _series(root, _known(root, athlete), metric)

    def metrics() -> list[dict[str, str]]:
        """List the metrics with label and unit."""
        return [
            {"metric": name, "label": one.label, "unit": one.unit.symbol}
            for name, one in METRICS.items()
        ]

    def definition(column: str) -> list[dict[str, Any]]:
        """Say what a column of the tables means: unit, definition, source, how well measured."""
        rows = [row for row in dictionary_rows() if row["column"] == column]
        if not rows:
            raise ValueError(f"there is no column {column!r}; metrics lists the metrics")
        return rows

    return [runners, standing, over_weeks, series, metrics, definition]


def _known(root: Path, athlete: str) -> str:
    if check_athlete(athlete) not in store.open(root).athletes():
        raise ValueError(f"there is no runner {athlete} in this store; runners lists them")
    return athlete


def _series(root: Path, athlete: str, metric: str) -> dict[str, Any]:
    known = history_in(session_table(root, athlete), athlete)
    if metric not in METRICS or metric not in known.medians:
        raise ValueError(f"there is no series of {metric!r}; metrics lists the metrics")
    rows = zip(known.sessions, known.days, known.medians[metric], known.usable, strict=True)
    return {
        "metric": metric,
        "label": METRICS[metric].label,
        "unit": METRICS[metric].unit.symbol,
        "note": SERIES_NOTE,
        "runs": [
            {
                "session": session,
                "day": day.isoformat(),
                "left": _number(both[0]),
                "right": _number(both[1]),
                "counts": bool(counts),
            }
            for session, day, both, counts in rows
        ],
    }


def _number(value: float) -> float | None:
    return float(f"{value:.6g}") if np.isfinite(value) else None
