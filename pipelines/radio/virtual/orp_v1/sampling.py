"""What an ORP v1 pod says of itself, and the frames it makes of its samples."""

from collections import deque
from dataclasses import dataclass, field
from math import degrees
from typing import Final

import numpy as np

from firmware_protocols.orp_v1.config import Effective, Quantity
from firmware_protocols.orp_v1.frames import Flag, Frame, Kind
from firmware_protocols.orp_v1.info import ROLES, Feature, Info, Stream
from imu.frames import GRAVITY_MPS2
from pipelines.radio.virtual.pod import INT16, VirtualPod

COPIES: Final = 64
ROLE_OF: Final = {name: role for role, name in ROLES.items()}


def info(pod: VirtualPod) -> Info:
    """Return what the pod says about itself."""
    return Info(
        serial=f"virtual-{pod.address.replace(':', '').lower()}",
        role=ROLE_OF[pod.placement],
        streams=(Stream(),),
        rates_hz={0: (pod.rate_hz,)},
        ranges={quantity: (full,) for quantity, full in effective(pod, 0, 0).ranges.items()},
        ring_samples=round(pod.ring_s * pod.rate_hz),
        features=Feature.RAM_BACKFILL,
        boot_id=pod.seed & 0xFFFFFFFF,
    )


def effective(pod: VirtualPod, config_id: int, max_latency_ms: int) -> Effective:
    """Return the only configuration the pod has, whatever was asked for."""
    scale = pod.scale
    ranges: dict[int, int] = {}
    si_per_lsb: dict[int, float] = {Quantity.SPECIFIC_FORCE: scale.acc_mps2}
    if scale.acc_range_mps2 is not None:
        ranges[Quantity.SPECIFIC_FORCE] = round(scale.acc_range_mps2 / GRAVITY_MPS2)
    if scale.gyr_radps is not None:
        si_per_lsb[Quantity.ANGULAR_RATE] = scale.gyr_radps
    if scale.gyr_range_radps is not None:
        ranges[Quantity.ANGULAR_RATE] = round(degrees(scale.gyr_range_radps))
    return Effective(config_id, pod.rate_hz, ranges, max_latency_ms, si_per_lsb)


@dataclass
class Sampling:
    """A pod's sampling since a START: position `first` of its samples has index 0.

    `copies` are the spans of the last frames that were read from the ring to be sent again.
    """

    pod: VirtualPod
    first: int
    config_id: int
    framed: int = field(init=False)  # position of the next sample to go into a live frame
    sequence: int = 0
    copies: deque[tuple[int, int]] = field(default_factory=lambda: deque(maxlen=COPIES))

    def __post_init__(self) -> None:
        self.framed = self.first

    @property
    def index(self) -> int:
        """Index of the next sample to be framed."""
        return self.framed - self.first

    @property
    def oldest(self) -> int:
        """Index of the oldest sample the ring still holds."""
        return max(0, self.index - round(self.pod.ring_s * self.pod.rate_hz))

    @property
    def t_start_us(self) -> int:
        """Device time of index 0."""
        at = min(self.first, len(self.pod.samples) - 1)
        return int(self.pod.samples["device_us"][at])

    def next_live(self, at_most: int) -> Frame:
        """Frame the next samples, `at_most` so many, and go on behind them."""
        flags = Flag.FIRST if self.sequence == 0 else 0
        frame = self.frame(self.index, at_most, self.sequence, flags)
        self.sequence += 1
        self.framed += len(frame.counts)
        return frame

    def frame(self, index: int, at_most: int, sequence: int, flags: int = 0) -> Frame:
        """Frame up to `at_most` samples from `index` on."""
        at = self.first + index
        counts = self.pod.counts[at : at + at_most]
        if np.any((counts == INT16.min) | (counts == INT16.max)):
            flags |= Flag.CLIP
        t0_us = int(self.pod.samples["device_us"][at])
        return Frame(Kind.RAW6, flags, sequence, index, t0_us, self.config_id, counts)

    def held_from(self, index: int) -> int:
        """Return the first index from `index` on that the ring or the copies hold."""
        copied = [max(index, start) for start, stop in self.copies if stop > index]
        return min([*copied, max(index, self.oldest)])

    def again(self, index: int, at_most: int, sequence: int) -> Frame:
        """Frame samples from `index` on, which is held, once more; what is read is copied."""
        copy = next((stop for start, stop in self.copies if start <= index < stop), None)
        if copy is None:
            self.copies.append((index, index + at_most))
        n = at_most if copy is None else min(at_most, copy - index)
        return self.frame(index, n, sequence, Flag.BACKFILL)

    def end(self, index: int, frames: int) -> Frame:
        """Return the frame that ends a back-fill of `frames` before `index`."""
        nothing = np.zeros((0, 6), np.int16)
        return Frame(Kind.END, Flag.BACKFILL, frames, index, 0, self.config_id, nothing)
