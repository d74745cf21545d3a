"""What a person knows of a run, ``<session>.context.toml``: shoes, surface, pain, tags, notes.

This module says what may stand in it; `pipelines.store.stated.context_file` reads and writes it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Final

from pipelines.errors import no_use_for
from pipelines.time_zone import check_zone

SURFACES: Final = (
    "road",
    "track",
    "trail",
    "grass",
    "gravel",
    "sand",
    "snow",
    "indoor",
    "treadmill",
    "mixed",
    "other",
)
STRAPPED: Final = ("anew", "kept")
LIMITS: Final = {
    "speed_mps": (0.5, 11.0),
    "grade_pct": (-45.0, 45.0),
    "strapped_min": (0.0, 43_200.0),
    "watch_speed_mps": (0.0, 15.0),
    "watch_grade_pct": (-45.0, 45.0),
    "watch_heart_rate_bpm": (20.0, 250.0),
}
TREADMILL_GRADE_PCT: Final = (-10.0, 40.0)
"""What the steepest treadmills on sale can be set to, down and up."""
SOONEST_KEPT_MIN: Final = 5.0
"""Pods that were kept on since an earlier run were put on before that run, so earlier than this."""
PAIN: Final = (0.0, 10.0)
LONGEST_LINE: Final = 200  # characters
LONGEST_NOTES: Final = 10_000
MOST: Final = 50  # tags, and sites of pain
WORD: Final = re.compile(r"[a-z][a-z0-9_-]{0,31}")
SITE: Final = re.compile(r"[a-z][a-z0-9_]{0,31}")  # a column's name, too
UNSAFE: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True)
class RunContext:
    """What was stated of a run; None, an empty text or an empty collection where nothing was.

    `speed_mps` and `grade_pct` (rise over run, up is positive) hold for the whole run. `pain` is
    0 to 10 by site. `strapped` says whether the pods were put on ``anew`` before this run or
    ``kept`` on since the last one, `strapped_min` how many minutes before it. `excluded` is the
    reason why the run does not count as usual. `timezone` is where this run was, as an IANA name.
    What begins with ``watch_`` is the median over the stances of what a watch measured, and the
    name of its file (`pipelines.process.watch.attach`).
    """

    speed_mps: float | None = None
    grade_pct: float | None = None
    surface: str = ""
    shoes: str = ""
    treadmill: bool | None = None
    plan_phase: str = ""
    pain: Mapping[str, float] = field(default_factory=dict)
    notes: str = ""
    strapped: str = ""
    strapped_min: float | None = None
    tags: tuple[str, ...] = ()
    excluded: str = ""
    timezone: str = ""
    watch_file: str = ""
    watch_speed_mps: float | None = None
    watch_grade_pct: float | None = None
    watch_heart_rate_bpm: float | None = None


KEYS: Final = tuple(one.name for one in fields(RunContext))


def run_context(stated: Mapping[str, Any]) -> RunContext:
    """Return what was stated as a context, once all of it is checked.

    Raises ValueError with one sentence that names a key without meaning, a value that cannot be
    meant, or two values that contradict each other.
    """
    if wrong := no_use_for(stated, KEYS):
        raise ValueError(wrong)
    known = RunContext(**{key: _checked(key, value) for key, value in stated.items()})
    _check_contradictions(known)
    return known


def as_columns(known: RunContext) -> dict[str, Any]:
    """Return a context as one row: tags as text with commas, pain as one number for each site."""
    row = {key: getattr(known, key) or None for key in TEXT_KEYS}
    row |= {key: getattr(known, key) for key in (*LIMITS, "treadmill")}
    row |= {"tags": ", ".join(known.tags) or None}
    row |= {f"pain_{site}": level for site, level in known.pain.items()}
    return {f"context_{key}": value for key, value in row.items()}


TEXT_KEYS: Final = (
    "surface",
    "shoes",
    "plan_phase",
    "notes",
    "strapped",
    "excluded",
    "watch_file",
)


def _checked(key: str, value: Any) -> Any:
    if value is None:
        return None if key in (*LIMITS, "treadmill") else getattr(RunContext(), key)
    if key in LIMITS:
        return _number(key, value, LIMITS[key])
    if key == "treadmill":
        return _yes_or_no(key, value)
    if key == "pain":
        return _pain(value)
    if key == "tags":
        return _tags(value)
    return _text(key, value)


def _number(what: str, value: Any, limits: tuple[float, float]) -> float:
    low, high = limits
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not low <= value <= high:
        raise ValueError(f"{what} is {value!r:.80}; give a number from {low:g} to {high:g}")
    return float(value) or 0.0  # -0.0 and 0.0 are two values to a table engine


def _yes_or_no(what: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"{what} is {value!r:.80}; give true or false")
    return value


def _pain(value: Any) -> dict[str, float]:
    if not isinstance(value, Mapping) or len(value) > MOST:
        raise ValueError(f"pain is {value!r:.80}; give 0 to 10 by site, such as knee = 3")
    for site in value:
        if not isinstance(site, str) or not SITE.fullmatch(site):
            raise ValueError(
                f"pain has a site {site!r:.80}; write it in small letters, such as left_knee"
            )
    return {site: _number(f"pain at {site}", level, PAIN) for site, level in value.items()}


def _tags(value: Any) -> tuple[str, ...]:
    if isinstance(value, str) or not isinstance(value, Sequence) or len(value) > MOST:
        raise ValueError(f'tags is {value!r:.80}; give a list of words, such as ["healthy"]')
    for tag in value:
        if not isinstance(tag, str) or not WORD.fullmatch(tag):
            raise ValueError(
                f"tags has {tag!r:.80}; give a word of small letters and digits, such as healthy"
            )
    return tuple(dict.fromkeys(value))


def _text(key: str, value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{key} is {value!r:.80}; give words in quotes")
    if key == "timezone":
        return check_zone(value) if value else ""
    choices = {"surface": SURFACES, "strapped": STRAPPED}.get(key)
    if choices and value and value not in choices:
        raise ValueError(f"{key} is {value!r:.80}; give one of {', '.join(choices)}")
    longest = LONGEST_NOTES if key == "notes" else LONGEST_LINE
    if len(value) > longest:
        raise ValueError(f"{key} has {len(value)} characters; give at most {longest}")
    if UNSAFE.search(value) or (key != "notes" and "\n" in value):
        where = "" if key == "notes" else " in one line"
        raise ValueError(f"{key} has control characters; give plain words{where}")
    return value.strip()


def _check_contradictions(known: RunContext) -> None:
    on_belt = known.surface == "treadmill"
    if known.treadmill and known.surface and known.surface not in ("treadmill", "indoor", "other"):
        raise ValueError(
            f"treadmill is true and surface is {known.surface}; clear the one that is wrong"
        )
    if known.treadmill is False and on_belt:
        raise ValueError("treadmill is false and surface is treadmill; clear the wrong one")
    (low, high), grade_pct = TREADMILL_GRADE_PCT, known.grade_pct or 0.0
    if (known.treadmill or on_belt) and not low <= grade_pct <= high:
        raise ValueError(
            f"grade_pct is {grade_pct:g} on a treadmill, which goes from {low:g} to "
            f"{high:g}; clear the one that is wrong"
        )
    minutes = known.strapped_min
    if known.strapped == "kept" and minutes is not None and minutes < SOONEST_KEPT_MIN:
        raise ValueError(
            f"strapped is kept, since an earlier run, and strapped_min is {minutes:g}; clear the "
            "one that is wrong"
        )
