"""Draw pelvis and leg at mid-stance, from behind and from above, today over usual.

From behind, so that left is left. Angles are drawn `TIMES` as large as they are, and the page says
so: a few degrees cannot be seen otherwise.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass
from typing import Final

import numpy as np

from imu.frames import Side
from pipelines.formatting import MINUS
from pipelines.report.charts.draw import BEFORE, COLOURS, FONT_PX, LINE, MUTED

TIMES: Final = 2.0
WIDTH_PX: Final = 264
HEIGHT_PX: Final = 196
GROUND_PX: Final = 172.0
BONE_PX: Final = 62.0  # shank and thigh alike
PELVIS_PX: Final = 64.0
OUT: Final = {"left": -1.0, "right": 1.0}
ANKLE_PX: Final = {"left": 52.0, "right": 108.0}
ABOVE_PX: Final = (208.0, 100.0)  # the middle of the pelvis from above

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class LegAngles:
    """Pelvis and shank of one leg at mid-stance, in degrees, leg-signed as the metrics are."""

    rotation_deg: float
    obliquity_deg: float
    lean_deg: float

    @property
    def known(self) -> bool:
        """Whether all three are."""
        return bool(np.isfinite(astuple(self)).all())


def leg_drawing(side: Side, today: LegAngles, usual: LegAngles | None) -> str:
    """Return an SVG of one leg: today in its colour, over `usual` in grey where that is known."""
    colour = COLOURS[side]
    ankle, above = ANKLE_PX[side], ABOVE_PX
    shapes = [
        _line((8, GROUND_PX), (152, GROUND_PX), LINE, 2),
        _line((ankle, GROUND_PX - 8), (ankle, 22), LINE, 1),
        _line((above[0] - 48, above[1]), (above[0] + 48, above[1]), LINE, 1),
        _line((above[0], above[1] - 36), (above[0], above[1] - 58), MUTED, 1.5),
        _path([(-4, -51), (0, -58), (4, -51)], above, MUTED),
    ]
    if usual is not None:
        shapes += _body(side, usual, BEFORE, 2.2)
    shapes += [*_body(side, today, colour, 1.0), _ring(side, today)]
    words = [
        _text(80, HEIGHT_PX - 6, "from behind"),
        _text(above[0], HEIGHT_PX - 6, "from above"),
    ]
    return (
        f'<svg viewBox="0 0 {WIDTH_PX} {HEIGHT_PX}" width="{WIDTH_PX}" height="{HEIGHT_PX}" '
        f'role="img" aria-label="{_label(side, today)}" font-size="{FONT_PX}" fill="none" '
        f'stroke-linecap="round">{"".join(shapes + words)}</svg>'
    )


def _body(side: Side, angles: LegAngles, colour: str, weight: float) -> list[str]:
    """Return shank, thigh (dashed) and pelvis from behind, and the pelvis from above."""
    out = OUT[side]
    obliquity, lean = (
        TIMES * np.radians(angle) for angle in (angles.obliquity_deg, angles.lean_deg)
    )
    ankle = (ANKLE_PX[side], GROUND_PX - 8)
    knee = _from(ankle, BONE_PX, (out * np.sin(lean), -np.cos(lean)))
    hip = _from(knee, BONE_PX, (out * np.sin(lean), -np.cos(lean)))
    other_hip = _from(hip, PELVIS_PX, (-out * np.cos(obliquity), np.sin(obliquity)))
    stance_end = _from(ABOVE_PX, PELVIS_PX / 2, _toward_stance(side, angles))
    swing_end = _from(ABOVE_PX, -PELVIS_PX / 2, _toward_stance(side, angles))
    return [
        _line(ankle, knee, colour, 6 * weight),
        _line(knee, hip, colour, 3 * weight, dashed=True),
        _line(hip, other_hip, colour, 7 * weight),
        _line(stance_end, swing_end, colour, 7 * weight),
    ]


def _ring(side: Side, angles: LegAngles) -> str:
    """Return the mark of the leg that stands, in the view from above."""
    x, y = _from(ABOVE_PX, PELVIS_PX / 2, _toward_stance(side, angles))
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="6" fill="#fff" stroke="{MUTED}"/>'


def _toward_stance(side: Side, angles: LegAngles) -> Point:
    """Return the way from the middle of the pelvis to the stance leg, from above."""
    rotation = TIMES * np.radians(angles.rotation_deg)
    return float(OUT[side] * np.cos(rotation)), float(np.sin(rotation))


def _from(start: Point, length: float, way: Point) -> Point:
    return float(start[0] + length * way[0]), float(start[1] + length * way[1])


def _line(a: Point, b: Point, colour: str, width: float, *, dashed: bool = False) -> str:
    ends = f'x1="{a[0]:.1f}" y1="{a[1]:.1f}" x2="{b[0]:.1f}" y2="{b[1]:.1f}"'
    dash = ' stroke-dasharray="1 7"' if dashed else ""
    return f'<line {ends} stroke="{colour}" stroke-width="{width:g}"{dash}/>'


def _path(points: list[Point], at: Point, colour: str) -> str:
    drawn = " ".join(f"{at[0] + x:.1f},{at[1] + y:.1f}" for x, y in points)
    return f'<polyline points="{drawn}" stroke="{colour}" stroke-width="1.5"/>'


def _text(x: float, y: float, words: str) -> str:
    return f'<text x="{x:g}" y="{y:g}" text-anchor="middle" fill="{MUTED}">{words}</text>'


def _label(side: Side, today: LegAngles) -> str:
    return (
        f"{side.capitalize()} leg at mid-stance: pelvis turned over the leg by "
        f"{today.rotation_deg:.1f}°, other side lower by {today.obliquity_deg:.1f}°, shin leaning "
        f"out by {today.lean_deg:.1f}°."
    ).replace("-", MINUS)
