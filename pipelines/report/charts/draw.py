"""Draw the three charts of the report as SVG of about 350 px, readable on a phone.

All functions take numbers in the units shown. Unknown is NaN: a line breaks there. Charts carry
no title and no explanation; the page has them in HTML.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from imu.frames import SIDES, BoolArray, FloatArray
from imu.segmentation.stances import MIDSTANCE_SHARE
from pipelines.report.charts.svg import slim

if TYPE_CHECKING:
    import altair as alt

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

Rows = list[dict[str, float | None]]


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
    import altair as alt

    domain = _domain(past, today, usual, at_least=at_least)
    k = len(past)
    last = f"datum.value == {k}"
    axis = _axis(
        f"{last} ? '{ends[1]}' : '{ends[0]}'",
        values=[0, k],
        labelAlign=alt.condition(last, alt.value("right"), alt.value("left")),
    )
    x = alt.X("x:Q", axis=axis, scale=alt.Scale(domain=[-0.5, k + 0.5], nice=False), title=None)
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
    import altair as alt

    domain = _domain(today, low, high)
    percent = np.linspace(0, 100, today.shape[1])
    drawn = _drawn_points(today, domain)
    midstance = 100 * MIDSTANCE_SHARE
    x = alt.X("x:Q", axis=_axis("datum.label + ' %'", values=[0, midstance, 100]), title=None)
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
    import altair as alt

    domain = _domain(low, middle, high)
    axis = _axis("datum.label + ' min'", values=_full_minutes(float(minute[-1])))
    x = alt.X("x:Q", axis=axis, title=None, scale=alt.Scale(nice=False, zero=False))
    bands, lines = [], []
    for i, side in enumerate(SIDES):
        rows = _rows(x=minute, low=low[i], middle=middle[i], high=high[i])
        bands.append(_band(rows, "low", "high", colour=COLOURS[side], opacity=0.14))
        lines.append(_line(rows, "middle", COLOURS[side], 2.5, dash=DASHES[side]))
    layers = [mark.encode(x=x, y=_y(name, domain)) for mark, name in [*bands, *lines]]
    width = 2 * PANEL_PX + GAP_PX
    return _svg(alt.layer(*layers).properties(width=width, height=HEIGHT_PX), label)


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


Layer = tuple[Any, str]  # a mark on its data, and the column on its y axis


def _band(rows: Rows, low: str, high: str, *, colour: str = BAND, opacity: float = 1.0) -> Layer:
    return _on(rows).mark_area(color=colour, opacity=opacity, line=False).encode(y2=high), low


def _line(
    rows: Rows, column: str, colour: str, width_px: float, *, dash: list[int] | None = None
) -> Layer:
    mark = _on(rows).mark_line(
        color=colour, strokeWidth=width_px, strokeDash=dash or [1, 0], strokeCap="round"
    )
    return mark, column


def _dots(rows: Rows, shape: str, colour: str, *, filled: bool) -> Layer:
    mark = _on(rows).mark_point(
        shape=shape,
        size=90 if filled else 36,
        stroke=colour,
        fill=colour if filled else "white",
        strokeWidth=1.5,
        opacity=1,
    )
    return mark, "y"


def _on(rows: Rows) -> alt.Chart:
    import altair as alt

    return alt.Chart(alt.InlineData(values=rows))


def _panel(layers: list[Layer], x: alt.X, side: str, domain: list[float]) -> Any:
    import altair as alt

    first = side == SIDES[0]
    marks = [mark.encode(x=x, y=_y(name, domain, labels=first)) for mark, name in layers]
    title = alt.TitleParams(side.capitalize(), color=COLOURS[side])
    return alt.layer(*marks).properties(width=PANEL_PX, height=HEIGHT_PX, title=title)


def _beside(panels: list[Any], label: str) -> str:
    import altair as alt

    return _svg(alt.hconcat(*panels, spacing=GAP_PX), label)


def _axis(expression: str, **more: Any) -> alt.Axis:
    import altair as alt

    return alt.Axis(labelExpr=expression, grid=False, labelFlush=True, **more)


def _y(column: str, domain: list[float], *, labels: bool = True) -> alt.Y:
    import altair as alt

    extent = LABELS_PX if labels else 0
    axis = alt.Axis(labels=labels, tickCount=4, minExtent=extent, maxExtent=extent, domain=False)
    scale = alt.Scale(domain=domain, nice=False, zero=False)
    return alt.Y(f"{column}:Q", axis=axis, scale=scale, title=None)


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


def _svg(chart: Any, label: str) -> str:
    import vl_convert

    spec = chart.configure(**_theme()).to_dict()
    said_once = {"font-size": f"{FONT_PX}px"}
    return slim(vl_convert.vegalite_to_svg(spec), label, inherited=said_once)
