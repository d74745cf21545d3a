"""Align every pod of a recording and rotate it into the axes of the segment it is worn on."""

from imu.alignment import activity, align, functional, segment
from imu.alignment.segment import Segment
from imu.frames import Placement
from imu.recording.recording import Recording


def worn(
    recording: Recording, *, movement: functional.Movement | None = None
) -> dict[Placement, Segment]:
    """Return every pod of `recording` in its segment's axes."""
    out: dict[Placement, Segment] = {}
    for placement, sensor in recording.sensors.items():
        seen = activity.observe(sensor, rate_hz=recording.rate_hz)
        moved = None
        if movement is not None:
            moved = functional.hinge(sensor, seen, movement, rate_hz=recording.rate_hz)
            if not isinstance(moved, str):
                seen = functional.without_rest_in(seen, movement, rate_hz=recording.rate_hz)
        sits = align.align(placement, sensor, seen, rate_hz=recording.rate_hz, moved=moved)
        out[placement] = segment.on_segment(
            placement, sensor, seen, sits, rate_hz=recording.rate_hz
        )
    return out
