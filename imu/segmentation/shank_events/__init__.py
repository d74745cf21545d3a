"""Possible stances of one leg from its shank pod: contact, toe-off, stride."""

from imu.alignment.segment import Segment
from imu.segmentation.shank_events import by_acceleration, by_gyroscope
from imu.segmentation.shank_events.candidate_stances import Candidates, coarser, finer


def candidates(segment: Segment, *, rate_hz: float) -> Candidates:
    """Return every stride's possible stance, running or not; NaN where an event is not sure."""
    fine, factor = finer(segment, rate_hz)
    if segment.gyr_radps is None:
        found = by_acceleration.candidates(fine, rate_hz=factor * rate_hz)
    else:
        found = by_gyroscope.candidates(fine, rate_hz=factor * rate_hz)
    return coarser(found, factor)
