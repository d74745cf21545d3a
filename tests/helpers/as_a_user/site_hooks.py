"""The hooks of the documentation site, as MkDocs loads them: by their path."""

import importlib.util
from pathlib import Path

DOCS = Path(__file__).resolve().parents[3] / "docs"


def generated():
    """Return the pages that are made while the site is built, as paths below docs/."""
    spec = importlib.util.spec_from_file_location("site_hooks_of_docs", DOCS / "site" / "hooks.py")
    hooks = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(hooks)
    return {DOCS / page for page in hooks.MADE}
