"""``midstance pods``: the pods nearby, who they are, where they are worn, which one blinks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.cli.capture.record import check_seconds
from pipelines.cli.options import HERE, Json, ScanSeconds, StorePath
from pipelines.cli.output import show

if TYPE_CHECKING:
    from pipelines.capture.nearby.pods_nearby import NearbyPod


def pods(
    places: Annotated[
        list[str] | None,
        typer.Argument(help="With --assign: places and pods, as pelvis=SERIAL shank_left=SERIAL."),
    ] = None,
    assign: Annotated[
        bool, typer.Option("--assign", help="Write into rig.toml which pod is worn where.")
    ] = False,
    blink: Annotated[
        str | None, typer.Option(help="Let the pod of this serial, address or name blink.")
    ] = None,
    seconds: ScanSeconds = 5.0,
    store: StorePath = HERE,
    json: Json = False,
) -> None:
    """List the pods nearby, how they are and where worn.

    Each is asked in turn, so none may be connected to another program.
    """
    from pipelines.capture.nearby.assign import assigned, wishes
    from pipelines.capture.nearby.pods_nearby import look

    check_seconds(seconds)
    if places and not assign:
        raise ValueError(f"{places[0]}: put --assign before it to say where a pod is worn")
    asked = wishes(places or []) if assign else {}
    found = look(seconds, to_blink=blink)
    if asked:
        assigned(store, found, asked)
    _show(found, store, json=json)


def _show(found: list[NearbyPod], store: Path, *, json: bool) -> None:
    from pipelines.capture.nearby.pods_nearby import NONE_FOUND, as_record, in_words, placements
    from pipelines.store.stated.rig import read_rig

    worn = placements(found, read_rig(store))
    records = [as_record(pod, worn.get(pod.found.address)) for pod in found]
    lines = [in_words(pod, worn.get(pod.found.address)) for pod in found]
    show({"pods": records}, lines or [NONE_FOUND], json=json)
