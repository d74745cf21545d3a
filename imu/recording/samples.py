"""Samples as a pod sends them (integer counts, index, device time), and their scale to SI."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

SAMPLE: Final = np.dtype(
    [
        ("index", "<i8"),  # position in the pod's sampling since its start; gaps are lost samples
        ("device_us", "<i8"),  # device clock, unwrapped
        ("acc_lsb", "<i4", (3,)),
        ("gyr_lsb", "<i4", (3,)),
    ]
)

Samples = npt.NDArray[Any]
"""(n,) of dtype `SAMPLE`, `index` strictly increasing."""


@dataclass(frozen=True, slots=True)
class Scale:
    """SI units per count, and full scale; gyroscope values are None for a pod without one."""

    acc_mps2: float
    acc_range_mps2: float | None
    gyr_radps: float | None
    gyr_range_radps: float | None


def acceleration(samples: Samples, scale: Scale) -> npt.NDArray[np.float64]:
    """Return specific force in m/s², shape (n, 3), sensor axes."""
    return np.asarray(samples["acc_lsb"] * scale.acc_mps2, dtype=np.float64)


def angular_rate(samples: Samples, scale: Scale) -> npt.NDArray[np.float64] | None:
    """Return angular rate in rad/s, shape (n, 3), sensor axes; None without a gyroscope."""
    if scale.gyr_radps is None:
        return None
    return np.asarray(samples["gyr_lsb"] * scale.gyr_radps, dtype=np.float64)
