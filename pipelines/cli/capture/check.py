"""``midstance check``: see before a run that every pod is worn right, and what is in files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli.capture.virtual import among_virtual_pods
from pipelines.cli.options import HERE, Json, StorePath, Virtual
from pipelines.cli.output import say, show, stop
from pipelines.cli.sessions.foreign import (
    From,
    MappingPath,
    PodFile,
    SaveMapping,
    are_files,
    show_files,
)


def check(
    what: Annotated[
        list[str], typer.Argument(metavar="ATHLETE|FILES", help="A runner's id, or files.")
    ],
    store: StorePath = HERE,
    virtual: Virtual = False,
    mapping: MappingPath = None,
    source: From = None,
    pod: PodFile = None,
    save_mapping: SaveMapping = None,
    json: Json = False,
) -> None:
    """Check that the pods are worn right, or what is in files.

    With a runner's id, a guided minute: stand still, bow, walk, run ten steps and more, walk back,
    stand still. Nothing of it is kept. With files of another system: what is in them, what is
    assumed and what is missing, and nothing is imported.
    """
    if are_files(what, store):
        paths = [Path(one) for one in what]
        show_files(paths, mapping, source, pod, save_mapping, json=json)
        return
    (athlete,) = what
    _check_pods(athlete, store, virtual=virtual, json=json)


def _check_pods(athlete: str, store: Path, *, virtual: bool, json: bool) -> None:
    from pipelines.capture.before_run.check_run import as_record, check_pods
    from pipelines.capture.run import check_place

    check_place(athlete, store)
    enter = among_virtual_pods("check") if virtual else None
    say("Looking for the pods; Ctrl-C ends the check.")
    pods = check_pods(store, athlete, say, enter=enter)
    records = [as_record(pod) for pod in pods]
    show({"pods": records}, [pod.words for pod in pods], json=json)
    if wrong := [pod.placement.replace("_", " ") for pod in pods if pod.faults]:
        stop(f"{' and '.join(wrong)}: not worn right; mend that and check again")
