"""Recordings and files of other systems."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.sources.limits import LIMITS, Limits

if TYPE_CHECKING:
    from collections.abc import Sequence
    from zoneinfo import ZoneInfo

    from pipelines.sources.recording import SourceRecording


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
    from pipelines.sources.mapping import read_mapping
    from pipelines.sources.recording import read_recording

    paths = [data_path] if isinstance(data_path, str | Path) else list(data_path)
    return read_recording(read_mapping(mapping_path, limits), paths, limits, home=home)
