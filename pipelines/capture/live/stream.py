"""One stream of the journal as it comes: the samples of the last minute, on the host's clock."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from firmware_protocols.protocol import Decoded, Packet
from imu.frames import FloatArray, Placement
from imu.recording.clock import ClockFit, fit_clock, session_time_s
from imu.recording.recording import Recording
from imu.recording.samples import SAMPLE, Samples, Scale
from imu.recording.timebase import Track, align, track_of
from pipelines.capture.one_pod.health import Newest, is_news, newest
from pipelines.process.from_journal.restarts import as_uncertain_as_arrival
from pipelines.protocols import protocol_named

NS: Final = 1e-9
AGAIN_S: Final = 1.5
"""Packets of the last moments are decoded once more with the next: one may be of two parts."""
KEPT_S: Final = 66.0
EARLY_S: Final = 60.0
"""The beginning is kept for the standing in it."""
HOLE_S: Final = 5.0
MOST_ARRIVALS: Final = 12_000
YOUNG_S: Final = 10.0
FIT_S: Final = 2.0
FEWEST: Final = 2
FASTER: Final = 1.05  # than a pod says it samples, at most
SAME_CLOCK_US: Final = 10_000
SAME_RATE: Final = 0.1
"""How far a clock may be off the nominal rate of its samples, and how far at least."""


@dataclass(eq=False)
class LiveStream:
    """What a pod has sent lately, without what came late.

    `samples` are of its present sampling; `early` those of the first minute of its first one.
    `clock` is None until two frames have come.
    """

    placement: Placement
    protocol: str
    samples: Samples = field(default_factory=lambda: np.zeros(0, SAMPLE))
    early: Samples = field(default_factory=lambda: np.zeros(0, SAMPLE))
    clock: ClockFit | None = None
    said: Decoded | None = None
    _opening: Sequence[Packet] = ()
    _recent: deque[Packet] = field(default_factory=deque)
    _arrivals: FloatArray = field(default_factory=lambda: np.zeros((0, 2)))
    _newest: Newest | None = None
    _fitted_s: float = -np.inf
    _beginning: bool = True

    def opened(self, answers: Sequence[Packet]) -> None:
        """Begin a new link, on which the pod answered so."""
        self._opening = answers
        self._recent.clear()

    def take(self, packets: Sequence[Packet]) -> None:
        """Add what was received; what cannot be read is left out."""
        if not packets:
            return
        self._recent.extend(packets)
        oldest_ns = packets[0].host_ns - AGAIN_S / NS
        while self._recent[0].host_ns < oldest_ns:
            self._recent.popleft()
        try:
            said = protocol_named(self.protocol).decode([*self._opening, *self._recent])
        except ValueError:  # its answers, and with them the unit of its counts, are still to come
            return
        last = newest(said)
        in_order = protocol_named(self.protocol).capabilities.in_order
        if last is None or not is_news(last, self._newest, rate_hz=said.rate_hz, in_order=in_order):
            return
        if self._begun_anew(said, last):
            self.samples, self._arrivals = self.samples[:0], self._arrivals[:0]
            self._beginning, self.clock = False, None
        self._add(said)
        self.said, self._newest = said, last
        self._fit()

    def _begun_anew(self, said: Decoded, last: Newest) -> bool:
        """Say whether `said` is of another sampling than what is known."""
        if self.said is None or self._newest is None or not len(self.samples):
            return False
        boots = (self.said.device.get("boot", ""), said.device.get("boot", ""))
        if last.index <= self._newest.index or (all(boots) and boots[0] != boots[1]):
            return True
        known, first = self.samples[-1], said.samples[0]
        if first["index"] <= known["index"]:
            return False
        passed_us = (int(first["index"]) - int(known["index"])) / said.rate_hz * 1e6
        off_us = int(first["device_us"]) - int(known["device_us"]) - passed_us
        return abs(off_us) > SAME_CLOCK_US + SAME_RATE * passed_us

    def _add(self, said: Decoded) -> None:
        """Add the samples after the newest known one, on the clock of those before."""
        samples, shift_us = said.samples, 0
        if len(self.samples):
            known = self.samples[-1]
            same = samples["index"] == known["index"]
            if same.any():
                # A clock that has wrapped meanwhile begins again at 0 in what is decoded apart.
                shift_us = int(known["device_us"]) - int(samples["device_us"][same][0])
                shift_us = shift_us if abs(shift_us) > SAME_CLOCK_US else 0
            samples = samples[samples["index"] > known["index"]]
        if not len(samples):
            return
        samples = samples.copy()
        samples["device_us"] += shift_us
        room = round(EARLY_S * said.rate_hz) - len(self.early)
        if room > 0 and self._beginning:
            self.early = np.concatenate([self.early, samples[:room]])
        first = int(samples["index"][-1]) - round(KEPT_S * said.rate_hz)
        kept = self.samples[self.samples["index"] > first]
        self.samples = np.concatenate([kept, samples])
        arrivals = said.arrival + np.array([shift_us * 1e-6, 0.0])
        if len(self._arrivals):
            arrivals = arrivals[(arrivals > self._arrivals[-1]).all(axis=1)]
        self._arrivals = np.concatenate([self._arrivals, arrivals])[-MOST_ARRIVALS:]

    def _fit(self) -> None:
        """Fit the clock again, if it is time to: at first with every packet."""
        device_s, arrival_s = self._arrivals.T
        if len(device_s) < FEWEST or device_s[0] == device_s[-1] or self.said is None:
            return
        young = device_s[-1] - device_s[0] < YOUNG_S
        if self.clock is None or young or device_s[-1] > self._fitted_s + FIT_S:
            fit = fit_clock(device_s, arrival_s, pod=self.placement)
            self.clock = as_uncertain_as_arrival(fit, self.said)
            self._fitted_s = float(device_s[-1])

    # ---------------------------------------------------------------------------------------------

    @property
    def scale(self) -> Scale | None:
        """What its counts mean; None until that is known."""
        return None if self.said is None else self.said.scale

    @property
    def shared_clock(self) -> str:
        """The clock that it shares with other pods, "" for one of its own."""
        return "" if self.said is None else self.said.shared_clock

    @property
    def arrivals(self) -> FloatArray:
        """Device time and host time (k, 2) of what has come."""
        return self._arrivals

    def newest_s(self, shared: ClockFit | None = None) -> float:
        """Return the host time at which the newest sample was taken, -inf if not known."""
        clock = shared or self.clock
        if clock is None or not len(self.samples):
            return -np.inf
        return float(clock.host_s(self.samples["device_us"][-1:] * 1e-6)[0])

    def track(
        self, begin_s: float, end_s: float, *, origin_s: float, shared: ClockFit | None = None
    ) -> Track | None:
        """Return its samples between two host times, `origin_s` being 0; None for too few."""
        clock, scale, said = shared or self.clock, self.scale, self.said
        if clock is None or scale is None or said is None:
            return None
        most = round(max(self.newest_s(clock) - begin_s, 0.0) * said.rate_hz * FASTER) + FEWEST
        samples = self.samples[-most:]
        if len(samples) < FEWEST:
            return None
        time_s, _ = session_time_s(
            samples, self._arrivals, pod=self.placement, origin_s=origin_s, shared=clock
        )
        inside = (time_s >= begin_s - origin_s) & (time_s <= end_s - origin_s)
        if inside.sum() < FEWEST:
            return None
        return track_of(self.placement, time_s[inside], samples[inside], scale, clock.uncertainty_s)

    def so_far(self) -> Recording | None:
        """Return its beginning and its last minute as one record, on its own clock.

        What lies between is left out, but for `HOLE_S`, in which nothing is measured.
        """
        if self.said is None or not len(self.early):
            return None
        rate_hz, hole = self.said.rate_hz, round(HOLE_S * self.said.rate_hz)
        early, late = self.early["index"], self.samples["index"]
        follows = len(late) > 0 and late[-1] > early[-1] and self._same_sampling()
        late = self.samples[late > early[-1]] if follows else self.samples
        at = late["index"] - late["index"][:1] + early[-1]
        gap = int(late["index"][0]) - int(early[-1]) if follows and len(late) else hole
        index = np.concatenate([early, at + min(gap, hole)])
        samples = np.concatenate([self.early, late])
        track = track_of(self.placement, index / rate_hz, samples, self.said.scale)
        return align([track])

    def _same_sampling(self) -> bool:
        """Say whether the beginning is of the present sampling."""
        index, late = self.early["index"][-1], self.samples
        same = late["index"] == index
        if same.any():
            return bool(late["device_us"][same][0] == self.early["device_us"][-1])
        passed_us = int(late["device_us"][0]) - int(self.early["device_us"][-1])
        assert self.said is not None
        expected_us = (int(late["index"][0]) - int(index)) / self.said.rate_hz * 1e6
        return abs(passed_us - expected_us) < 0.1 * max(expected_us, 0.0)
