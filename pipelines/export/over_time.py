"""The pods of a run over time, sample by sample: what they measured, how they turned, the force."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from imu.frames import SIDES, FloatArray, Placement
from imu.recording.recording import Recording
from imu.segmentation.stances import Stances
from pipelines.process.session import declared_before, recording_of, wearer_of
from pipelines.store.files import SessionFiles
from pipelines.store.stated.athlete import read_athlete


@dataclass(frozen=True)
class OverTime:
    """All (n,) on one uniform grid, `time_s` on the session clock.

    `orientation` maps a placement to quaternions (n, 4), scalar first, world_from_segment: NaN
    where the pod delivered nothing. `force_bw` maps each side to the vertical force of that foot
    in body weights, zero while it is in the air in running, NaN where not known; empty without a
    pelvis pod.
    """

    time_s: FloatArray
    rate_hz: float
    orientation: Mapping[Placement, FloatArray]
    force_bw: Mapping[str, FloatArray]


def over_time(files: SessionFiles) -> OverTime:
    """Analyse the stored samples anew, for what the stance file does not hold."""
    import imu

    recording = recording_of(files)
    analysis = imu.analyse(
        recording,
        functional_s=declared_before(files),
        wearer=wearer_of(read_athlete(files.root, files.athlete)),
    )
    time_s = grid_s(recording)
    turned = {
        place: turn.as_quat(scalar_first=True) for place, turn in analysis.orientation.items()
    }
    for place, quaternions in turned.items():
        quaternions[~recording.sensors[place].valid] = np.nan
    force = analysis.vertical_force_bw
    legs = {} if force is None else by_leg(force, time_s, analysis.stances.events)
    return OverTime(time_s, recording.rate_hz, turned, legs)


def grid_s(recording: Recording) -> FloatArray:
    """Return the times of a recording's samples (n,) on the session clock."""
    return recording.start_s + np.arange(len(recording)) / recording.rate_hz


def by_leg(force_bw: FloatArray, time_s: FloatArray, events: Stances) -> dict[str, FloatArray]:
    """Return the force of each foot (n,): that of both (n,) while it stands, else zero.

    In running one foot is down at most, so that all of the force is under it.
    """
    contact_s, last = events.initial_contact_s, len(events) - 1
    stance = np.clip(np.searchsorted(contact_s, time_s, side="right") - 1, 0, max(last, 0))
    if last < 0:
        return dict.fromkeys(map(str, SIDES), np.full(len(time_s), np.nan))
    down = (time_s >= contact_s[stance]) & (time_s <= events.toe_off_s[stance])
    beside = np.where(np.isfinite(force_bw), 0.0, np.nan)
    of_side = {side: down & (events.side[stance] == side) for side in SIDES}
    return {str(side): np.where(own, force_bw, beside) for side, own in of_side.items()}
