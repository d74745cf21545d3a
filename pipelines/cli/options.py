"""Arguments and options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

Athlete = Annotated[str, typer.Argument(help="Id of the runner, e.g. ana.")]
StorePath = Annotated[Path, typer.Option("--store", help="Folder that holds the sessions.")]
Movement = Annotated[
    tuple[float, float] | None,
    typer.Option(
        help="Start and stop, in s, of knee bends with a bow, which show how the pods sit.",
        metavar="START STOP",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object for machines.")]
Virtual = Annotated[
    bool, typer.Option("--virtual", help="With three virtual pods on a virtual runner.")
]
RateHz = Annotated[
    float | None, typer.Option(help="Ask all pods for this rate; by default what suits each.")
]
Usb = Annotated[
    bool, typer.Option("--usb", help="MetaMotionS pods that are plugged in, not those on the air.")
]
ScanSeconds = Annotated[float, typer.Option("--seconds", help="How long to scan, in s.")]
HERE = Path("store")
