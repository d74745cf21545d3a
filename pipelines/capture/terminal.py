"""Show the health of the pods as a table in the terminal while recording."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from pipelines.capture.one_pod.health import PodHealth, State
from pipelines.escape import escaped

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from pipelines.capture.recorder import OnHealth

STYLES: Final[dict[State, str]] = {
    "connecting": "yellow",
    "recording": "green",
    "lost": "red",
    "stopped": "dim",
}
UNKNOWN: Final = "–"


@contextmanager
def live_table(console: Console) -> Iterator[OnHealth]:
    """Show the health of the pods in place, renewed with every call of what is yielded."""
    from rich.live import Live

    with Live(console=console, auto_refresh=False) as live:
        yield lambda pods: live.update(table(pods), refresh=True)


def table(pods: Sequence[PodHealth]) -> Table:
    """Return one row per pod, in words and units for people."""
    from rich.table import Table
    from rich.text import Text

    result = Table("Pod", "", "Rate", "Lost", "Battery", "Clipped", "Last sample", "Cadence", "")
    for pod in pods:
        result.add_row(
            Text(f"{pod.placement.replace('_', ' ')} ({escaped(pod.name)})"),
            Text(pod.state, STYLES[pod.state]),
            _number(pod.rate_hz, "Hz", 1),
            _lost(pod),
            _number(pod.battery_pct, "%"),
            _number(pod.clipped_pct, "%", 1),
            _number(pod.age_s, "s ago", 1),
            _number(pod.cadence_spm, "steps/min"),
            Text(escaped(pod.note), "red"),
        )
    return result


def _lost(pod: PodHealth) -> str:
    sent = pod.received + pod.lost
    fetched = f", {pod.fetched} fetched" if pod.fetched else ""
    return f"{pod.lost} ({100 * pod.lost / sent:.1f} %){fetched}" if sent else UNKNOWN


def _number(value: float | None, unit: str, decimals: int = 0) -> str:
    return UNKNOWN if value is None else f"{value:.{decimals}f} {unit}"
