"""Follow the rules that a runner set for herself, and say when a value crosses one of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from imu.dsp.hysteresis import Latch, held_beyond
from imu.frames import Side
from imu.last_seconds import LastStances
from imu.metrics.registry import METRICS
from pipelines.capture.live.view import Cue, medians
from pipelines.formatting import inside, quantity

OVER_S: Final = 10.0
"""The median of this time is held against the line."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A line for one metric of one side, in the metric's own unit; the cue comes beyond it.

    It comes once the value has been beyond for `least_s`, and again only after it was back by
    `hysteresis`. `usual` is the runner's usual value where the line was set against that.
    """

    metric: str
    side: Side
    line: float
    above: bool
    hysteresis: float
    least_s: float
    bell: bool = False
    usual: float | None = None


class Following:
    """One rule, and how the value has stood against its line so far."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self._latch, self._told = Latch(), False

    def cue(self, stances: LastStances, now_s: float) -> Cue | None:
        """Return the cue that begins now, if one does; `now_s` is on the clock of `stances`."""
        rule = self.rule
        both = medians(stances, (rule.metric,), since_s=now_s - OVER_S)[rule.metric]
        value = both[0 if rule.side == "left" else 1]
        sign = 1.0 if rule.above else -1.0
        held, self._latch = held_beyond(
            np.array([now_s]),
            np.array([sign * value]),
            line=sign * rule.line,
            hysteresis=rule.hysteresis,
            least_s=rule.least_s,
            before=self._latch,
        )
        begins, self._told = bool(held[0]) and not self._told, bool(held[0])
        return Cue(_words(rule, value), rule.bell) if begins and np.isfinite(value) else None


def _words(rule: Rule, value: float) -> str:
    metric = METRICS[rule.metric]
    beyond = "above" if rule.above else "below"
    line = quantity(rule.line, metric.unit)
    usual = ""
    if rule.usual is not None:
        off = quantity(abs(rule.line - rule.usual), metric.unit)
        usual = f" ({off} {beyond} your usual {quantity(rule.usual, metric.unit)})"
    return (
        f"{rule.side} {inside(metric.label)} {beyond} the line you set{usual}: "
        f"{quantity(value, metric.unit)} against {line}"
    )
