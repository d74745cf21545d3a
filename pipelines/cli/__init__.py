"""The command ``midstance``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipelines.cli.entry import main

if TYPE_CHECKING:
    from pipelines.cli.on_demand import app

__all__ = ["app", "main"]


def __getattr__(name: str) -> Any:
    """Import the app, and typer with it, when it is asked for."""
    if name == "app":
        from pipelines.cli.on_demand import app as built

        return built
    raise AttributeError(name)
