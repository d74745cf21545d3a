"""A virtual pod: its samples with their true times, whatever it speaks; no radio."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from imu.frames import FloatArray, Placement
from imu.recording.samples import Samples, Scale

INT16 = np.iinfo(np.int16)


@dataclass(frozen=True, eq=False)
class VirtualPod:
    """A pod worn at `placement` that will measure `samples`, the k-th at `true_time_s[k]`.

    True time is the same for all pods and begins when the virtual radio says; `samples` carry
    the pod's own clock. The pod takes samples from START on, as a real one does: those whose time
    has passed by then are never seen. `service_s` is the longest time its firmware lets a full
    frame wait; the actual time is random, seeded by `seed`. `missed` is the share of connection
    events its link misses, None: as all on the radio. `protocol` names what it speaks, as
    everywhere.
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
    protocol: str = "orp_v1"
    missed: float | None = None

    def __post_init__(self) -> None:
        if len(self.samples) != len(self.true_time_s) or not len(self.samples):
            raise ValueError(
                f"{self.name} has {len(self.samples)} samples and {len(self.true_time_s)} times; "
                "give one time for each sample, and at least one"
            )
        if np.any(np.diff(self.samples["index"]) != 1):
            raise ValueError(f"{self.name} skips samples; lose them on the virtual radio instead")

    @cached_property
    def counts(self) -> npt.NDArray[np.int16]:
        """The samples as the pod sends them, (n, 6) int16."""
        both = np.concatenate([self.samples["acc_lsb"], self.samples["gyr_lsb"]], axis=1)
        return np.asarray(np.clip(both, INT16.min, INT16.max), dtype=np.int16)

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
