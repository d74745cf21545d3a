"""What a pod does other than was wanted of it, in words: rate and range, read back."""

from collections.abc import Iterator
from typing import Final

from firmware_protocols.protocol import Decoded, Wanted
from imu.frames import GRAVITY_MPS2, Placement
from pipelines.capture.one_pod.health import Newest

SHANKS: Final = ("shank_left", "shank_right")
LEAST_SHANK_G: Final = 16.0
NEAR: Final = 0.99
SAID_OFF: Final = 0.01
WATCHED_S: Final = 60.0
LATE_S: Final = 2.0
"""What the last sample may be late: only an hour tells a rate of 199 Hz from one of 200."""


def doubts(
    said: Decoded, wanted: Wanted, placement: Placement, *, first: Newest, last: Newest
) -> Iterator[tuple[str, str]]:
    """Yield what is not as wanted, or not as the pod says: a word for it and a sentence.

    `first` and `last` are two live samples of one sampling.
    """
    if abs(said.rate_hz / wanted.rate_hz - 1) > SAID_OFF:
        yield (
            "rate",
            f"it measures at {said.rate_hz:g} Hz, not at the {wanted.rate_hz:g} Hz asked for",
        )
    range_mps2 = said.scale.acc_range_mps2
    if placement in SHANKS and range_mps2 and range_mps2 < NEAR * LEAST_SHANK_G * GRAVITY_MPS2:
        yield (
            "range",
            f"its range is ±{range_mps2 / GRAVITY_MPS2:.0f} g, too small for the impacts at a "
            f"shank, which will be cut off; set it to ±{LEAST_SHANK_G:.0f} g",
        )
    counted, passed_s = last.index - first.index, last.host_s - first.host_s
    off_s = passed_s - counted / said.rate_hz
    if passed_s > WATCHED_S and abs(off_s) > LATE_S + SAID_OFF * passed_s:
        yield (
            "pace",
            f"it says that it measures at {said.rate_hz:g} Hz, and does so "
            f"at {counted / passed_s:.0f} Hz",
        )
