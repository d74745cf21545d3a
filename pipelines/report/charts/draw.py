"""Draw the three charts of the report as SVG of about 350 px, readable on a phone.

All functions take numbers in the units shown. Unknown is NaN: a line breaks there. Charts carry
no title and no explanation; the page has them in HTML. They are Vega-Lite as plain dictionaries:
to build and check the same by altair costs more time than all else of a report together.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from imu.frames import SIDES, BoolArray, FloatArray
from imu.segmentation.stances import MIDSTANCE_SHARE
from pipelines.report.charts.drawn import drawn
from pipelines.report.charts.figure import Chart

# Blue and vermilion differ for every kind of colour vision; shapes and dashes for none at all.
COLOURS: Final = {"left": "#1a5ca8", "right": "#b8470b"}
DASHES: Final = {"left": [1, 0], "right": [6, 3]}
SHAPES: Final = {"left": "circle", "right": "diamond"}
INK: Final = "#1c2733"
MUTED: Final = "#566270"
LINE: Final = "#e4e8ed"
BAND: Final = "#d9e1ea"
BEFORE: Final = "#b4c0cd"  # what is usual, as a body
PAST: Final = "#7b8794"

PANEL_PX: Final = 142
GAP_PX: Final = 14
HEIGHT_PX: Final = 128
LABELS_PX: Final = 38
FONT_PX: Final = 12
EVERY: Final = 4  # of the 101 points of a curve: 6 px apart
BEND_PX: Final = 1.5
SCHEMA: Final = "https://vega.github.io/schema/vega-lite/v6.json"

Rows = list[dict[str, float | None]]
Spec = dict[str, Any]
Layer = tuple[Spec, str]
"""A mark on its data, and the column on its y axis."""


def runs_chart(
    past: FloatArray,
    today: FloatArray,
    usual: FloatArray,
    *,
    ends: tuple[str, str],
    label: str,
    at_least: float = 0.0,
) -> str:
    """Draw run after run: `past` (k, 2), `today` (2,) and per side the `usual` low, mean, high.

    `usual` is (2, 3); `ends` names the first and the last run under the axis. The axis spans
    `at_least` or more, so that little noise does not look like much.
    """
    domain = _domain(past, today, usual, at_least=at_least)
    k = len(past)
    last = f"datum.value == {k}"
    axis = _axis(
        f"{last} ? '{ends[1]}' : '{ends[0]}'",
        values=[0, k],
        labelAlign={"condition": {"test": last, "value": "right"}, "value": "left"},
    )
    x = _x(axis, scale={"domain": [-0.5, k + 0.5], "nice": False})
    panels = []
    for i, side in enumerate(SIDES):
        low, mean, high = usual[i]
        edge = _rows(x=np.array([-0.5, k + 0.5]), low=[low] * 2, mean=[mean] * 2, high=[high] * 2)
        layers = [
            _band(edge, "low", "high"),
            _line(edge, "mean", PAST, 1.0),
            _dots(_rows(x=np.arange(k), y=past[:, i]), SHAPES[side], PAST, filled=False),
            _dots(_rows(x=[k], y=[today[i]]), SHAPES[side], COLOURS[side], filled=True),
        ]
        panels.append(_panel(layers, x, side, domain))
    return _beside(panels, label)


def stance_chart(
    today: FloatArray, low: FloatArray, mean: FloatArray, high: FloatArray, *, label: str
) -> str:
    """Draw mean curves over the stance: `today` in the usual `low`, `mean`, `high`, (2, 101).

    Mid-stance is marked.
    """
    domain = _domain(today, low, high)
    percent = np.linspace(0, 100, today.shape[1])
    drawn = _drawn_points(today, domain)
    midstance = 100 * MIDSTANCE_SHARE
    x = _x(_axis("datum.label + ' %'", values=[0, midstance, 100]))
    at_midstance = _rows(x=[midstance] * 2, y=domain)
    panels = []
    for i, side in enumerate(SIDES):
        curves = {"low": low[i], "mean": mean[i], "high": high[i], "today": today[i]}
        rows = _rows(x=percent[drawn], **{n: curve[drawn] for n, curve in curves.items()})
        layers = [
            _band(rows, "low", "high"),
            _line(at_midstance, "y", MUTED, 1.0, dash=[2, 3]),
            _line(rows, "mean", PAST, 1.0),
            _line(rows, "today", COLOURS[side], 2.5),
        ]
        panels.append(_panel(layers, x, side, domain))
    return _beside(panels, label)


def time_chart(
    minute: FloatArray, low: FloatArray, middle: FloatArray, high: FloatArray, *, label: str
) -> str:
    """Draw the run over time: at `minute` (b,) the `middle` (2, b) of each leg in `low`, `high`."""
    domain = _domain(low, middle, high)
    axis = _axis("datum.label + ' min'", values=_full_minutes(float(minute[-1])))
    x = _x(axis, scale={"nice": False, "zero": False})
    bands, lines = [], []
    for i, side in enumerate(SIDES):
        rows = _rows(x=minute, low=low[i], middle=middle[i], high=high[i])
        bands.append(_band(rows, "low", "high", colour=COLOURS[side], opacity=0.14))
        lines.append(_line(rows, "middle", COLOURS[side], 2.5, dash=DASHES[side]))
    layers = [_placed(mark, x, _y(name, domain)) for mark, name in [*bands, *lines]]
    width = 2 * PANEL_PX + GAP_PX
    return _svg({"layer": layers, "width": width, "height": HEIGHT_PX}, label)


def _drawn_points(curves: FloatArray, domain: list[float]) -> BoolArray:
    """Return which points of (2, n) to draw: some everywhere, all where a curve bends sharply."""
    bends = np.nan_to_num(np.abs(np.diff(curves, 2, axis=1))).max(axis=0)
    drawn: BoolArray = np.arange(curves.shape[1]) % EVERY == 0
    drawn[1:-1] |= bends * HEIGHT_PX > BEND_PX * (domain[1] - domain[0])
    return drawn


def _full_minutes(last: float) -> list[int]:
    """Return ticks at full minutes, no more than fit beside each other."""
    step = next((step for step in (1, 2, 5, 10, 20, 30) if last <= 6 * step), 60)
    return list(range(0, int(last) + 1, step))


def _band(rows: Rows, low: str, high: str, *, colour: str = BAND, opacity: float = 1.0) -> Layer:
    area = _mark("area", rows, color=colour, opacity=opacity, line=False)
    return {**area, "encoding": {"y2": {"field": high}}}, low


def _line(
    rows: Rows, column: str, colour: str, width_px: float, *, dash: list[int] | None = None
) -> Layer:
    dashes = dash or [1, 0]
    return _mark(
        "line", rows, color=colour, strokeWidth=width_px, strokeDash=dashes, strokeCap="round"
    ), column


def _dots(rows: Rows, shape: str, colour: str, *, filled: bool) -> Layer:
    mark = _mark(
        "point",
        rows,
        shape=shape,
        size=90 if filled else 36,
        stroke=colour,
        fill=colour if filled else "white",
        strokeWidth=1.5,
        opacity=1,
    )
    return mark, "y"


def _mark(kind: str, rows: Rows, **look: Any) -> Spec:
    return {"data": {"values": rows}, "mark": {"type": kind, **look}}


def _placed(mark: Spec, x: Spec, y: Spec) -> Spec:
    return {**mark, "encoding": {**mark.get("encoding", {}), "x": x, "y": y}}


def _panel(layers: list[Layer], x: Spec, side: str, domain: list[float]) -> Spec:
    y_labels = side == SIDES[0]
    marks = [_placed(mark, x, _y(name, domain, labels=y_labels)) for mark, name in layers]
    title = {"text": side.capitalize(), "color": COLOURS[side]}
    return {"layer": marks, "width": PANEL_PX, "height": HEIGHT_PX, "title": title}


def _beside(panels: list[Spec], label: str) -> str:
    return _svg({"hconcat": panels, "spacing": GAP_PX}, label)


def _axis(expression: str, **more: Any) -> Spec:
    return {"labelExpr": expression, "grid": False, "labelFlush": True, **more}


def _x(axis: Spec, **more: Any) -> Spec:
    return {"field": "x", "type": "quantitative", "axis": axis, "title": None, **more}


def _y(column: str, domain: list[float], *, labels: bool = True) -> Spec:
    extent = LABELS_PX if labels else 0
    size = {"tickCount": 4, "minExtent": extent, "maxExtent": extent}
    return {
        "field": column,
        "type": "quantitative",
        "axis": {"labels": labels, **size, "domain": False},
        "scale": {"domain": domain, "nice": False, "zero": False},
        "title": None,
    }


def _rows(**columns: Any) -> Rows:
    """Return records; what is not finite becomes None, for JSON has no NaN."""
    arrays = {name: np.asarray(values, dtype=np.float64) for name, values in columns.items()}
    known = zip(*arrays.values(), strict=True)
    return [
        {n: float(f"{v:.5g}") if np.isfinite(v) else None for n, v in zip(arrays, row, strict=True)}
        for row in known
    ]


def _domain(*given: FloatArray, at_least: float = 0.0) -> list[float]:
    """Return lowest and highest of all that is drawn, with a little air."""
    values = np.concatenate([np.ravel(array) for array in given])
    known = values[np.isfinite(values)]
    if not len(known):
        return [0.0, 1.0]
    low, high = float(known.min()), float(known.max())
    air = max(0.08 * (high - low), (at_least - (high - low)) / 2) or 0.5
    return [low - air, high + air]


def _theme() -> dict[str, Any]:
    """Return the one look of all charts."""
    text = {"font": "sans-serif", "fontSize": FONT_PX}
    return {
        "background": "transparent",
        "padding": 2,
        "view": {"stroke": None},
        "title": {**text, "fontWeight": 600, "anchor": "start", "frame": "group", "offset": 6},
        "axis": {
            "labelFont": "sans-serif",
            "labelFontSize": FONT_PX,
            "labelColor": MUTED,
            "labelPadding": 6,
            "gridColor": LINE,
            "domainColor": LINE,
            "ticks": False,
        },
    }


def _svg(chart: Spec, label: str) -> str:
    spec = {"$schema": SCHEMA, "config": _theme(), **chart}
    return drawn(Chart(spec, label, {"font-size": f"{FONT_PX}px"}))
