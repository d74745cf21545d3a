"""By what pods that can keep one clock know each other, and whose clock it is."""

from collections.abc import Mapping
from hashlib import sha256

from imu.frames import Placement
from pipelines.radio.scan import Found
from pipelines.store.journal.format import Header


def recording_number(header: Header) -> int:
    """Return a number for this recording that no other has: 64 bits, not 0."""
    words = f"{header.athlete}/{header.session}/{header.started_utc}"
    return int.from_bytes(sha256(words.encode()).digest()[:8]) or 1


def leader(pods: Mapping[Placement, Found], protocol: str) -> Placement:
    """Return where the pod is whose clock others that speak the same may follow: the first."""
    return next(place for place, found in pods.items() if found.protocol.name == protocol)
