"""Recordings and files of other systems."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.sources.limits import LIMITS, Limits

if TYPE_CHECKING:
    from pathlib import Path

    from pipelines.sources.recording import SourceRecording


def read_source(mapping_path: Path, data_path: Path, limits: Limits = LIMITS) -> SourceRecording:
    """Read a recorded file of another system, as the mapping (TOML) says; SI units per pod."""
    from pipelines.sources.mapping import read_mapping
    from pipelines.sources.recording import read_recording

    return read_recording(read_mapping(mapping_path, limits), data_path, limits)
