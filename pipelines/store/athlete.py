"""Read and write ``athlete.toml``: mass, height and notes of a runner."""

import json
import tomllib
from dataclasses import asdict, dataclass
from math import isfinite
from pathlib import Path
from typing import Any, Final

from pipelines.store.atomic import publish_text
from pipelines.store.files import athlete_folder

LIMITS: Final = {"mass_kg": (20.0, 250.0), "height_m": (0.8, 2.6)}


@dataclass(frozen=True)
class Athlete:
    """Mass and height where they are known, and free notes."""

    mass_kg: float | None = None
    height_m: float | None = None
    notes: str = ""


def athlete_path(root: Path, athlete: str) -> Path:
    """Return where the file of an athlete is."""
    return athlete_folder(root, athlete) / "athlete.toml"


def read_athlete(root: Path, athlete: str) -> Athlete:
    """Read an athlete's file; nothing is known without one. ValueError names the wrong key."""
    path = athlete_path(root, athlete)
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Athlete()
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{path} is not valid TOML ({error}); correct that place") from None
    return Athlete(
        mass_kg=_measure(path, content, "mass_kg"),
        height_m=_measure(path, content, "height_m"),
        notes=str(content.get("notes", "")),
    )


def save_athlete(root: Path, athlete: str, known: Athlete) -> Path:
    """Write an athlete's file, in place of the one before; unknown values are left out."""
    path = athlete_path(root, athlete)
    given = {key: value for key, value in asdict(known).items() if value not in (None, "")}
    for key in LIMITS:
        _measure(path, given, key)
    # A JSON string or number is also one in TOML.
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in given.items()]
    publish_text(path, "".join(lines), replace=True)
    return path


def _measure(path: Path, content: dict[str, Any], key: str) -> float | None:
    value, (low, high) = content.get(key), LIMITS[key]
    if value is None:
        return None
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not isfinite(value) or not low <= value <= high:
        raise ValueError(f"{path}: {key} is {value!r}; give a number from {low:g} to {high:g}")
    return float(value)
