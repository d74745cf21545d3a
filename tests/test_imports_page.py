"""docs/imports.md names every preset, and none that there is not."""

import re
from pathlib import Path

from pipelines.sources.presets.preset import SELF_DESCRIBED, names

PAGE = Path(__file__).resolve().parents[1] / "docs" / "imports.md"


def test_the_page_names_every_preset_once():
    rows = re.findall(r"^\| `([a-z0-9-]+)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(rows) == sorted((*names(), *SELF_DESCRIBED))
