"""What is stated of a run, as a form: filled in, read, and held against what others stated."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from pipelines.serve.sentences import of_error
from pipelines.serve.words import NOTE
from pipelines.store.files import SessionFiles
from pipelines.store.stated.context import LIMITS, RunContext, run_context
from pipelines.store.stated.context_file import change_context, read_context, stated

KEYS: Final = (
    "shoes",
    "surface",
    "treadmill",
    "speed_mps",
    "grade_pct",
    "plan_phase",
    "pain",
    "tags",
    "strapped",
    "strapped_min",
    "timezone",
    "notes",
)
"""What the form asks for, as the options of `midstance note` do."""
YES: Final = {"yes": True, "no": False}


@dataclass(frozen=True)
class Form:
    """The fields as they are shown, what was `seen` when they were filled in, and what is wrong."""

    fields: Mapping[str, str]
    seen: str
    excluded: str = ""
    problem: str = ""


def form_of(known: RunContext) -> Form:
    """Return the form of what is stated."""
    return Form(_fields(known), _seen(known), known.excluded)


def unreadable(why: str) -> Form:
    """Return an empty form beside the reason why nothing of the file can be shown."""
    return replace(form_of(RunContext()), problem=f"{why}.")


def store(files: SessionFiles, given: Mapping[str, str]) -> Form | None:
    """Store what a form changed; return the form to show again where it cannot be.

    Only fields that differ from what the form showed are changed, so that what another page stated
    under other keys stays. Where it stated the same key otherwise, nothing is stored, what was
    typed stays in the form, and it says what stands there now.
    """
    fields = {key: given.get(key, "") for key in KEYS}
    before, now = _parsed(given.get("seen", "")), read_context(files)
    try:
        new = {key: value for key, value in _typed(fields).items() if value != _of(before, key)}
    except ValueError as error:
        return Form(fields, given["seen"], now.excluded, _not_stored(files, error))
    others = [key for key in new if _of(now, key) not in (_of(before, key), new[key])]
    if others:
        there = "; ".join(
            f"{_label(key)}: {_fields(now)[key] or NOTE['nothing']}" for key in others
        )
        problem = NOTE["changed_meanwhile"].format(there=there)
        return Form({**_fields(now), **_changed(fields, new)}, _seen(now), now.excluded, problem)
    try:
        _change(files, new, now)
    except ValueError as error:
        return Form(fields, given["seen"], now.excluded, _not_stored(files, error))
    return None


def _not_stored(files: SessionFiles, error: Exception) -> str:
    return f"Not stored: {of_error(error, files.root)}."


def _change(files: SessionFiles, new: Mapping[str, Any], now: RunContext) -> None:
    """Put each value in the place of the one before; an empty one is forgotten."""
    given = {key: value for key, value in new.items() if value not in (None, "", (), {})}
    change_context(files, given, clear=list(new), seen=now)


def _changed(fields: Mapping[str, str], new: Mapping[str, Any]) -> dict[str, str]:
    return {key: fields[key] for key in new}


def _of(known: RunContext, key: str) -> Any:
    value = getattr(known, key)
    return dict(value) if key == "pain" else value


def _fields(known: RunContext) -> dict[str, str]:
    return {key: _text(key, getattr(known, key)) for key in KEYS}


def _text(key: str, value: Any) -> str:
    if value is None:
        return ""
    if key == "pain":
        return ", ".join(f"{site}={level:g}" for site, level in value.items())
    if key == "tags":
        return ", ".join(value)
    if key == "treadmill":
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _typed(fields: Mapping[str, str]) -> dict[str, Any]:
    """Return what was typed, by key, checked as the command checks it; ValueError says what."""
    given = {key: _value(key, text) for key, text in fields.items()}
    run_context({key: value for key, value in given.items() if value not in (None, "")})
    return given


def _value(key: str, text: str) -> Any:
    if key == "pain":
        return _pain([_site(part) for part in _parts(text)])
    if key == "tags":
        return tuple(_parts(text))
    if key == "treadmill":
        return YES.get(text)
    return _number(key, text) if key in LIMITS else text


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _pain(sites: list[tuple[str, float]]) -> dict[str, float]:
    if twice := [site for k, (site, _) in enumerate(sites) if site in dict(sites[:k])]:
        raise ValueError(f"pain names {twice[0]} twice; give each site once")
    return dict(sites)


def _site(words: str) -> tuple[str, float]:
    site, _, level = words.partition("=")
    try:
        return site.strip(), float(level)
    except ValueError:
        raise ValueError(f"pain is {words!r}; give a site and 0 to 10, as knee=3") from None


def _number(key: str, text: str) -> float | None:
    try:
        return float(text.replace(",", ".")) if text else None
    except ValueError:
        raise ValueError(f"{_label(key)} is {text!r}; give a number") from None


def _label(key: str) -> str:
    return str(NOTE["labels"][key]).lower()


def _seen(known: RunContext) -> str:
    return json.dumps({key: value for key, value in stated(known).items() if key in KEYS})


def _parsed(seen: str) -> RunContext:
    try:
        known = json.loads(seen)
        return run_context(known if isinstance(known, dict) else {"": None})
    except (ValueError, RecursionError):
        raise ValueError("this form is not as it was sent; load the page again") from None
