"""The samples of a virtual MetaWear pod: in the counts of the range that it was set to."""

import numpy as np
import numpy.typing as npt

from firmware_protocols.metawear.messages import TICK_BITS, TICK_S
from firmware_protocols.metawear.sensors import Sensors
from pipelines.radio.virtual.pod import INT16, VirtualPod


class PodSamples:
    """What `pod` measures while its sensors are set to `sensors`."""

    def __init__(self, pod: VirtualPod, sensors: Sensors) -> None:
        self._pod = pod
        own, scale, samples = pod.scale, sensors.scale, pod.samples
        acc_unit, gyr_unit = scale.acc_mps2, scale.gyr_radps or 1.0
        self.acc = _counts(samples["acc_lsb"] * (own.acc_mps2 / acc_unit))
        self.gyr = _counts(samples["gyr_lsb"] * ((own.gyr_radps or 0.0) / gyr_unit))
        self.step: int = max(1, round(pod.rate_hz / sensors.acc.rate_hz))
        """Every so-manieth sample is taken: never more than `pod` has."""

    def tick(self, position: int) -> int:
        """Return the pod's clock at a sample."""
        return tick_of(int(self._pod.samples["device_us"][position]))


def tick_of(device_us: int) -> int:
    """Return a time of the pod's clock in ticks, as it is sent."""
    tick: int = int(device_us * 1e-6 / TICK_S) % 2**TICK_BITS
    return tick


def _counts(values: npt.NDArray[np.float64]) -> npt.NDArray[np.int16]:
    return np.asarray(np.clip(np.rint(values), INT16.min, INT16.max), dtype=np.int16)
