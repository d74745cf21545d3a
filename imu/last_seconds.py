"""Measure the last seconds of a run that is still going on, by the steps that measure a whole one.

What needs the whole run is how the pods sit, and what they read at rest: `found_so_far` finds that
in what was received until now, standing included, and `last_stances` measures a window of some
seconds with it. So while running a value is that of the analysis afterwards, but for what the
samples still to come tell of how the pods sit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from imu.alignment import activity, worn_pods
from imu.alignment.segment import Alignment, Segment
from imu.dsp.gaps import interpolated
from imu.frames import FloatArray, Placement
from imu.metrics.measure import measure
from imu.metrics.registry import METRICS
from imu.orientation import on_demand
from imu.recording.recording import Recording, Sensor
from imu.segmentation.segment import find_stances
from imu.session.censored import censored
from imu.stance_signals.signals import cut

LOOK_AHEAD_S: Final = 0.08
"""What must have been received after a toe-off: with less of it, contact times are 8 ms short."""
EDGE_S: Final = 1.5
"""Stances so near the beginning of a window are those of filters that have not settled."""


@dataclass(frozen=True)
class Worn:
    """How a pod sits: its alignment, and its rates (3,) at rest in the segment's axes, rad/s.

    The rates are 0 where the pod has no gyroscope or did not stand; `stood` says whether it did.
    """

    alignment: Alignment
    rest_radps: FloatArray
    stood: bool


@dataclass(frozen=True)
class LastStances:
    """Stances (k,) of the end of a run in order of contact, session clock, and metrics by name.

    `next_contact_s` is when the same foot lands again, NaN where it has not yet. A metric is
    infinite where clipping hides it (`imu.session.censored`).
    """

    side: npt.NDArray[np.str_]
    initial_contact_s: FloatArray
    toe_off_s: FloatArray
    next_contact_s: FloatArray
    metrics: Mapping[str, FloatArray]

    def __len__(self) -> int:
        return len(self.side)


def found_so_far(recording: Recording) -> dict[Placement, Worn]:
    """Return how the pods of a run sit, by what was received of it so far, standing included."""
    segments = worn_pods.worn(recording)
    return {
        place: Worn(
            segment.alignment,
            _rest_radps(segment, recording.sensors[place]),
            bool(segment.standing.any()),
        )
        for place, segment in segments.items()
    }


def _rest_radps(segment: Segment, sensor: Sensor) -> FloatArray:
    if sensor.gyr_radps is None or not segment.standing.any():
        return np.zeros(3)
    at_rest = sensor.gyr_radps[segment.standing & sensor.valid].mean(axis=0)
    return np.asarray(segment.alignment.segment_from_sensor @ at_rest)


def last_stances(
    recording: Recording, worn: Mapping[Placement, Worn], metrics: Iterable[str]
) -> LastStances:
    """Return the stances in a window of some seconds of a run, and these `metrics` of them.

    Pods that are not in `worn` are left out. A stance is there once `LOOK_AHEAD_S` have been
    received after its toe-off; what is known only at the next contact is NaN until then. What is
    measured from the pelvis' zero of standing is NaN throughout. Empty where there is no running.
    """
    rate_hz = recording.rate_hz
    recording = replace(
        recording,
        sensors={place: one for place, one in recording.sensors.items() if place in worn},
    )
    wanted = {name: METRICS[name] for name in metrics}
    if not recording.sensors:
        return no_stances(wanted)
    segments = {
        place: _on_segment(place, sensor, worn[place], rate_hz)
        for place, sensor in recording.sensors.items()
    }
    found = find_stances(segments, rate_hz=rate_hz, start_s=recording.start_s)
    if not len(found.events):
        return no_stances(wanted)
    quaternions = on_demand.oriented(segments, rate_hz=rate_hz)
    signals = cut(found, segments, quaternions, rate_hz=rate_hz, sync_s=recording.sync_s)
    measured = measure(signals, wanted)
    events = found.events
    end_s = recording.start_s + recording.duration_s
    sure = events.toe_off_s <= end_s - LOOK_AHEAD_S
    sure &= events.initial_contact_s >= recording.start_s + EDGE_S
    again_s = recording.start_s + (found.start + found.stride) / rate_hz
    return LastStances(
        side=events.side[sure],
        initial_contact_s=events.initial_contact_s[sure],
        toe_off_s=events.toe_off_s[sure],
        next_contact_s=again_s[sure],
        metrics={
            name: censored(values, measured.columns, wanted[name].clipping)[sure]
            for name, values in measured.metrics.items()
        },
    )


def no_stances(metrics: Iterable[str]) -> LastStances:
    """Return no stances, with these metrics of none."""
    none = np.empty(0)
    return LastStances(none.astype(np.str_), none, none, none, dict.fromkeys(metrics, none))


def _on_segment(place: Placement, sensor: Sensor, worn: Worn, rate_hz: float) -> Segment:
    """Turn a sensor into its segment's axes as it sits, its rates at rest removed."""
    turn = worn.alignment.segment_from_sensor
    gyr = None
    if sensor.gyr_radps is not None:
        gyr = interpolated(sensor.gyr_radps, sensor.valid, turn=turn) - worn.rest_radps
    # Of a shank only whether it stood is asked, for upright is in its alignment. The zero of a
    # pelvis is in the samples of its standing, which are not in the window.
    stood = worn.stood and place != "pelvis"
    return Segment(
        place,
        interpolated(sensor.acc_mps2, sensor.valid, turn=turn),
        gyr,
        sensor.valid,
        np.full(len(sensor.valid), stood),
        activity.observe(sensor, rate_hz=rate_hz).kept(),
        worn.alignment,
    )
