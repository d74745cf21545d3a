"""A virtual pod: its samples with their true times, and the frames made from them; no radio."""

from dataclasses import dataclass, field, replace
from functools import cached_property
from math import degrees

import numpy as np

from firmware_protocols.orp_v1.config import Effective, Quantity
from firmware_protocols.orp_v1.frames import Counts, Flag, Frame, Kind
from firmware_protocols.orp_v1.info import ROLES, Feature, Info, Stream
from imu.frames import GRAVITY_MPS2, FloatArray, Placement
from imu.recording.samples import Samples, Scale

INT16 = np.iinfo(np.int16)
ROLE_OF = {name: role for role, name in ROLES.items()}


@dataclass(frozen=True, eq=False)
class VirtualPod:
    """A pod worn at `placement` that will measure `samples`, the k-th at `true_time_s[k]`.

    True time is the same for all pods and begins when the virtual radio says; `samples` carry
    the pod's own clock. The pod takes samples from START on, as a real one does: those whose time
    has passed by then are never seen. `service_s` is the longest time its firmware lets a full
    frame wait; the actual time is random, seeded by `seed`.
    """

    name: str
    address: str
    placement: Placement
    samples: Samples
    true_time_s: FloatArray
    scale: Scale
    rate_hz: float
    battery_pct: int = 90
    ring_s: float = 60.0
    service_s: float = 0.005
    att_mtu: int = 247
    seed: int = 0

    def __post_init__(self) -> None:
        if len(self.name) > 8:
            raise ValueError(f"{self.name!r} does not fit an advertisement; use 8 characters")
        if len(self.samples) != len(self.true_time_s) or not len(self.samples):
            raise ValueError(
                f"{self.name} has {len(self.samples)} samples and {len(self.true_time_s)} times; "
                "give one time for each sample, and at least one"
            )
        if np.any(np.diff(self.samples["index"]) != 1):
            raise ValueError(f"{self.name} skips samples; lose them on the virtual radio instead")

    @cached_property
    def counts(self) -> Counts:
        """The samples as the pod sends them, (n, 6) int16."""
        both = np.concatenate([self.samples["acc_lsb"], self.samples["gyr_lsb"]], axis=1)
        return np.asarray(np.clip(both, INT16.min, INT16.max), dtype=np.int16)

    @cached_property
    def info(self) -> Info:
        """What the pod says about itself."""
        return Info(
            serial=f"virtual-{self.address.replace(':', '').lower()}",
            role=ROLE_OF[self.placement],
            streams=(Stream(),),
            rates_hz={0: (self.rate_hz,)},
            ranges={quantity: (full,) for quantity, full in self.effective(0, 0).ranges.items()},
            ring_samples=round(self.ring_s * self.rate_hz),
            features=Feature.RAM_BACKFILL,
            boot_id=self.seed & 0xFFFFFFFF,
        )

    def effective(self, config_id: int, max_latency_ms: int) -> Effective:
        """Return the only configuration the pod has, whatever was asked for."""
        scale = self.scale
        ranges: dict[int, int] = {}
        si_per_lsb: dict[int, float] = {Quantity.SPECIFIC_FORCE: scale.acc_mps2}
        if scale.acc_range_mps2 is not None:
            ranges[Quantity.SPECIFIC_FORCE] = round(scale.acc_range_mps2 / GRAVITY_MPS2)
        if scale.gyr_radps is not None:
            si_per_lsb[Quantity.ANGULAR_RATE] = scale.gyr_radps
        if scale.gyr_range_radps is not None:
            ranges[Quantity.ANGULAR_RATE] = round(degrees(scale.gyr_range_radps))
        return Effective(config_id, self.rate_hz, ranges, max_latency_ms, si_per_lsb)

    def taken_by(self, time_s: float) -> int:
        """Return how many samples have been taken by true time `time_s`."""
        return int(np.searchsorted(self.true_time_s, time_s, side="right"))

    def device_us(self, time_s: float) -> int:
        """Return the pod's clock at true time `time_s`."""
        inside_s = min(max(time_s, float(self.true_time_s[0])), float(self.true_time_s[-1]))
        inside_us = float(np.interp(inside_s, self.true_time_s, self.samples["device_us"]))
        return round(inside_us + (time_s - inside_s) * 1e6)


def booted(pod: VirtualPod, at_s: float) -> VirtualPod:
    """Return `pod` as it is after a reboot at true time `at_s`: its clock is 0 then."""
    samples = pod.samples.copy()
    samples["device_us"] -= pod.device_us(at_s)
    return replace(pod, samples=samples, seed=pod.seed + 1)


@dataclass
class Sampling:
    """A pod's sampling since a START: position `first` of its samples has index 0."""

    pod: VirtualPod
    first: int
    config_id: int
    framed: int = field(init=False)  # position of the next sample to go into a live frame
    sequence: int = 0

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

    def end(self, index: int, frames: int) -> Frame:
        """Return the frame that ends a back-fill of `frames` before `index`."""
        nothing = np.zeros((0, 6), np.int16)
        return Frame(Kind.END, Flag.BACKFILL, frames, index, 0, self.config_id, nothing)
