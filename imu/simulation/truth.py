"""True events, metrics and orientations of a virtual run, without any sensor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.spatial.transform import Rotation

from imu.frames import FloatArray, IntArray, Placement
from imu.segmentation.stances import Bouts, midstance
from imu.simulation.movement import body
from imu.simulation.movement.contacts import Contacts
from imu.simulation.true_metrics.measure import measure
from imu.simulation.virtual_run import VirtualRun

GAITS: Final = np.array(["standing", "walking", "running", "standing", "walking", "walking"])


@dataclass(frozen=True)
class Truth:
    """One entry per running stance that lies inside the record, in order of initial contact.

    `metrics` maps the name of a metric to (n,) values by its definition, at the pod's place on
    the segment but without its mounting, errors and filters. `bouts` begin with the first and end
    with the last contact of a gait.
    """

    side: npt.NDArray[np.str_]
    bout: IntArray
    initial_contact_s: FloatArray
    midstance_s: FloatArray
    toe_off_s: FloatArray
    bouts: Bouts
    _run: VirtualRun = field(repr=False)
    _at: IntArray = field(repr=False)

    def __len__(self) -> int:
        return len(self.side)

    def world_from_segment(self, place: Placement, *, rate_hz: float) -> Rotation:
        """Return the attitude of a segment at k / `rate_hz` over the whole record."""
        n = round(self._run.duration_s * rate_hz)
        return self._run.attitude(place, np.arange(n) / rate_hz).rotation()

    @cached_property
    def metrics(self) -> Mapping[str, FloatArray]:
        """Each metric (stances,) by its name, measured when first asked for."""
        return _metrics(self._run, self._at)

    @property
    def force_hz(self) -> float:
        """Rate of `force_bw`."""
        return self._run.fine_hz

    @cached_property
    def force_bw(self) -> FloatArray:
        """Vertical force (n,) under both feet in body weights, at k / `force_hz`."""
        n = round(self._run.duration_s * self.force_hz)
        return body.vertical_force_bw(np.arange(n) / self.force_hz, self._run.contacts)

    @classmethod
    def of(cls, sim: VirtualRun) -> Truth:
        """Measure the run with perfect instruments."""
        c = sim.contacts
        step_s = np.append(np.diff(c.initial_contact_s), np.inf)
        inside = c.running & (c.initial_contact_s >= 0)
        inside &= c.initial_contact_s + step_s <= sim.duration_s
        bouts, of_contact = _bouts(c, sim.duration_s)
        start, stop = c.initial_contact_s[inside], c.toe_off_s[inside]
        return cls(
            c.side[inside],
            of_contact[inside] - np.min(of_contact[inside], initial=0),
            start,
            midstance(start, stop),
            stop,
            bouts,
            sim,
            np.flatnonzero(inside),
        )


def _bouts(contacts: Contacts, duration_s: float) -> tuple[Bouts, IntArray]:
    """Return stretches of one gait, and the number of the running bout of each contact."""
    kind = GAITS[contacts.gait]
    begins = np.append(True, kind[1:] != kind[:-1])
    start = contacts.initial_contact_s[begins].clip(0, duration_s)
    stop = np.append(start[1:], duration_s)
    keep = stop > start
    bout = np.cumsum(begins & (kind == "running")) - 1
    return Bouts(start[keep], stop[keep], kind[begins][keep]), bout.astype(np.int64)


def _metrics(sim: VirtualRun, at: IntArray) -> dict[str, FloatArray]:
    """Measure the contacts `at` block by block; the blocks share no contact."""
    starts = np.array([start / sim.rate_hz for start, _ in sim.blocks()])
    block = np.searchsorted(starts, sim.contacts.initial_contact_s[at], side="right") - 1
    parts = [
        measure(sim, sim.fine_s(start, stop), at[block == k])
        for k, (start, stop) in enumerate(sim.blocks())
    ]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
