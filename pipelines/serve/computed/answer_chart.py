"""Draw two columns of an answer against each other: each row a point, nothing joined or filled."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from html import escape
from typing import Any, Final

import numpy as np

from pipelines.escape import escaped
from pipelines.serve.computed.chart import RIGHT_PX, TOP_PX, WIDTH, Axis, dot, ends
from pipelines.serve.computed.records import AnswerChart

HEIGHT: Final = 210
LEFT_PX: Final = 52.0
FLOOR_PX: Final = 180.0
WORDS_PX: Final = 200.0
MARKS: Final = 4
SIDE: Final = "side"
SIDES: Final = ("left", "right")
FIRST_CHOICE: Final = ("stance_pct", "session")
"""What is drawn along where no day or time is in the answer, and nothing was chosen."""
LETTERS: Final = 44
"""That fit below the chart, side by side."""
MOST: Final = 1e300
"""Numbers beyond it are not drawn: their difference may be no number."""
BEGAN: Final = datetime(1970, 1, 1)
SHORT_S: Final = 2 * 86_400.0


@dataclass(frozen=True)
class _Along:
    """Where each row lies along the chart, and words for some places."""

    places: list[float]
    words: list[tuple[float, str]]


def chart(
    head: Sequence[str], rows: Sequence[Sequence[Any]], along: str, up: str
) -> AnswerChart | None:
    """Return the chart of two columns, those that suit where none is chosen; None without two.

    Left and right have their own colours and shapes where the answer has a column of that name.
    """
    columns = dict(zip(head, zip(*rows, strict=True), strict=False)) if rows else {}
    numbers = [name for name, values in columns.items() if _is_number(values)]
    ups = [up] if up in numbers else numbers[-1:]
    known = (name for name, values in columns.items() if any(one is not None for one in values))
    others = [name for name in known if name not in ups]
    if not ups or not others:
        return None
    alongs = along if along in others else _suits(columns, others)
    place = _along(columns[alongs])
    return AnswerChart(
        svg=_drawn(place, [_number(one) for one in columns[ups[0]]], columns, (alongs, ups[0])),
        along=alongs,
        up=ups[0],
        alongs=tuple(others),
        ups=tuple(numbers),
    )


def _suits(columns: Mapping[str, Sequence[Any]], others: Sequence[str]) -> str:
    times = [name for name in others if _is_time(columns[name])]
    return [*times, *(name for name in FIRST_CHOICE if name in others), *others][0]


def _is_number(values: Sequence[Any]) -> bool:
    known = [one for one in values if one is not None]
    plain = all(isinstance(one, int | float | Decimal) for one in known)
    return plain and any(not isinstance(one, bool) and math.isfinite(_number(one)) for one in known)


def _is_time(values: Sequence[Any]) -> bool:
    known = [one for one in values if one is not None]
    return bool(known) and all(isinstance(one, date) for one in known)


def _number(value: Any) -> float:
    try:
        number = math.nan if value is None else float(value)
    except OverflowError:  # an integer may be longer than any float
        return math.nan
    return number if abs(number) < MOST else math.nan


def _along(values: Sequence[Any]) -> _Along:
    if _is_time(values):
        return _times(values)
    if _is_number(values):
        places = [_number(one) for one in values]
        known = [place for place in places if math.isfinite(place)]
        return _Along(places, _round(min(known), max(known)))
    names = list(dict.fromkeys(str(one) for one in values if one is not None))
    places = [math.nan if one is None else float(names.index(str(one))) for one in values]
    some = [0, len(names) - 1] if len(names) > MARKS else range(len(names))
    most = LETTERS // max(2, len(some))
    return _Along(places, [(float(k), _short(names[k], most)) for k in some])


def _seconds(value: date) -> float:
    if not isinstance(value, datetime):
        return (datetime(value.year, value.month, value.day) - BEGAN).total_seconds()
    return (value.replace(tzinfo=None) - BEGAN).total_seconds()


def _times(values: Sequence[Any]) -> _Along:
    places = [math.nan if one is None else _seconds(one) for one in values]
    at = {place: one for place, one in zip(places, values, strict=True) if one is not None}
    both = dict.fromkeys((min(at), max(at)))
    form = "%H:%M:%S" if max(at) - min(at) < SHORT_S and len(both) > 1 else "%Y-%m-%d"
    return _Along(places, [(place, f"{at[place]:{form}}") for place in both])


def _drawn(
    of: _Along, up: Sequence[float], columns: Mapping[str, Sequence[Any]], names: tuple[str, str]
) -> str:
    x = Axis(*_ends(of.places), LEFT_PX, RIGHT_PX)
    y = Axis(*_ends(up), FLOOR_PX, TOP_PX)
    sides = columns.get(SIDE, [""] * len(up))
    dots = [
        dot(_kind(str(side)), float(x.at(place)), float(y.at(value)), str(side))
        for place, value, side in zip(of.places, up, sides, strict=True)
        if math.isfinite(place) and math.isfinite(value)
    ]
    about = f"{names[1]} against {names[0]}, {len(dots)} of {len(up)} rows"
    parts = "".join((*_grid(y), *_words(of, x), *dots))
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{_text(about)}" '
        f'class="chart answer">{parts}</svg>'
    )


def _kind(side: str) -> str:
    return f"dot {side}" if side in SIDES else "dot"


def _grid(y: Axis) -> Iterator[str]:
    for value, words in _round(y.low, y.high):
        at = y.at(value)
        yield f'<path class="grid" d="M{LEFT_PX:g} {at}H{RIGHT_PX:g}"/>'
        yield f'<text x="{LEFT_PX - 6:g}" y="{float(at) + 4:.1f}" class="end">{words}</text>'


def _words(of: _Along, x: Axis) -> Iterator[str]:
    middle = (LEFT_PX + RIGHT_PX) / 2
    for at, words in of.words:
        place = float(x.at(at))
        edge = "end" if place > middle + 60 else "" if place < middle - 60 else "middle"
        yield f'<text x="{place:.1f}" y="{WORDS_PX:g}" class="{edge}">{_text(words)}</text>'


def _ends(values: Sequence[float]) -> tuple[float, float]:
    low, high = ends(np.array(values), 0.0)
    return (low, high) if low < high else (low - abs(low), high + abs(high))


def _round(low: float, high: float) -> list[tuple[float, str]]:
    """Return some round numbers from `low` to `high` with their words, or the one they both are."""
    least = (high - low) / MARKS
    if least < 1 / MOST:
        return [(low, f"{low:.4g}")]
    tens = 10.0 ** math.floor(math.log10(least))
    step = next(tens * by for by in (1, 2, 5, 10) if tens * by >= least)
    digits = min(12, max(4, math.ceil(math.log10(max(abs(low), abs(high)) / step)) + 1))
    every = (step * k for k in range(math.ceil(low / step), math.floor(high / step) + 1))
    return [(value, f"{value:.{digits}g}") for value in every]


def _short(words: str, most: int) -> str:
    return words if len(words) <= most else f"{words[: most - 1]}…"


def _text(words: str) -> str:
    return escape(escaped(words))
