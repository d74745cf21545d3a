"""One stream of a virtual Polar sensor: its frames, each as full as the link allows."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from firmware_protocols.polar_pmd.control import Kind
from firmware_protocols.polar_pmd.frames import (
    AXES,
    BLOCK,
    HEADER,
    INT16,
    LAYOUTS,
    Header,
    bits_of,
    encode_frame,
)
from imu.frames import IntArray
from pipelines.radio.virtual.pod import VirtualPod

DEFAULT_NS: Final = 599_616_000_000_000_000
"""What the clock of a sensor that was never set says at power-up: 2019, in ns since 2000."""
MOST_SAMPLES: Final = 250


@dataclass
class Stream:
    """Every `step`-th sample of `pod` from position `next` on; the clock is that of the pod.

    `full_si` is the largest value that fits the range, `factor` what one count is multiplied by.
    """

    pod: VirtualPod
    kind: Kind
    frame_type: int
    factor: float
    full_si: float
    step: int
    next: int
    taken: int = 0

    @property
    def ended(self) -> bool:
        """Whether the pod has no sample left for this stream."""
        return self.next >= len(self.pod.samples)

    def plan(self, room: int) -> float:
        """Choose how many samples fit the next frame of `room` bytes; return when it is full."""
        ahead = self._counts(self.next, MOST_SAMPLES)
        self.taken = _fitting(ahead, room, LAYOUTS[self.kind, self.frame_type].bits, self._packs)
        return float(self.pod.true_time_s[self._last])

    def frame(self) -> bytes:
        """Return the frame that was planned, and go on behind it."""
        t_ns = DEFAULT_NS + int(self.pod.samples["device_us"][self._last]) * 1000
        counts = self._counts(self.next, self.taken)
        self.next += self.taken * self.step
        return encode_frame(Header(self.kind, t_ns, self.frame_type), counts)

    @property
    def _packs(self) -> bool:
        return LAYOUTS[self.kind, self.frame_type].compressed

    @property
    def _last(self) -> int:
        return self.next + (self.taken - 1) * self.step

    def _counts(self, first: int, count: int) -> IntArray:
        """Return `count` samples (n, 3) in the counts of the stream, clipped at its range."""
        samples = self.pod.samples[first : first + count * self.step : self.step]
        scale = self.pod.scale
        if self.kind == Kind.ACC:
            si = samples["acc_lsb"] * scale.acc_mps2
        else:
            si = samples["gyr_lsb"] * (scale.gyr_radps or 0.0)
        unit = LAYOUTS[self.kind, self.frame_type].si * self.factor
        counts = np.rint(np.clip(si, -self.full_si, self.full_si) / unit)
        return np.clip(counts, INT16.min, INT16.max).astype(np.int64)


def _fitting(counts: IntArray, room: int, bits: int, packs: bool) -> int:  # noqa: FBT001
    """Return how many of the samples (n, 3) fit a frame of `room` bytes."""
    size = HEADER.size + AXES * bits // 8
    if not packs:
        return min(len(counts), 1 + (room - size) * 8 // (AXES * bits))
    needed = bits_of(np.diff(counts, axis=0)) if len(counts) > 1 else np.zeros(0, np.int64)
    fits = 1
    for begin in range(0, len(needed), BLOCK):
        block = needed[begin : begin + BLOCK]
        count = np.arange(1, len(block) + 1)
        bytes_ = 2 + (np.maximum.accumulate(block) * count * AXES + 7) // 8
        here = int(np.count_nonzero(size + bytes_ <= room))
        fits += here
        if here < len(block):
            break
        size += int(bytes_[-1])
    return fits
