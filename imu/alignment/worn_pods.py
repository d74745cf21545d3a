"""Align every pod of a recording and rotate it into the axes of the segment it is worn on."""

from imu.alignment import activity, align, functional, segment
from imu.alignment.segment import Segment
from imu.frames import Placement
from imu.recording.recording import Recording, Sensor


def worn(
    recording: Recording, *, movement: functional.Movement | None = None
) -> dict[Placement, Segment]:
    """Return every pod of `recording` in its segment's axes."""
    return turned(dict(recording.sensors), rate_hz=recording.rate_hz, movement=movement)


def turned(
    sensors: dict[Placement, Sensor],
    *,
    rate_hz: float,
    movement: functional.Movement | None = None,
) -> dict[Placement, Segment]:
    """Return every pod of a recording in its segment's axes, and take it from `sensors`.

    So that the samples of an hour are not there twice.
    """
    out: dict[Placement, Segment] = {}
    for placement in list(sensors):
        sensor = sensors.pop(placement)
        seen = activity.observe(sensor, rate_hz=rate_hz)
        moved = None
        if movement is not None:
            moved = functional.hinge(sensor, seen, movement, rate_hz=rate_hz)
            if not isinstance(moved, str):
                seen = functional.without_rest_in(seen, movement, rate_hz=rate_hz)
        sits = align.align(placement, sensor, seen, rate_hz=rate_hz, moved=moved)
        out[placement] = segment.on_segment(placement, sensor, seen, sits, rate_hz=rate_hz)
    return out
