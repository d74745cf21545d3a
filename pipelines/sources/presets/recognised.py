"""Find the preset of files by what they are, where nobody says it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fnmatch import fnmatch

from pipelines.sources.limits import Limits
from pipelines.sources.presets.given_files import Peek, column, peek
from pipelines.sources.presets.pod_files import some
from pipelines.sources.presets.preset import Preset, names, preset_named
from pipelines.sources.quoting import listed
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
    if not best:
        raise ValueError(
            f"no preset knows {given}; name one of {listed(names())} with --from, or write a "
            "mapping and give it with --mapping"
        )
    if len(best) > 1:
        raise ValueError(f"{given} may be of {' or '.join(best)}; say which with --from")
    words = f"{given}: taken as of {best[0]}, by {some(fitting[best[0]])}"
    return preset_named(best[0]), words


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
    for name, pattern in preset.beside.items():
        texts = [one.text for one in peeks if one.given.name == name]
        if not texts or not all(re.search(pattern, text) for text in texts):
            return None
        why.append(f"what {name} says")
    if preset.says:
        why.append("what its first lines say")
    return why


def _all(preset: Preset, name: str) -> tuple[str, ...]:
    return (name, *preset.other_names.get(name, ()))
