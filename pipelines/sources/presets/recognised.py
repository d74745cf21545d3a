"""Find the preset of files by what they are, where nobody says it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fnmatch import fnmatch

from pipelines.sources.limits import Limits
from pipelines.sources.presets.given_files import Peek, column, matches, peek
from pipelines.sources.presets.pod_files import some
from pipelines.sources.presets.preset import Preset, names, preset_named
from pipelines.sources.quoting import listed
from pipelines.sources.read_table import KINDS
from pipelines.sources.unpack import Given


def recognised(files: Sequence[Given], limits: Limits) -> tuple[Preset, str]:
    """Return the one preset that fits these files, and why; ValueError if none or several do."""
    peeks = [peek(one, limits) for one in files]
    fitting = {}
    for name in names():
        preset = preset_named(name)
        why = _why(preset, peeks)
        if why is not None:
            fitting[name] = why
    most = max(map(len, fitting.values()), default=0)
    best = [name for name, why in fitting.items() if len(why) == most]
    given = some(one.given.name for one in files)
    if not best and (known := _known_to_be_no_use(peeks, given)):
        raise ValueError(known)
    if not best:
        raise ValueError(
            f"no preset knows {given}; name one of {listed(names())} with --from, or write a "
            "mapping and give it with --mapping"
        )
    if len(best) > 1:
        raise ValueError(f"{given} may be of {' or '.join(best)}; say which with --from")
    words = f"{given}: taken as of {best[0]}, by {some(fitting[best[0]])}"
    return preset_named(best[0]), words


def _known_to_be_no_use(peeks: Sequence[Peek], given: str) -> str:
    """Return what a preset says of such files that it cannot read; nothing where none knows them.

    By columns that stand in place of its own, and by what else lies in their archive.
    """
    for preset in map(preset_named, names()):
        for one in peeks:
            there = one.names(preset.instead)
            for name, sentence in preset.instead.items():
                if any(matches(column_name, name) for column_name in there):
                    return f"{one.given.name}: {sentence}"
        if preset.without and preset.beside and _said_beside(preset, peeks):
            return f"{given}: {preset.without}"
    kinds = {one.given.path.suffix.lower() for one in peeks}
    if all(kinds) and not kinds & set(KINDS):
        return f"{given} is of an unknown kind; give a file that ends in {', '.join(KINDS)}"
    return ""


def _said_beside(preset: Preset, peeks: Sequence[Peek]) -> bool:
    """Return whether all files that the preset wants beside are there and say what it wants."""
    return all(
        any(one.given.name == name and re.search(pattern, one.text) for one in peeks)
        for name, pattern in preset.beside.items()
    )


def _why(preset: Preset, peeks: Sequence[Peek]) -> list[str] | None:
    """Return by what a preset fits, None if it does not."""
    acc = [
        one
        for one in peeks
        if fnmatch(one.given.name.lower(), preset.acc_file.lower())
        and one.given.name.lower().endswith(tuple(preset.ends))
    ]
    if not acc:
        return None
    why = [f"the end of its name ({one})" for one in preset.ends[:1]] if not acc[0].text else []
    for one in acc:
        there = one.names([x for name in preset.columns for x in _all(preset, name)])
        found = [column(there, name, preset.other_names) for name in preset.columns]
        if None in found or (preset.says and not re.search(preset.says, one.text)):
            return None
        why += [f"its column {name}" for name in found if f"its column {name}" not in why]
    if not _said_beside(preset, peeks):
        return None
    why += [f"what {name} says" for name in preset.beside]
    if preset.says:
        why.append("what its first lines say")
    return why


def _all(preset: Preset, name: str) -> tuple[str, ...]:
    return (name, *preset.other_names.get(name, ()))
