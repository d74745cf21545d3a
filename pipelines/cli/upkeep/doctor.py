"""``midstance doctor``: can this machine record, and what is to be mended."""

from __future__ import annotations

from typing import Annotated

import typer

from pipelines.cli.options import HERE, Json, StorePath
from pipelines.cli.output import show, stop


def doctor(
    store: StorePath = HERE,
    scan: Annotated[bool, typer.Option("--scan/--no-scan", help="Look for pods nearby.")] = True,
    json: Json = False,
) -> None:
    """Say whether this machine can record, and what cures it.

    Python, packages, Bluetooth, pods nearby, disk, clock, time zone and the store get a line each:
    ok, a note, or what is wrong. Nothing is changed. The exit code is 1 when something keeps a run
    from being recorded.
    """
    from pipelines.doctor.condition import as_record
    from pipelines.doctor.examine import SCAN_S, examine

    found = []
    for condition in examine(store, scan_s=SCAN_S if scan else 0.0):
        found.append(condition)
        if not json:
            show({}, [condition.line], json=False)
    wrong = list(dict.fromkeys(one.what for one in found if one.state == "wrong"))
    if json:
        result = {"conditions": [as_record(one) for one in found], "can_record": not wrong}
        show(result, [], json=True)
    if wrong:
        stop(f"nothing can be recorded yet: mend {', '.join(wrong)}")
