"""Look at Python and at the packages that midstance needs, by what pip has written of them."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from importlib.metadata import PackageNotFoundError, requires, version
from typing import Final

from pipelines.doctor.condition import Condition
from pipelines.formatting import listed
from pipelines.name_collision import OUR_DISTRIBUTION

PYTHONS: Final = ((3, 11), (3, 14))
REQUIRED: Final = re.compile(r"(?P<name>[A-Za-z0-9._-]+)(?P<bounds>[^;]*)(?P<marker>;.*)?")
BOUND: Final = re.compile(r"(>=|<|==)\s*([0-9.]+)")
EXTRA: Final = re.compile(r"extra == '(\w+)'")
FOR_DEVELOPERS: Final = ("test", "docs")


def python_condition(running: tuple[int, ...] = sys.version_info[:3]) -> Condition:
    """Say whether midstance is made for this Python."""
    first, beyond = PYTHONS
    name = f"Python {'.'.join(map(str, running))}"
    if first <= running[:2] < beyond:
        return Condition("Python", "ok", f"{name}, {sys.executable}")
    cure = "make an environment of Python 3.11 to 3.13: python3.13 -m venv .venv"
    return Condition("Python", "wrong", f"{name} is not one that midstance is made for", cure)


def packages_condition() -> Condition:
    """Say which versions are installed, what is missing or too old, and which extras are there."""
    try:
        wanted = requires(OUR_DISTRIBUTION) or []
        own = version(OUR_DISTRIBUTION)
    except PackageNotFoundError:
        words = "midstance runs from its folder and is not installed, so nothing says what it needs"
        return Condition("packages", "note", words, "pip install -e . there")
    needed = [one for one in wanted if not EXTRA.search(one)]
    if trouble := [words for one in needed if (words := _trouble(one))]:
        cure = f"{sys.executable} -m pip install --upgrade {OUR_DISTRIBUTION}"
        return Condition("packages", "wrong", listed(trouble), cure)
    versions = ", ".join(f"{name} {version(name)}" for name in map(_name, needed))
    words = f"midstance {own}; {versions}"
    missing = sorted({*_missing_extras(wanted)})
    if missing:
        words += f"; not installed: {listed([f'midstance[{extra}]' for extra in missing])}"
    return Condition("packages", "ok", words)


def _missing_extras(wanted: Iterable[str]) -> Iterator[str]:
    for one in wanted:
        extra = EXTRA.search(one)
        if extra is not None and extra[1] not in FOR_DEVELOPERS and _trouble(one):
            yield extra[1]


def _name(requirement: str) -> str:
    found = REQUIRED.match(requirement)
    return found["name"] if found else requirement


def _trouble(requirement: str) -> str:
    """Return what is wrong with a package, "" for nothing; other bounds than >=, <, == are met."""
    found = REQUIRED.match(requirement)
    if found is None:
        return ""
    try:
        there = version(found["name"])
    except PackageNotFoundError:
        return f"{found['name']} is missing"
    for sign, bound in BOUND.findall(found["bounds"]):
        short = (sign == ">=" and _numbers(there) < _numbers(bound)) or (
            sign == "<" and _numbers(there) >= _numbers(bound)
        )
        if short:
            return f"{found['name']} is {there}, and {sign}{bound} is needed"
    return ""


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", text)[:3])
