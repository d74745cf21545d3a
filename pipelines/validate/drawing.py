"""Draw the page's five figures as SVG: the same bytes for the same numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from pipelines.validate.matching import mean, rms, sd
from pipelines.validate.virtual_runs.realism import QUANTITIES
from pipelines.validate.virtual_runs.summary import SHOWN

if TYPE_CHECKING:
    from imu.frames import FloatArray, Side
    from pipelines.validate.recordings.sacrum import Row
    from pipelines.validate.virtual_runs.realism import Curves, People
    from pipelines.validate.virtual_runs.score import Outcome

OURS: Final = "#1a5ca8"
OTHER: Final = "#b8470b"
INK: Final = "#1c2733"
TICKS: Final = 5
FORCE_ROW: Final = 3
FORCE_S: Final = (1.0, 2.6)
EVERY: Final = 5  # of the force's samples: 10 ms apart
DECIMALS: Final = 3

NOISE: Final = re.compile(
    r' (?:role|aria-[a-z]+|class|pointer-events|font-family|stroke-miterlimit)="[^"]*"'
)
"""What only a script or a screen reader would read; the page's text says the same."""

GREY: Final = "#b9c2cb"
PANEL_PX: Final = 200
SHARES_PCT: Final = range(0, 101, 4)  # of stance; 8 pixels
SIDE_DASHES: Final[dict[str, Any]] = {"domain": ["right", "left"], "range": [[1, 0], [5, 3]]}
POLYLINE: Final = re.compile(r'd="((?:M[-\d.]+,[-\d.]+(?:L[-\d.]+,[-\d.]+){10,})+)"')

Rows = list[dict[str, Any]]


def speeds(outcomes: Sequence[Outcome]) -> str:
    """Draw the RMS error of contact and toe-off over speed, perfect pods and all faults."""
    import altair as alt

    rows: Rows = []
    for one in outcomes:
        if one.group not in ("clean", "all faults"):
            continue
        speed, _, strike = one.name.partition(" m/s ")
        for event, error_s in (("IC", one.errors.contact_s), ("TO", one.errors.toe_off_s)):
            rows.append(
                {"speed": float(speed), "strike": strike, "pods": one.group}
                | {"event": f"{event} RMSE, ms", "ms": _rounded(1e3 * rms(error_s))}
            )
    line = (
        _chart(rows)
        .mark_line(point=True)
        .encode(
            x=alt.X("speed:Q", title="speed, m/s", scale=alt.Scale(zero=False)),
            y=alt.Y("ms:Q", title=None),
            color=alt.Color("pods:N", title=None, scale=_two("clean", "all faults")),
            strokeDash=alt.StrokeDash(
                "strike:N", title=None, legend=alt.Legend(symbolType="stroke")
            ),
        )
        .properties(width=230, height=170)
    )
    return _svg(line.facet(column=alt.Column("event:N", title=None)))


def excursions(outcomes: Sequence[Outcome]) -> str:
    """Draw found against true medians of each leg of all people, per excursion."""
    import altair as alt

    panels: list[Any] = []
    for name, label in SHOWN.items():
        rows: Rows = []
        for one in outcomes:
            if one.group == "people" and name in one.medians:
                pairs = zip(one.true_medians[name], one.medians[name], strict=True)
                rows += [{"true": _rounded(t), "found": _rounded(f)} for t, f in pairs]
        values = [row[k] for row in rows for k in ("true", "found") if row[k] is not None]
        span = [min(values, default=0.0) - 0.5, max(values, default=1.0) + 0.5]
        scale = alt.Scale(domain=span, nice=False, zero=False)
        ends: Rows = [{"true": end, "found": end} for end in span]
        dots = _chart(rows).mark_circle(size=36, color=OURS, opacity=0.8)
        same = _chart(ends).mark_line(color="#7b8794", strokeWidth=1)
        x = alt.X("true:Q", title="true, °", scale=scale)
        y = alt.Y("found:Q", title="found, °" if not panels else None, scale=scale)
        panel = alt.layer(same.encode(x=x, y=y), dots.encode(x=x, y=y))
        panels.append(panel.properties(width=130, height=130, title=label))
    return _svg(alt.hconcat(*panels))


def force(rows: Sequence[Row]) -> str:
    """Draw a stretch of the estimated vertical force over that of the plate."""
    import altair as alt

    row = next((row for row in rows if row.number == FORCE_ROW), rows[0])
    rate_hz = row.trial.rate_hz
    start, stop = (int(second * rate_hz) for second in FORCE_S)
    at = np.arange(start, stop, EVERY)
    data: Rows = []
    for name, force_bw in (("force plate", row.trial.force), ("estimate", row.force_bw)):
        data += [
            {"s": _rounded(k / rate_hz), "force": name, "BW": _rounded(force_bw[k])} for k in at
        ]
    line = (
        _chart(data)
        .mark_line(strokeWidth=1.8)
        .encode(
            x=alt.X("s:Q", title="time, s", scale=alt.Scale(zero=False, nice=False)),
            y=alt.Y("BW:Q", title="vertical force, BW"),
            color=alt.Color("force:N", title=None, scale=_two("estimate", "force plate")),
        )
    )
    return _svg(line.properties(width=520, height=170))


