"""Tell which of several files is which pod's and sensor's, by the parts of names in the mapping."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatch
from pathlib import Path

from pipelines.sources.mapping import SourceMapping
from pipelines.sources.quoting import listed, shown


def chosen(mapping: SourceMapping, paths: Sequence[Path]) -> dict[str | None, Path]:
    """Return the file for each part of a name, None for the one file of all pods.

    ValueError in one sentence where a part fits none or several, and for files that no pod names.
    """
    wanted = mapping.files
    if wanted == (None,):
        if len(paths) > 1:
            raise ValueError(
                f"{len(paths)} files are given and {mapping.path} does not say which is which "
                "pod's; write under each pod file = with a part of the name of its file, and "
                "gyr_file = where its gyroscope has another"
            )
        return {None: paths[0]}
    if None in wanted:
        raise ValueError(
            f"{mapping.path} names files for some pods and sensors only; write file = for each"
        )
    found: dict[str | None, Path] = {part: _one(part, paths) for part in wanted if part is not None}
    if unused := [path.name for path in paths if path not in found.values()]:
        raise ValueError(
            f"no pod of {mapping.path} names {listed(unused)}; write file = or gyr_file = for it "
            "in the mapping, or leave it out"
        )
    return found


def _one(part: str, paths: Sequence[Path]) -> Path:
    exact = [path for path in paths if path.name == part]
    fitting = exact or [
        path
        for path in paths
        if part.lower() in path.name.lower() or fnmatch(path.name.lower(), part.lower())
    ]
    if len(fitting) == 1:
        return fitting[0]
    names = listed(path.name for path in paths)
    if fitting:
        raise ValueError(
            f"{shown(part)} is in the names of several files ({names}); write more of it"
        )
    raise ValueError(f"no file is named like {shown(part)}, of {names}; give it too")
