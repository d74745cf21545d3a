"""Running metrics from the samples of worn IMUs: arrays in, arrays out.

>>> import imu
>>> recording = imu.Recording.from_arrays(rate_hz=200.0, pelvis=(acc_mps2, gyr_radps))
>>> result = imu.analyse(recording)
>>> result.stances.to_frame()
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from imu.recording.recording import Recording, Sensor
from imu.wearer import Wearer

if TYPE_CHECKING:
    from imu.analysis import Analysis, analyse

__all__ = ["Analysis", "Recording", "Sensor", "Wearer", "analyse"]


def __getattr__(name: str) -> Any:
    """Load the analysis, and scipy with it, when it is first asked for: it takes half a second."""
    if name in ("Analysis", "analyse"):
        return getattr(import_module("imu.analysis"), name)
    raise AttributeError(f"module 'imu' has no attribute {name!r}")