def timing(on_real: Mapping[str, Mapping[str, Any]]) -> str:
    """Draw bias and standard deviation of initial contact of every detector on real recordings."""
    import altair as alt

    rows: Rows = []
    for name, score in on_real.items():
        error_ms = 1e3 * score["initial_contact"].error_s
        middle, spread = mean(error_ms), sd(error_ms)
        rows.append(
            {"detector": name, "bias": _rounded(middle), "low": _rounded(middle - spread)}
            | {"high": _rounded(middle + spread), "whose": _whose(name)}
        )
    base = _chart(rows).encode(
        y=alt.Y("detector:N", title=None, sort=None),
        color=alt.Color("whose:N", title=None, scale=_two("ours", "published")),
    )
    x = alt.X("low:Q", title="error of initial contact: bias ± SD, ms")
    bars = base.mark_rule(strokeWidth=3, opacity=0.6).encode(x=x, x2="high:Q")
    dots = base.mark_circle(size=60, opacity=1).encode(x="bias:Q")
    return _svg(alt.layer(bars, dots).properties(width=420, height=18 * max(len(rows), 1)))


def people(drawn: People, public: Mapping[tuple[Side, str], Curves]) -> str:
    """Draw the curves of virtual people over stance in grey, the averaged stride on top."""
    import altair as alt

    colour = alt.Color("place:N", title="contact by", scale=_two("force", "tibial peak"))
    dash = alt.StrokeDash(
        "side:N",
        title="averaged stride",
        scale=alt.Scale(**SIDE_DASHES),
        legend=alt.Legend(symbolType="stroke"),
    )
    panels: list[Any] = []
    for name, label in QUANTITIES.items():
        x = alt.X("share:Q", title="% of stance", scale=alt.Scale(domain=[0, 100]))
        y = alt.Y("y:Q", title=None, scale=alt.Scale(zero=False))
        grey = _chart(_one_path(drawn.curves[name])).mark_line(strokeWidth=0.6, color=GREY)
        layers = [grey.encode(x=x, y=y, order=alt.Order("n:Q"))]
        if public:
            bold = _chart(_strides(public, name)).mark_line(strokeWidth=2)
            layers.append(bold.encode(x=x, y=y, color=colour, strokeDash=dash))
        panel = alt.layer(*layers).properties(width=PANEL_PX, height=PANEL_PX, title=label)
        panels.append(panel)
    return POLYLINE.sub(_whole_pixels, _svg(alt.hconcat(*panels)))


def _one_path(curves: FloatArray) -> Rows:
    """Return the curves (n, 101) as points of one line, with a break after each."""
    points: Rows = []
    for curve in curves:
        points += [{"share": k, "y": _rounded(curve[k])} for k in SHARES_PCT]
        points.append({"share": None, "y": None})
    return [point | {"n": n} for n, point in enumerate(points)]


def _strides(public: Mapping[tuple[Side, str], Curves], name: str) -> Rows:
    return [
        {"share": k, "y": _rounded(curves[name][k]), "side": side, "place": place}
        for (side, place), curves in public.items()
        for k in SHARES_PCT
    ]


def _whole_pixels(path: re.Match[str]) -> str:
    """Return a long line with its points on whole pixels, each relative to the one before."""
    lines = []
    for line in path[1].split("M")[1:]:
        points = [[round(float(v)) for v in point.split(",")] for point in line.split("L")]
        steps = [f"{x - x0},{y - y0}" for (x0, y0), (x, y) in pairwise(points)]
        lines.append(f"M{points[0][0]},{points[0][1]}l{' '.join(steps)}")
    return f'd="{"".join(lines)}"'


def _whose(name: str) -> str:
    return "ours" if name.startswith("midstance") else "published"


def _rounded(value: float) -> float | None:
    """Return a number with few digits; None for NaN, which JSON does not know."""
    return round(float(value), DECIMALS) if np.isfinite(value) else None


def _two(ours: str, other: str) -> Any:
    import altair as alt

    return alt.Scale(domain=[ours, other], range=[OURS, OTHER])


def _chart(rows: Rows) -> Any:
    import altair as alt

    return alt.Chart(alt.InlineData(values=rows))


def _svg(chart: Any) -> str:
    import vl_convert

    styled = (
        chart.configure(background="white", font="sans-serif")
        .configure_axis(
            grid=False, tickCount=TICKS, labelColor=INK, titleColor=INK, titleFontWeight="normal"
        )
        .configure_legend(labelColor=INK, orient="top")
        .configure_view(stroke=None)
        .configure_header(labelColor=INK)
    )
    svg = str(vl_convert.vegalite_to_svg(styled.to_dict(), show_warnings=False))
    return NOISE.sub("", svg).replace("<svg ", '<svg font-family="sans-serif" ', 1)
