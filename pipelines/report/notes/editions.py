"""Warn when past runs were computed by another version of the algorithms."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.formatting import plural


def measured_otherwise(past: int, raw: Sequence[bool], athlete: str) -> str:
    """Say how many of `past` runs were measured otherwise than today's, and what to do.

    `raw` has one entry for each that was: whether its recording is still there.
    """
    if not raw:
        return ""
    which = f"{len(raw)} of {plural(past, 'past run')}"
    were = "was" if len(raw) == 1 else "were"
    return (
        f"{which} {were} computed by another version of the algorithms than this run: part of a "
        f"difference may come from that. {_advice(sum(raw), len(raw), athlete)}"
    )


def _advice(kept: int, otherwise: int, athlete: str) -> str:
    how = f"run midstance process on the folder raw/athlete={athlete} of the store"
    if not kept:
        return "Their raw files are missing, so they cannot be computed again."
    if kept < otherwise:
        have = "has" if kept == 1 else "have"
        return f"To compute again the {kept} that still {have} a raw file, {how}."
    return f"To compute all of them with the same version, {how}."
