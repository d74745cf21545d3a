"""Write what a page shows of a recording: one small file, replaced whole, gone at the end.

This is done by the process of the live view, which imports what it takes; the recorder hands over
what is to be shown and waits for nothing.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.capture.one_pod.health import PodHealth

if TYPE_CHECKING:
    from pipelines.capture.live.view import View


@dataclass(frozen=True)
class Seen:
    """What the terminal shows of a recording: its pods, the last minute, what was said and when.

    `view` is None before the first look, and once the live numbers ended.
    """

    athlete: str
    session: str
    pods: Sequence[PodHealth]
    view: View | None
    said: Sequence[tuple[str, str]]


def write(path: Path, seen: Seen) -> None:
    """Put `seen` in place of what the file said before.

    Whoever reads gets the one or the other. It is not synced: nobody needs it after a crash.
    """
    new = path.with_name(f".{path.name}.new")
    new.write_text(json.dumps(in_words(seen), ensure_ascii=False), encoding="utf-8")
    os.replace(new, path)  # noqa: PTH105  (the same, and it says what it does)


def remove(path: Path) -> None:
    """Take the file away."""
    path.unlink(missing_ok=True)
    path.with_name(f".{path.name}.new").unlink(missing_ok=True)


def in_words(seen: Seen) -> dict[str, Any]:
    """Return what is shown as texts, the terminal's own, and the drawings of both legs."""
    from pipelines.capture.terminal import OF_POD, WAITING, minute_rows, numbers, place_of, remarks

    view = seen.view
    return {
        "athlete": seen.athlete,
        "session": seen.session,
        "pods": [
            {
                "place": place_of(pod),
                "name": pod.name,
                "state": pod.state,
                "numbers": list(zip(OF_POD, numbers(pod), strict=True)),
                "remarks": remarks(pod),
            }
            for pod in seen.pods
        ],
        "minute": [] if view is None else minute_rows(view),
        "waiting": WAITING if view is not None and not any(view.stances) else "",
        "drawings": [] if view is None else _drawings(view),
        "said": list(seen.said),
    }


def _drawings(view: View) -> list[tuple[str, str]]:
    """Return a drawing of each leg at mid-stance by the last strides, of none that is not known."""
    from imu.frames import SIDES
    from pipelines.capture.live.view import DRAWN
    from pipelines.report.charts.over_leg import LegAngles, leg_drawing

    legs = [LegAngles(*(view.drawn[name][j] for name in DRAWN)) for j in range(len(SIDES))]
    return [
        (side, leg_drawing(side, leg, None))
        for side, leg in zip(SIDES, legs, strict=True)
        if leg.known
    ]
