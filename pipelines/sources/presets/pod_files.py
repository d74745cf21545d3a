"""Tell which file is which pod's and sensor's, by what was told and by plain names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from shlex import quote
from typing import Final

from imu.frames import PLACEMENTS, Placement
from pipelines.sources.presets.preset import Preset
from pipelines.sources.quoting import listed, shortened, shown
from pipelines.sources.unpack import Given

SHANK: Final = "shank|tibia|shin|lower ?leg"
PLAIN_NAMES: Final[Mapping[Placement, str]] = {
    "pelvis": r"pelvis|sacrum|waist|lower ?back",
    "shank_left": rf"(left|l) ({SHANK})|({SHANK}) (left|l)",
    "shank_right": rf"(right|r) ({SHANK})|({SHANK}) (right|r)",
}
"""What names of files say of a placement, with one blank between their words."""


class UnknownPodsError(ValueError):
    """Nothing says which pod is in which file; `names` are those of the files."""

    def __init__(self, names: Sequence[str]) -> None:
        plain = [(place, name) for name in names for place in _places(name)]
        place, name = plain[0] if plain else ("shank_left", names[0])
        example = f"--pod {quote(f'{place}={shortened(name)}')}"
        each = f"one --pod for each of {listed(names)}"
        if len(names) > len(PLACEMENTS):
            each = f"and leave out those of other places: there are {listed(names)}"
        super().__init__(
            f"say which pod was worn where, as {example}, with {', '.join(PLACEMENTS)} and "
            f"a part of the name of its file, {each}"
        )
        self.names = names


@dataclass(frozen=True)
class PodFiles:
    """The files of one pod; None for a sensor that has none of its own."""

    acc: Given
    gyr: Given | None
    high: Given | None


def files_of_pods(
    preset: Preset, files: Sequence[Given], told: Mapping[Placement, str]
) -> tuple[dict[Placement, PodFiles], tuple[str, ...]]:
    """Return the files of each pod, and what was assumed; ValueError says what to tell."""
    acc = [one for one in files if _fits(one, preset.acc_file)]
    if not acc:
        given = some(one.given.name for one in files)
        if preset.without and len({one.given for one in files}) < len(files):
            raise ValueError(f"{given}: {preset.without}")
        raise ValueError(
            f"none of {listed(one.name for one in files)} is named like {preset.acc_file}, as "
            f"files with acceleration of {preset.title} are; name those, by the names they had"
        )
    parts, notes = (dict(told), ()) if told else _by_names(acc)
    pods = {
        place: _of_pod(preset, _of_part(files, part) if told else _of_place(files, place), part)
        for place, part in parts.items()
    }
    _check_apart(pods, acc)
    used = {id(one) for pod in pods.values() for one in (pod.acc, pod.gyr, pod.high) if one}
    left = [one.name for one in files if id(one) not in used]
    if left:
        notes = (*notes, f"not read, as nothing of it is needed: {listed(dict.fromkeys(left))}")
    return pods, notes


def some(names: Iterable[str]) -> str:
    """Return the first names, each once, and how many more there are."""
    each = list(dict.fromkeys(names))
    more = f" and {len(each) - SHOWN} more" if len(each) > SHOWN + 1 else ""
    return listed(each[:SHOWN] if more else each) + more


SHOWN: Final = 2


def _fits(one: Given, pattern: str) -> bool:
    return fnmatch(one.name.lower(), pattern.lower())


def _by_names(acc: Sequence[Given]) -> tuple[dict[Placement, str], tuple[str, ...]]:
    """Return part of the name of each pod's file, where these names say the placement plainly."""
    said: dict[Placement, str] = {}
    for one in acc:
        places = _places(one.given.name)
        if len(places) != 1 or places[0] in said:
            raise UnknownPodsError(list(dict.fromkeys(each.given.name for each in acc)))
        said[places[0]] = one.given.name
    notes = tuple(f"{place} is taken to be in {name}, by its name" for place, name in said.items())
    return said, notes


def _places(name: str) -> list[Placement]:
    """Return the placements that the name of a file says plainly."""
    words = " ".join(re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)).lower()
    return [p for p in PLACEMENTS if re.search(rf" ({PLAIN_NAMES[p]}) ", f" {words} ")]


def _of_part(files: Sequence[Given], part: str) -> list[Given]:
    """Return the files of which a part of the name was told."""
    mine = [one for one in files if part.lower() in f"{one.given.name} {one.name}".lower()]
    if not mine:
        names = listed(dict.fromkeys(one.given.name for one in files))
        raise ValueError(f"{shown(part)} is in the name of no file with acceleration, of {names}")
    return mine


def _of_place(files: Sequence[Given], place: Placement) -> list[Given]:
    """Return the files whose names say the placement: each sensor may have one of its own."""
    return [one for one in files if _places(one.given.name) == [place]]


def _of_pod(preset: Preset, mine: Sequence[Given], part: str) -> PodFiles:
    acc = _one(part, [one for one in mine if _fits(one, preset.acc_file)], preset.acc_file)
    if acc is None:
        names = listed(dict.fromkeys(one.given.name for one in mine))
        raise ValueError(f"{shown(part)} is in the name of no file with acceleration, of {names}")
    return PodFiles(
        acc,
        _sensor(part, mine, preset.gyr_file),
        _sensor(part, mine, preset.high_file),
    )


def _sensor(part: str, mine: Sequence[Given], pattern: str | None) -> Given | None:
    if pattern is None:
        return None
    return _one(part, [one for one in mine if _fits(one, pattern)], pattern)


def _one(part: str, fitting: Sequence[Given], pattern: str) -> Given | None:
    exact = [one for one in fitting if part in (one.given.name, one.name)]
    found = exact if len(exact) == 1 else fitting
    if len(found) > 1:
        raise ValueError(
            f"{shown(part)} is in the names of several files like {pattern} "
            f"({listed(one.name for one in found)}); write more of it"
        )
    return found[0] if found else None


def _check_apart(pods: Mapping[Placement, PodFiles], acc: Sequence[Given]) -> None:
    """Raise ValueError where two pods would be one, or a file of a pod would be left out."""
    named: dict[str, Placement] = {}
    for place, pod in pods.items():
        if (other := named.get(str(pod.acc.path))) is not None:
            raise ValueError(
                f"{other} and {place} are both told to be {pod.acc.given.name}; name two files"
            )
        named[str(pod.acc.path)] = place
    left = [one.given.name for one in acc if str(one.path) not in named]
    if left:
        raise ValueError(
            f"nothing says where {listed(left)} was worn; add --pod for it, or leave it out"
        )
