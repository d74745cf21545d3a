"""Impacts that changed alone and on both legs alike: shoes and ground do that, too."""

from __future__ import annotations

from imu.baseline.comparisons import OUTSIDE
from imu.baseline.conditions import UNKNOWN
from imu.frames import SIDES
from imu.session.impacts import PEAK
from pipelines.formatting import listed
from pipelines.report.compared import Compared


def unstated_causes(of: Compared) -> str:
    """Return ``shoes and surface``: what could do what changed today and was not stated, or ""."""
    found = [family.lead.metric for family in of.today.findings]
    if not found or {*found} != {PEAK}:
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
