"""Open what was given, files or tables in memory, by a mapping, a preset, or whatever fits."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from fnmatch import fnmatch
from os import PathLike
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from imu.frames import PLACEMENTS, Placement
from pipelines.sources.limits import LIMITS, Limits, in_calendar
from pipelines.sources.mapping import SourceMapping, mapping_of_text, read_mapping
from pipelines.sources.one_recording.narrow_range import ends_early
from pipelines.sources.one_recording.recording import SourceRecording, read_recording
from pipelines.sources.presets import bids_motion, mvnx
from pipelines.sources.presets.fill import Filled, filled
from pipelines.sources.presets.preset import AUTO, BIDS, MVNX, preset_named
from pipelines.sources.presets.recognised import recognised
from pipelines.sources.quoting import shown
from pipelines.sources.tables_in_memory import is_table
from pipelines.sources.unpack import Given, unpacked

TABLE: Final = "table"
ADVICE: Final = (
    "; midstance check with the same files, --from and --pod, and --save-mapping FILE.toml, writes "
    "the mapping to correct and to give with --mapping"
)
SELF_DESCRIBED: Final = {
    BIDS: (bids_motion.is_bids, bids_motion.filled),
    MVNX: (mvnx.is_mvnx, mvnx.filled),
}
"""Presets of files that say themselves what they hold: whether files are such, their mapping."""
OF_MAPPINGS: Final = re.compile(r"mapping|write |acc_|gyr_|rate_hz|time_unit")


@dataclass(frozen=True)
class Opened:
    """A mapping, its text, the files that it reads, and what was assumed to find them."""

    mapping: SourceMapping
    text: str
    paths: Sequence[Path]
    notes: tuple[str, ...]
    preset: str | None = None

    def read(
        self,
        limits: Limits = LIMITS,
        *,
        home: ZoneInfo | None = None,
        started: datetime | None = None,
    ) -> SourceRecording:
        """Read all pods, of a run from `started` on; ValueError or OSError in one sentence."""
        mapping = self.mapping
        if started is not None:
            mapping = replace(mapping, started_utc=in_calendar(started, "started"))
        try:
            recording = read_recording(mapping, self.paths, limits, home=home)
        except ValueError as error:
            if self.preset is None or not OF_MAPPINGS.search(str(error)):
                raise
            raise ValueError(f"{error}{ADVICE}") from None
        ends = [said for pod in recording.pods.values() if (said := ends_early(pod))]
        return replace(recording, notes=(*self.notes, *recording.notes, *ends))


def read(
    data: Any,
    how: Path | str,
    *,
    pods: Mapping[Placement, str] | None = None,
    limits: Limits = LIMITS,
    home: ZoneInfo | None = None,
) -> SourceRecording:
    """Read a recording of another system in SI units.

    `data` is a file or several, a table, or tables by name: of pandas, whose index is a column
    where it has a name or holds times ("index"), or of what speaks Arrow, as polars does. `how` is
    a mapping (TOML), the name of a preset, or "auto"; `pods` says for a preset which pod is in
    which file, by parts of names. `home` is the zone of dates without one, UTC where it is not
    given. ValueError or OSError in one sentence.
    """
    with opened(data, how, pods=pods, limits=limits, home=home) as found:
        return found.read(limits, home=home)


@contextmanager
def opened(
    data: Any,
    how: Path | str,
    *,
    pods: Mapping[Placement, str] | None = None,
    limits: Limits = LIMITS,
    home: ZoneInfo | None = None,
) -> Iterator[Opened]:
    """Yield what `read` reads, while archives are unpacked."""
    with unpacked(_listed(data), limits) as files:
        if is_mapping(how):
            yield _by_mapping(Path(how), files, limits)
        else:
            yield _by_preset(str(how), files, _told(pods or {}), limits, home)


def is_mapping(how: Path | str) -> bool:
    """Whether this is the path of a mapping and no name of a preset."""
    return isinstance(how, Path) or how.endswith(".toml") or "/" in how


def _listed(data: Any) -> Sequence[Path] | Mapping[str, Any]:
    if isinstance(data, str | Path):
        return [Path(data)]
    if isinstance(data, Mapping):
        return data
    if is_table(data):
        return {TABLE: data}
    if isinstance(data, Iterable) and not hasattr(data, "dtype"):
        paths = list(data)
        if all(isinstance(one, str | PathLike) for one in paths):
            return [Path(one) for one in paths]
    raise ValueError(
        f"data is of type {type(data).__name__}; give a file or several, a DataFrame, or "
        "DataFrames by name"
    )


def _told(pods: Mapping[Any, str]) -> dict[Placement, str]:
    known = {place: place for place in PLACEMENTS}
    if wrong := [place for place in pods if place not in known]:
        raise ValueError(
            f"{shown(wrong[0])} is not a placement; use one of {', '.join(PLACEMENTS)}"
        )
    return {known[place]: part for place, part in pods.items()}


def _by_mapping(path: Path, files: Sequence[Given], limits: Limits) -> Opened:
    mapping = read_mapping(path, limits)
    return Opened(mapping, path.read_text(encoding="utf-8-sig"), _named(mapping, files), ())


def _named(mapping: SourceMapping, files: Sequence[Given]) -> list[Path]:
    """Return the files, of archives those that the mapping names: they hold more than is needed."""
    parts = [part.lower() for part in mapping.files if part is not None]
    return [
        one.path
        for one in files
        if not (one.packed and parts)
        or any(
            part in one.path.name.lower() or fnmatch(one.path.name.lower(), part) for part in parts
        )
    ]


def _by_preset(
    name: str,
    files: Sequence[Given],
    told: Mapping[Placement, str],
    limits: Limits,
    home: ZoneInfo | None,
) -> Opened:
    notes: tuple[str, ...] = ()
    for own, (fits, filled_by) in SELF_DESCRIBED.items():
        if name == own or (name == AUTO and fits(files)):
            found = filled_by(files, told)
            said = (f"taken as of {own}, by names of files",) if name == AUTO else ()
            return _opened(found, own, (*said, *found.notes), limits)
    if name == AUTO:
        preset, why = recognised(files, limits)
        notes = (why,)
    else:
        preset = preset_named(name)
    found = filled(preset, files, told, home=home, limits=limits)
    return _opened(found, preset.name, (*notes, *found.notes), limits)


def _opened(found: Filled, name: str, notes: tuple[str, ...], limits: Limits) -> Opened:
    mapping = mapping_of_text(found.text, Path(f"{name}.toml"), limits)
    return Opened(mapping, found.text, [one.path for one in found.files], notes, name)
