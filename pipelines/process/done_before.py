"""Tell whether processing a session again would give what is stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

from imu.edition import EDITION, edition_of
from imu.wearer import ANYBODY
from pipelines.process.session import wearer_of
from pipelines.store.files import SessionFiles
from pipelines.store.json_values import plain
from pipelines.store.parquet import checked_file
from pipelines.store.parquet.stance_schema import stance_layout
from pipelines.store.session_header import HEADER_KEY
from pipelines.store.stated.athlete import Athlete, read_athlete
from pipelines.store.tables.raw_file import read_raw_header
from pipelines.store.tables.stance_file import BESIDE, missing_beside, of_others

OF_RAW: Final = ("started_utc", "source", "notes", "recorded_as", "marks")


def is_done(files: SessionFiles) -> bool:
    """Say whether stances, curves and bouts are whole, and what this edition makes of the raw file.

    They are not where the athlete's measures or the placements of pods have changed since.
    """
    try:
        texts = checked_file.read_checked_texts(files.stances, stance_layout())
        known = checked_file.json_object(texts[HEADER_KEY])
        raw = read_raw_header(files.raw)
        athlete = read_athlete(files.root, files.athlete)
    except (OSError, ValueError, KeyError):
        return False
    return (
        edition_of(known.get("parameters")) == EDITION
        and all(known.get(key) == raw.get(key) for key in OF_RAW)
        and _of_athlete(known) == _of_athlete(_stated(athlete))
        and _whole_beside(files, known)
    )


def _stated(athlete: Athlete) -> dict[str, Any]:
    return {
        "athlete_mass_kg": athlete.mass_kg,
        "athlete_height_m": athlete.height_m,
        "parameters": {"wearer": asdict(wearer_of(athlete))},
    }


def _of_athlete(known: Mapping[str, Any]) -> Any:
    parameters = known.get("parameters") or {}
    measures = [known.get(key) for key in ("athlete_mass_kg", "athlete_height_m")]
    return plain([*measures, parameters.get("wearer", asdict(ANYBODY))])


def _whole_beside(files: SessionFiles, known: Mapping[str, Any]) -> bool:
    kinds = known.get(BESIDE, {})
    return bool(kinds) and not any(
        missing_beside(files, kind) or of_others(files, known, kind) for kind in kinds
    )
