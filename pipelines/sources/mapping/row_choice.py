"""Say which rows of a table are one pod's or one sensor's, where several stand among each other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipelines.sources.mapping.values import is_name, is_number
from pipelines.sources.quoting import shown

RowChoice = tuple[tuple[str, str], ...]
"""Columns, and what must stand in each of them; all rows where there is none."""


def row_choice(sensor: str, pod: Mapping[str, Any]) -> RowChoice:
    """Return which rows a pod's table gives to `sensor`: those of the pod, less by its own."""
    chosen: dict[str, str] = {}
    for key in ("rows", f"{sensor}_rows"):
        given = pod.get(key, {})
        if not isinstance(given, Mapping) or not all(
            is_name(name) and (is_number(value) or is_name(value)) for name, value in given.items()
        ):
            raise ValueError(
                f"{key} is {shown(given)}; write which column says whose each row is, and what "
                'stands there, as { "Sensor ID" = 3 }'
            )
        chosen |= {str(name): f"{value}".strip() for name, value in given.items()}
    return tuple(chosen.items())
