"""Impacts that changed alone and on both legs alike: shoes and ground do that, too."""

from __future__ import annotations

from imu.baseline.comparisons import OUTSIDE, SHOES
from imu.baseline.conditions import UNKNOWN
from imu.frames import SIDES
from imu.session.impacts import PEAK
from pipelines.formatting import listed
from pipelines.report.compared import Compared


def unstated_causes(of: Compared) -> str:
    """Return ``shoes and surface``: what could do what changed today and was not stated, or "".

    Named or not: without the shoes, one run alone names no such change.
    """
    found = [family.lead.metric for family in of.today.findings]
    held_back = not found and any(c.words == SHOES for c in of.legs)
    if not held_back and {*found} != {PEAK}:
        return ""
    legs = [of.usual[PEAK, side].difference for side in SIDES]
    alike = of.usual[PEAK, "left - right"].p_value > OUTSIDE
    if not alike or not legs[0] * legs[1] > 0:
        return ""
    under = of.data.history.conditions
    stated = {"shoes": under.shoes[-1], "surface": under.surface[-1]}
    return listed([what for what, said in stated.items() if said == UNKNOWN])


def were(unstated: str) -> str:
    """Return the verb that fits: shoes were, the surface was."""
    return "was" if unstated == "surface" else "were"
