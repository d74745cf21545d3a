"""Recordings and files of other systems."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.sources.limits import LIMITS, Limits

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from zoneinfo import ZoneInfo

    from pipelines.sources.one_recording.recording import SourceRecording


def read(
    data: Any,
    how: Path | str,
    *,
    pods: Mapping[Any, str] | None = None,
    home: ZoneInfo | None = None,
) -> SourceRecording:
    """Read a recording of another system: SI units per pod, each with its own time.

    `data` is a file or several (CSV, Parquet, NPZ, archives of them and what presets read), a
    DataFrame, or DataFrames by name. `how` is a mapping (TOML), the name of a preset, or "auto".
    `pods` says for a preset which pod is in which file: ``{"shank_left": "part of its name"}``.
    `home` is the zone of dates without one, UTC where it is not given. ValueError or OSError in one
    sentence.
    """
    from pipelines.sources.door import read as read_by

    return read_by(data, how, pods=pods, home=home)


def read_source(
    mapping_path: Path,
    data_path: Path | Sequence[Path],
    limits: Limits = LIMITS,
    *,
    home: ZoneInfo | None = None,
) -> SourceRecording:
    """Read a recording of another system, one file or several, as the mapping (TOML) says.

    SI units per pod. `home` is the zone of dates without one, UTC where it is not given.
    """
    from pipelines.sources.door import read as read_by

    return read_by(data_path, Path(mapping_path), limits=limits, home=home)
