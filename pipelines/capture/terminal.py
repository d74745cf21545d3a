"""Show in the terminal while recording how the pods are, and the last minute of the run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from imu.units import unit_of
from pipelines.capture.one_pod.health import PodHealth, State
from pipelines.escape import escaped
from pipelines.formatting import UNKNOWN, quantity

if TYPE_CHECKING:
    from rich.console import Console, Group, RenderableType
    from rich.live import Live
    from rich.table import Table
    from rich.text import Text

    from pipelines.capture.live.view import View

STYLES: Final[dict[State, str]] = {
    "connecting": "yellow",
    "recording": "green",
    "lost": "red",
    "stopped": "dim",
}
LEAST_PCT: Final = 0.05  # less reads as 0.0
WIDE: Final = 110
"""Columns from which on a terminal has room for all that is known of a pod."""
OF_POD: Final = ("Rate", "Lost", "Battery", "Newest", "Clipped", "Cadence")
NARROW: Final = 4
"""Of these a narrow terminal has room for."""
SLIM, OF_SLIM = 68, 2
"""Columns below which there is room for still fewer: half a screen, or a telephone."""
NAME: Final = 10
"""Columns of the name at least: without it the row is nobody's."""
LABELS: Final = {
    "cadence_spm": "Cadence",
    "contact_time_s": "Contact time",
    "peak_tibial_resultant_mps2": "Peak tibial acceleration",
    "pelvic_drop_deg": "Pelvic drop",
    "pelvic_rotation_over_leg_deg": "Pelvis turned over the stance leg",
}
WAITING: Final = "Stand still, then run: numbers come after some seconds of running."


class Screen:
    """What is shown in place while recording: health of the pods, and the last minute."""

    def __init__(self, live: Live) -> None:
        self._live = live
        self._pods: Sequence[PodHealth] = ()
        self._view: View | None = None

    def health(self, pods: Sequence[PodHealth]) -> None:
        """Show the pods as they are now."""
        self._pods = pods
        self._show()

    def last_minute(self, view: View | None) -> None:
        """Show the last minute of the run as it is now; nothing of it for None."""
        before, self._view = self._view, view
        same = before is not None and view is not None and minute_rows(before) == minute_rows(view)
        if not same:  # drawing takes time
            self._show()

    def _show(self) -> None:
        width = self._live.console.width
        self._live.update(whole(self._pods, self._view, width=width), refresh=True)


@contextmanager
def live_screen(console: Console) -> Iterator[Screen]:
    """Show pods and last minute in place, renewed with what the yielded screen is told."""
    from rich.live import Live

    with Live(console=console, auto_refresh=False) as live:
        yield Screen(live)


def whole(pods: Sequence[PodHealth], view: View | None, *, width: int) -> Group:
    """Return all that is shown: the table of pods, a line for each that has trouble, the run.

    `width` is that of the terminal, in columns.
    """
    from rich.console import Group

    parts: list[RenderableType] = [table(pods, width), *notes(pods, wide=width >= WIDE)]
    if view is not None:
        parts += ["", last_minute(view)]
        parts += [] if any(view.stances) else [WAITING]
    return Group(*parts)


def table(pods: Sequence[PodHealth], width: int) -> Table:
    """Return one row per pod, in words and units for people: what a `width` has room for."""
    from rich.text import Text

    room = len(OF_POD) if width >= WIDE else NARROW if width >= SLIM else OF_SLIM
    result = _plain("Pod", "", *OF_POD[:room])
    for pod in pods:
        known = numbers(pod)[:room]
        result.add_row(Text(_called(pod)), Text(pod.state, STYLES[pod.state]), *known)
    return result


def numbers(pod: PodHealth) -> tuple[str, ...]:
    """Return what is known of a pod as text, under the titles `OF_POD`."""
    return (
        _number(pod.rate_hz, "Hz", 1),
        _lost(pod),
        _number(pod.battery_pct, "%"),
        _number(pod.age_s, "s ago", 1),
        _number(pod.clipped_pct, "%", 1),
        _number(pod.cadence_spm, "steps/min"),
    )


def notes(pods: Sequence[PodHealth], *, wide: bool = True) -> list[Text]:
    """Return a line for each pod of which there is something to say."""
    from rich.text import Text

    lines = []
    for pod in pods:
        style = "red" if pod.note else ""
        said = remarks(pod, wide=wide)
        lines += [Text(f"{place_of(pod)}: {escaped(said)}", style)] if said else []
    return lines


def remarks(pod: PodHealth, *, wide: bool = True) -> str:
    """Return what there is to say of a pod beside its numbers, "" for nothing."""
    said = [pod.note] if pod.note else []
    if not wide and pod.clipped_pct is not None and pod.clipped_pct >= LEAST_PCT:
        said.append(f"{pod.clipped_pct:.1f} % of its samples are at full scale")
    if pod.fetched:
        said.append(f"{pod.fetched} samples came late")
    return "; ".join(said)


def last_minute(view: View) -> Table:
    """Return the medians of the last minute, left and right; "–" for what is not known (yet)."""
    result = _plain("Last minute", "Left", "Right")
    for row in minute_rows(view):
        result.add_row(*row)
    return result


def minute_rows(view: View) -> list[tuple[str, str, str]]:
    """Return for each metric its name and its medians, left and right, as text."""
    return [
        (LABELS[name], quantity(left, unit_of(name)), quantity(right, unit_of(name)))
        for name, (left, right) in view.medians.items()
    ]


def _plain(*titles: str) -> Table:
    from rich import box
    from rich.table import Table

    result = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    for number, title in enumerate(titles):
        least = None if number else NAME
        result.add_column(title, no_wrap=number > 0, overflow="fold", min_width=least)
    return result


def place_of(pod: PodHealth) -> str:
    """Return where a pod is worn, in words."""
    return pod.placement.replace("_", " ")


def _called(pod: PodHealth) -> str:
    return f"{place_of(pod)} ({escaped(pod.name)})"


def _lost(pod: PodHealth) -> str:
    sent = pod.received + pod.lost
    return f"{pod.lost} ({100 * pod.lost / sent:.1f} %)" if sent else UNKNOWN


def _number(value: float | None, unit: str, decimals: int = 0) -> str:
    return UNKNOWN if value is None else f"{value:.{decimals}f} {unit}"
