"""What typer makes of the commands: each is imported and built when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, MutableMapping
from importlib import import_module
from typing import Any, Final, cast

import typer
from typer.core import TyperCommand, TyperGroup
from typer.models import CommandInfo

from pipelines.cli.commands import COMMANDS, overview

PACKAGE: Final = "pipelines.cli"


class OnDemand(Mapping[str, TyperCommand]):
    """All commands by name, each built from its function when it is looked up.

    That has the name of the command, with a ``_`` behind it where Python keeps that word.
    """

    def __init__(self) -> None:
        self._built: dict[str, TyperCommand] = {}

    def __getitem__(self, name: str) -> TyperCommand:
        """Return a command with its options; KeyError where there is none of this name."""
        if name not in self._built:
            module = import_module(f"{PACKAGE}.{COMMANDS[name].module}")
            function: Callable[..., Any]
            function = getattr(module, name, None) or getattr(module, f"{name}_")
            info = CommandInfo(name=name, callback=function)
            built = typer.main.get_command_from_info(
                info, pretty_exceptions_short=True, rich_markup_mode=None
            )
            self._built[name] = cast(TyperCommand, built)
        return self._built[name]

    def __iter__(self) -> Iterator[str]:
        """Go through the names, in the order in which ``--help`` lists them."""
        return iter(COMMANDS)

    def __len__(self) -> int:
        """Count the commands."""
        return len(COMMANDS)


class Group(TyperGroup):
    """All commands; the list of them is made without building any."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.commands = cast(MutableMapping[str, Any], OnDemand())

    def format_help(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002  (as typer calls it)
        """Write what ``--help`` prints."""
        formatter.write(overview())


app = typer.Typer(cls=Group, no_args_is_help=True, rich_markup_mode=None, add_completion=False)
app.callback()(lambda: None)
