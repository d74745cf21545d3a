"""Read a preset and check it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from pipelines.sources.limits import LIMITS
from pipelines.sources.mapping.toml_file import read_toml
from pipelines.sources.mapping.values import check_keys
from pipelines.sources.quoting import listed, shown

FOLDER: Final = Path(__file__).parent / "mappings"
KEYS: Final = (
    *("title", "layout", "ends", "columns", "says", "other_names", "beside", "without", "notes"),
    *("from_lines", "instead"),
)
LINE_KEYS: Final = ("rate_hz", "started", "started_form", "started_in", "one_clock")
AUTO: Final = "auto"
BIDS: Final = "bids-motion"
MVNX: Final = "xsens-mvnx"
SELF_DESCRIBED: Final = (BIDS, MVNX)
"""Read by what their files say of themselves, not by a mapping that is there."""


@dataclass(frozen=True)
class Preset:
    """One preset: what its files are known by, and the mapping that they are read by.

    `pod` stands for every pod; `common` is what a mapping says outside of pods.
    """

    name: str
    title: str
    layout: Sequence[str]
    ends: Sequence[str]
    columns: Sequence[str]
    says: str
    other_names: Mapping[str, Sequence[str]]
    beside: Mapping[str, str]
    without: str
    notes: Sequence[str]
    from_lines: Mapping[str, str]
    instead: Mapping[str, str]
    common: Mapping[str, Any]
    pod: Mapping[str, Any]

    @property
    def acc_file(self) -> str:
        """The pattern of the names of files with acceleration."""
        return str(self.pod.get("file", "*"))

    @property
    def gyr_file(self) -> str | None:
        """The pattern of those with angular rate, None where they are the same."""
        return self.pod.get("gyr_file")

    @property
    def high_file(self) -> str | None:
        """The pattern of those with acceleration of a wider range, None where there are none."""
        return self.pod.get("acc_high_file")


def names() -> tuple[str, ...]:
    """Return the names of all presets."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


def preset_named(name: str) -> Preset:
    """Return one preset; ValueError lists those that there are."""
    if name not in names():
        known = listed((*names(), *SELF_DESCRIBED))
        raise ValueError(f"there is no preset {shown(name)}; use {AUTO} or one of {known}")
    return _read(name)


@cache
def _read(name: str) -> Preset:
    content = read_toml(FOLDER / f"{name}.toml", LIMITS)
    about = content.pop("preset")
    check_keys(about, KEYS, f"[preset] of {name}")
    check_keys(about.get("from_lines", {}), LINE_KEYS, f"[preset.from_lines] of {name}")
    (pod,) = content.pop("pods").values()
    return Preset(
        name=name,
        title=about["title"],
        layout=about["layout"],
        ends=about["ends"],
        columns=about.get("columns", []),
        says=about.get("says", ""),
        other_names=about.get("other_names", {}),
        beside=about.get("beside", {}),
        without=about.get("without", ""),
        notes=about.get("notes", []),
        from_lines=about.get("from_lines", {}),
        instead=about.get("instead", {}),
        common=content,
        pod=pod,
    )
