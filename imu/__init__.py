"""What samples mean: pure arrays in, pure arrays out.

>>> import imu
>>> recording = imu.Recording.from_arrays(rate_hz=200.0, pelvis=(acc_mps2, gyr_radps))
>>> result = imu.analyse(recording)
>>> result.stances.to_frame()
"""

from imu.analysis import Analysis, analyse
from imu.recording import Recording, Sensor

__all__ = ["Analysis", "Recording", "Sensor", "analyse"]
