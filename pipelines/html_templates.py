"""Fill templates of HTML; all text is escaped, and what does not print is spelled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.escape import escaped_text

if TYPE_CHECKING:
    from jinja2 import Environment


def templates_of(*packages: str) -> Environment:
    """Return the templates of some packages; the first that has one of a name counts."""
    from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=ChoiceLoader([PackageLoader(name) for name in packages]),
        autoescape=True,
        finalize=escaped_text,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
