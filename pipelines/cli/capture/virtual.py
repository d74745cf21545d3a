"""Among virtual pods instead of this machine's: what ``--virtual`` of record and check does."""

from __future__ import annotations

from pathlib import Path
from shlex import join
from typing import TYPE_CHECKING, Literal

from pipelines.cli.options import HERE
from pipelines.cli.output import say

if TYPE_CHECKING:
    from pipelines.capture.surroundings import Enter

VIRTUAL_STORE = Path("virtual-store")


def virtual_store(store: Path) -> Path:
    """Return where a virtual run is kept: apart from real ones, unless a folder is named."""
    return VIRTUAL_STORE if store == HERE else store


def to_resume(athlete: str, store: Path, *, virtual: bool) -> str:
    """Return the command that goes on with an interrupted recording in `store`."""
    words = ["midstance", "record", athlete, "--resume", *(["--virtual"] if virtual else [])]
    if store != (VIRTUAL_STORE if virtual else HERE):
        words += ["--store", str(store)]
    return join(words)


def among_virtual_pods(what: Literal["run", "check"], store: Path | None = None) -> Enter:
    """Simulate the virtual runner and return what enters her surroundings.

    RadioError, which says what to install, without the extra that simulates a radio.
    """
    from pipelines.radio.virtual.radio import need_bumble

    need_bumble()  # before the long work
    from pipelines.demo.virtual_runner import CHECK, RUN, around, simulated

    say("Simulating a virtual runner and three pods on her, some seconds …")
    if store is not None:
        say(f"Kept in {store}, tagged virtual and excluded from what is usual.")
    return around(simulated(RUN if what == "run" else CHECK))
