"""Read and write ``athlete.toml``: who she is, what speed needs, what is usual, her time zone."""

import json
import re
import tomllib
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Final

from imu.wearer import HEIGHT_M, POD_HEIGHT_M, SPEED_SCALE
from pipelines.errors import no_use_for
from pipelines.store.atomic import publish_text
from pipelines.store.files import people_folder
from pipelines.store.layout import refuse_link_out
from pipelines.time_zone import check_zone

LIMITS: Final = {
    "mass_kg": (20.0, 250.0),
    "height_m": HEIGHT_M,
    "left_pod_height_m": POD_HEIGHT_M,
    "right_pod_height_m": POD_HEIGHT_M,
    "speed_scale": SPEED_SCALE,
}


@dataclass(frozen=True)
class Athlete:
    """What is known of a runner, and free notes.

    `timezone` is the IANA name of the zone in which her runs are shown; without one each run is
    shown in that of the machine that recorded it. The heights of the pods are those of their middle
    above the outer ankle bone. `speed_scale` is true over measured speed, as the run of known
    distance `speed_scale_from` showed.
    `reference` names the days whose runs say what is usual, as ``2026-03-01..2026-04-15``; without
    them a rule chooses.
    """

    mass_kg: float | None = None
    height_m: float | None = None
    notes: str = ""
    left_pod_height_m: float | None = None
    right_pod_height_m: float | None = None
    speed_scale: float | None = None
    speed_scale_from: str = ""
    timezone: str = ""
    reference: str = ""


KEYS: Final = tuple(field.name for field in fields(Athlete))


def athlete_path(root: Path, athlete: str) -> Path:
    """Return where the file of an athlete is."""
    path = people_folder(root, athlete) / "athlete.toml"
    refuse_link_out(path)
    return path


def read_athlete(root: Path, athlete: str) -> Athlete:
    """Read an athlete's file; nothing is known without one. ValueError names the wrong key."""
    path = athlete_path(root, athlete)
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Athlete()
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{path} is not valid TOML ({error}); correct that place") from None
    if wrong := no_use_for(content, KEYS):
        raise ValueError(f"{path} {wrong}")
    known: dict[str, Any] = {key: _value(path, content, key) for key in KEYS}
    return Athlete(**known)


def save_athlete(root: Path, athlete: str, known: Athlete) -> Path:
    """Write an athlete's file, in place of the one before; unknown values are left out."""
    path = athlete_path(root, athlete)
    given = {key: value for key, value in asdict(known).items() if value not in (None, "")}
    for key in KEYS:
        _value(path, given, key)
    # A JSON string or number is also one in TOML.
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in given.items()]
    publish_text(path, "".join(lines), replace=True)
    return path


def keep_speed_scale(root: Path, athlete: str, scale: float, session: str) -> Path:
    """Write the scale of the speed, and the session it came from, into an athlete's file.

    Everything else in the file stays as a person wrote it, comments as well.
    """
    return _keep(root, athlete, {"speed_scale": round(scale, 4), "speed_scale_from": session})


def keep_reference(root: Path, athlete: str, days: str) -> Path:
    """Write the days of the reference into an athlete's file; an empty text takes them out.

    All else stays, as in `keep_speed_scale`.
    """
    return _keep(root, athlete, {"reference": days})


def _keep(root: Path, athlete: str, new: dict[str, Any]) -> Path:
    path = athlete_path(root, athlete)
    read_athlete(root, athlete)
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    for key in LIMITS.keys() & new.keys():
        _measure(path, new, key)
    keys = "|".join(new)
    kept = re.sub(rf"^[ \t]*({keys})[ \t]*=.*\n?", "", text, flags=re.MULTILINE)
    given = {key: value for key, value in new.items() if value != ""}
    changed = "".join(f"{key} = {json.dumps(value)}\n" for key, value in given.items()) + kept
    others = {key: value for key, value in _content(text).items() if key not in new}
    if _content(changed) != others | given:
        raise ValueError(f"{path} is written so that it cannot be changed; write {new} into it")
    publish_text(path, changed, replace=True)
    return path


def _content(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return {}


def _value(path: Path, content: dict[str, Any], key: str) -> float | str | None:
    return _measure(path, content, key) if key in LIMITS else _text(path, content, key)


def _measure(path: Path, content: dict[str, Any], key: str) -> float | None:
    value, (low, high) = content.get(key), LIMITS[key]
    if value is None:
        return None
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not low <= value <= high:
        raise ValueError(f"{path}: {key} is {value!r:.80}; give a number from {low:g} to {high:g}")
    return float(value)


def _text(path: Path, content: dict[str, Any], key: str) -> str:
    value = content.get(key, "")
    if not isinstance(value, str):
        raise ValueError(f"{path}: {key} is {value!r}; give words in quotes")
    if key == "timezone" and value:
        try:
            return check_zone(value)
        except ValueError as error:
            raise ValueError(f"{path}: {error}") from None
    return value
