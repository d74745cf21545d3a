"""Say what today's comparison leaves out, and what no comparison of this kind can show."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from imu.baseline.comparisons import JUDGED, State
from imu.frames import SIDES
from pipelines.formatting import capital, inside, listed, plural, quantity
from pipelines.pace import pace
from pipelines.report.compared import FAULTY, Compared
from pipelines.store.many_sessions.history import History

PACE_METRICS: Final = ("cadence_spm", "contact_time_s")
NAMED: Final = 3
"""Past runs that are named; of more, how many."""


def not_compared(of: Compared) -> list[str]:
    """Say what could not be compared today, and why, and what bears on all that was.

    First what takes most out: what has no verdict, what widens every range, which past runs do
    not count; last how pods sat, which is corrected for.
    """
    judged = any(c.state in JUDGED for c in of.legs)
    said = [
        *_unmeasured(of),
        *((_too_few(of), *of.today.caveats) if judged else ()),
        *of.data.notes,
        *_past(of.data.history),
        *of.data.mounting,
        *((_pace(of),) if judged else ()),
        "Pods sit a little differently each time they are put on. That is part of the usual range.",
    ]
    return [sentence for sentence in said if sentence]


def _too_few(of: Compared) -> str:
    return _of_state(of, "building baseline", "Too few past runs with this measure")


def _past(known: History) -> list[str]:
    """Say of which past runs a part is left out."""
    part = [i for i in range(len(known) - 1) if known.usable[i] and known.reasons[i]]
    if not part:
        return []
    runs = plural(len(known) - 1, "past run")
    return [f"Of {len(part)} of {runs} a part does not count: {_which(known, part)}."]


def _which(known: History, numbers: list[int]) -> str:
    """Name the last of these runs with their reasons, and how many more there are."""
    named = [f"{known.sessions[i]} ({'; '.join(known.reasons[i])})" for i in numbers[-NAMED:]]
    more = [f"{len(numbers) - NAMED} more"] if len(numbers) > NAMED else []
    return listed(named + more)


def _unmeasured(of: Compared) -> list[str]:
    cells: dict[str, dict[str, list[str]]] = {}
    for c in of.legs:
        why = of.unmeasured.get((c.metric, c.side), FAULTY)
        if not why.startswith(FAULTY):  # that stands among the findings
            cells.setdefault(why, {}).setdefault(c.metric, []).append(c.side)
    return [f"{capital(why)}: {_named(of, which)}." for why, which in cells.items()]


def _of_state(of: Compared, state: State, what: str) -> str:
    sides: dict[str, list[str]] = {}
    for c in of.legs:
        if c.state == state:
            sides.setdefault(c.metric, []).append(c.side)
    return f"{what}: {_named(of, sides)}." if sides else ""


def _named(of: Compared, sides: Mapping[str, list[str]]) -> str:
    metrics = of.data.metrics
    return listed([f"{inside(metrics[n].label)} ({listed(which)})" for n, which in sides.items()])


def _pace(of: Compared) -> str:
    """Say at which pace all was compared, or what hints at another one where it is not known."""
    speed = float(of.data.history.conditions.speed_mps[-1])
    if np.isfinite(speed):
        measured = of.data.history.conditions.pace_measured[-1]
        how = "today's pace" if measured else "the pace that the index suggests"
        return (
            f"All ranges are those at {how}, {speed:.2f} m/s ({pace(speed)}), as far as "
            "your past runs tell how you change with it."
        )
    hints = []
    for name in PACE_METRICS:
        both = [of.usual[name, side] for side in SIDES]
        measured = [c for c in both if np.isfinite(c.difference)]
        if measured:
            unit = of.data.metrics[name].unit
            today = sum(c.today for c in measured) / len(measured)
            usual = sum(c.usual for c in measured) / len(measured)
            label = inside(of.data.metrics[name].label)
            hints.append(f"{label} {quantity(today, unit)} today, usually {quantity(usual, unit)}")
    return f"These may hint at another pace: {'; '.join(hints)}." if hints else ""
