"""What commands that read files of other systems share: their options, and what these mean."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.cli.output import show, stop

if TYPE_CHECKING:
    from imu.frames import Placement
    from pipelines.sources.look import Look, PodLook

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
SaveMapping = Annotated[
    Path | None,
    typer.Option("--save-mapping", help="Write the mapping that was used into this new file."),
]


def how_to_read(data: Path, mapping: Path | None, source: str | None) -> Path | str:
    """Return the mapping, or the name of a preset; ValueError unless one of them is given."""
    if mapping is not None and source is not None:
        raise ValueError("both --mapping and --from are given; leave one of them out")
    if not data.exists():
        raise FileNotFoundError(f"there is no file {data}; name the recording to read")
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
                f"--pod is {word!r}; write it as --pod shank_left=PART, with "
                f"{', '.join(PLACEMENTS)} and a part of the name of a file"
            )
        if place in told:
            raise ValueError(f"--pod names {place} twice; name each placement once")
        told[place] = part.strip()
    return told


def are_files(words: list[str], store: Path) -> bool:
    """Whether these are files and no athlete; ValueError where one word is both."""
    paths = [Path(word) for word in words]
    if len(words) == 1 and paths[0].name == words[0] and not paths[0].suffix:
        if not paths[0].is_file():
            return False
        if any(store.glob(f"*/athlete={words[0]}")):
            raise ValueError(
                f"{words[0]} is a runner and a file; write ./{words[0]} for the file, or go to "
                "another folder"
            )
    return True


def show_files(
    paths: list[Path],
    mapping: Path | None,
    source: str | None,
    pod: list[str] | None,
    save_mapping: Path | None,
    *,
    json: bool,
) -> None:
    """Print what is in files; end with a sentence where they cannot be imported so."""
    from dataclasses import asdict

    from pipelines.sources.look import look
    from pipelines.time_zone import first_known, machine_zone

    how = how_to_read(paths[0], mapping, source if mapping or source else "auto")
    seen = look(paths, how, pods=told_pods(pod), home=first_known([machine_zone()]))
    show(asdict(seen), _lines(seen), json=json)
    if save_mapping is not None:
        if seen.mapping is None:
            stop(f"no mapping was found to write; {seen.trouble}")
        if save_mapping.exists():
            raise FileExistsError(f"{save_mapping} exists already; name a new file")
        save_mapping.write_text(seen.mapping, encoding="utf-8")
    if seen.trouble is not None:
        stop(seen.trouble)


def _lines(seen: Look) -> list[str]:
    lines = [
        f"{name}: {', '.join(names) or 'no names of columns'}" for name, names in seen.files.items()
    ]
    for pod in seen.pods:
        lines += _pod_lines(pod)
    if seen.started:
        lines.append(f"began {seen.started}")
    lines += [f"assumed: {one}" for one in seen.assumed]
    lines += [f"missing: {one}" for one in seen.missing]
    return lines


def _pod_lines(pod: PodLook) -> list[str]:
    turns = "" if pod.gyr_max_dps is None else f", {pod.gyr_max_dps:.0f} °/s"
    losses = (
        f"{pod.lost_pct:.1f} % lost in {pod.gaps} gaps, the longest {pod.longest_gap_s:.2f} s"
        if pod.gaps
        else "no gaps"
    )
    return [
        f"{pod.name}: {pod.samples} samples, {pod.rate_hz:.5g} Hz, {pod.span_s:.1f} s, {losses}",
        f"  {pod.picture}  |acc| up to {pod.acc_max_g:.1f} g{turns}",
        f"  clock: {pod.clock}",
        *(f"  {note}" for note in pod.notes),
    ]
