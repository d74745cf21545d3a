"""Look at what the pods have just sent, some times a second: the work of the live view.

It knows no radio and no journal; whoever has packets hands them over, and gets a `View`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Final

import numpy as np

from imu.dsp.rows import norm
from imu.frames import GRAVITY_MPS2, Placement
from imu.last_seconds import (
    EDGE_S,
    LOOK_AHEAD_S,
    Worn,
    found_so_far,
    last_stances,
    no_stances,
)
from imu.recording.clock import ClockFit, fit_shared_clock
from imu.recording.recording import Recording
from imu.recording.timebase import Track, align
from pipelines.capture.live.follow import Following, Rule
from pipelines.capture.live.stream import KEPT_S, LiveStream
from pipelines.capture.live.told import PERIOD_S, Told
from pipelines.capture.live.view import (
    DRAWN,
    LAST_STRIDES_S,
    MINUTE_S,
    SHOWN,
    View,
    continued,
    medians,
    next_toe_off_s,
)

WINDOW_S: Final = 6.0
FRESH_S: Final = 1.0
"""A pod whose newest sample is older than this is away: the others go on without it."""
RUNS_MPS2: Final[Mapping[Placement, float]] = {
    "pelvis": 0.35 * GRAVITY_MPS2,
    "shank_left": 0.5 * GRAVITY_MPS2,
    "shank_right": 0.5 * GRAVITY_MPS2,
}
"""SD of the specific force from which on it is worth a look; walking has less."""
FEWEST_TO_EXPECT: Final = 8
LATER_S: Final = 0.08  # than the usual stride ends, some do
SOONEST_S: Final = 0.1
LATEST_S: Final = 0.4
"""A look costs some 20 ms of work, so it is made when a stance has ended, not before."""
TRY_S: Final = 3.0
ENOUGH_RUNNING_S: Final = 5.0
KNOWN_AFTER_S: Final = 60.0
"""From so much running on how the pods sit is not sought again."""


class Analyser:
    """What is known of the run so far; `look` takes what is new.

    `rules` are the cues to give. How the pods sit is sought when the running has lasted 5 s, and
    again each time it has lasted twice as long, up to a minute; the last minute is then measured
    again with it.
    """

    def __init__(self, rules: Sequence[Rule] = ()) -> None:
        self._streams: dict[int, LiveStream] = {}
        self._worn: dict[Placement, Worn] = {}
        self._names = tuple(dict.fromkeys((*SHOWN, *DRAWN, *(rule.metric for rule in rules))))
        self._stances = no_stances(self._names)
        self._following = [Following(rule) for rule in rules]
        self._origin_s: float | None = None
        self._running_s = 0.0
        self._try_at_s = -np.inf

    def look(self, told: Mapping[int, Told]) -> View:
        """Take what was told of each stream and return what is to be shown now."""
        for number, one in told.items():
            self._take(number, one)
        worn = self._worn_now()
        newest_s = [stream.newest_s(clock) for stream, clock in worn]
        if not np.isfinite(latest_s := max(newest_s, default=-np.inf)):
            return View()
        now_s = min(at_s for at_s in newest_s if at_s > latest_s - FRESH_S)
        if self._origin_s is None:
            self._origin_s = float(np.floor(now_s))
        with suppress(ValueError):  # what cannot be measured now may be so again soon
            self._measure(worn, now_s)
        return self._view(now_s, self._origin_s)

    def _take(self, number: int, told: Told) -> None:
        stream = self._streams.setdefault(number, LiveStream(told.placement, told.protocol))
        if told.opening is not None:
            stream.opened(told.opening)
        with suppress(ValueError):  # of this pod, something is to be had perhaps later
            stream.take(told.packets)

    def _worn_now(self) -> list[tuple[LiveStream, ClockFit | None]]:
        """Return the stream of each placement, the newest where there are two, and its clock."""
        clocks = self._shared_clocks()
        streams = [(one, clocks.get(one.shared_clock)) for one in self._streams.values()]
        streams.sort(key=lambda one: one[0].newest_s(one[1]))
        return list({stream.placement: (stream, clock) for stream, clock in streams}.values())

    def _shared_clocks(self) -> dict[str, ClockFit]:
        names = {stream.shared_clock for stream in self._streams.values()} - {""}
        arrivals = {
            name: [s.arrivals for s in self._streams.values() if s.shared_clock == name]
            for name in names
        }
        return {
            name: fit_shared_clock(every)
            for name, every in arrivals.items()
            if any(len(one) for one in every)
        }

    def _recording(
        self, worn: Iterable[tuple[LiveStream, ClockFit | None]], now_s: float, seconds: float
    ) -> Recording | None:
        tracks: list[Track] = []
        for stream, shared in worn:
            track = stream.track(
                now_s - seconds, now_s, origin_s=self._origin_s or 0.0, shared=shared
            )
            tracks += [] if track is None else [track]
        return align(tracks) if tracks else None

    def _measure(self, worn: Sequence[tuple[LiveStream, ClockFit | None]], now_s: float) -> None:
        window = self._recording(worn, now_s, WINDOW_S)
        if window is None or not _moves_like_running(window):
            return
        if self._running_s < KNOWN_AFTER_S and now_s >= self._try_at_s:
            self._find_out(worn, now_s)
        elif self._worn:
            new = last_stances(window, self._worn, self._names)
            self._stances = continued(self._stances, new, from_s=window.start_s + EDGE_S)

    def _find_out(self, worn: Sequence[tuple[LiveStream, ClockFit | None]], now_s: float) -> None:
        """Find how the pods sit by all there is, and measure the last minute with that."""
        self._try_at_s = now_s + TRY_S
        sit = dict(self._worn)
        for stream, _ in worn:
            so_far = stream.so_far()
            sit |= {} if so_far is None else found_so_far(so_far)
        minute = self._recording(worn, now_s, KEPT_S)
        if minute is None:
            return
        stances = last_stances(minute, sit, self._names)
        running_s = float(np.nansum(stances.next_contact_s - stances.initial_contact_s)) / 2
        if running_s < ENOUGH_RUNNING_S:
            return
        self._worn, self._stances, self._running_s = sit, stances, running_s
        self._try_at_s = now_s + running_s

    def _view(self, now_s: float, origin_s: float) -> View:
        now_s -= origin_s
        recent = self._stances.initial_contact_s >= now_s - MINUTE_S
        left = int(np.sum(recent & (self._stances.side == "left")))
        cues = [one.cue(self._stances, now_s) for one in self._following]
        newest = self._stances.toe_off_s[-1:]
        return View(
            medians(self._stances, SHOWN, since_s=now_s - MINUTE_S),
            (left, int(recent.sum()) - left),
            float(newest[0]) + origin_s if len(newest) else np.nan,
            tuple(cue for cue in cues if cue is not None),
            self._again_in_s(now_s),
            medians(self._stances, DRAWN, since_s=now_s - LAST_STRIDES_S),
        )

    def _again_in_s(self, now_s: float) -> float:
        """Return in what time the next toe-off will have been received, as far as that is known."""
        if len(self._stances) < FEWEST_TO_EXPECT:
            return PERIOD_S
        due_s = next_toe_off_s(self._stances, now_s) + LOOK_AHEAD_S + LATER_S - now_s
        return float(np.clip(due_s, SOONEST_S, LATEST_S)) if np.isfinite(due_s) else PERIOD_S


def _moves_like_running(window: Recording) -> bool:
    """Say cheaply, by its last third, whether it is worth to look for stances."""
    last = max(len(window) // 3, 1)
    return any(
        float(np.std(norm(sensor.acc_mps2[-last:][sensor.valid[-last:]]))) > RUNS_MPS2[place]
        for place, sensor in window.sensors.items()
        if sensor.valid[-last:].any()
    )
