"""What commands that read files of other systems share: their options, and what these mean."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from imu.frames import Placement

MappingPath = Annotated[
    Path | None, typer.Option("--mapping", help="TOML file that says what its columns mean.")
]
From = Annotated[
    str | None, typer.Option("--from", help="Name of a preset, such as movella-dot, or auto.")
]
PodFile = Annotated[
    list[str] | None,
    typer.Option("--pod", help="Which pod is in which file, e.g. shank_left=PART of its name."),
]


def how_to_read(data: Path, mapping: Path | None, source: str | None) -> Path | str:
    """Return the mapping, or the name of a preset; ValueError unless one of them is given."""
    if mapping is not None and source is not None:
        raise ValueError("both --mapping and --from are given; leave one of them out")
    if mapping is None and source is None:
        raise ValueError(
            f"{data}: give --mapping, the TOML file that says what its columns mean, --from with "
            "the name of a preset, or --from auto"
        )
    return mapping if mapping is not None else str(source)


def told_pods(given: list[str] | None) -> dict[Placement, str]:
    """Return part of a name by placement, of words such as ``pelvis=A1``; ValueError for others."""
    from imu.frames import PLACEMENTS

    told: dict[Placement, str] = {}
    for word in given or []:
        name, equals, part = word.partition("=")
        place = next((one for one in PLACEMENTS if one == name.strip()), None)
        if place is None or not equals or not part.strip():
            raise ValueError(
                f"--pod is {word!r}; write it as --pod shank_left=PART, with {', '.join(PLACEMENTS)} "
                "and a part of the name of a file"
            )
        if place in told:
            raise ValueError(f"--pod names {place} twice; name each placement once")
        told[place] = part.strip()
    return told
