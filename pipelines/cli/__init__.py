"""The command ``midstance``."""

from pipelines.cli.commands import app, main

__all__ = ["app", "main"]
