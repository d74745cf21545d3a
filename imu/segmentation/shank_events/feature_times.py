"""When each feature of a turning shank comes, relative to the event it stands for.

`after_s` is the mean time of the feature after the event, and `sd_s` its spread over people. The
spread is that of 100 virtual runners drawn at random (`imu.simulation.anyone`, seeds 7000-7099, 2-6
m/s, pods at 10-70 % of the shank). The time is three quarters theirs and one quarter that of the
right leg in the averaged stride of Dorschky 2019, whose sensors are taken to lag the force by 18
ms: so much does its gyroscope lag the shank's angle in its own optical measurement. There the two
differ by 1 to 8 ms (tipping after contact: 11 ms).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class FeatureTime:
    """Mean time of a feature after its event, and its spread over people, s."""

    after_s: float
    sd_s: float


CONTACT: Final[Mapping[str, FeatureTime]] = {
    "turned": FeatureTime(-0.0342, 0.006),
    "risen_by_half": FeatureTime(0.0125, 0.004),
    "tipping": FeatureTime(0.0415, 0.007),
}
TOE_OFF: Final[Mapping[str, FeatureTime]] = {
    "push_off": FeatureTime(-0.0368, 0.024),
    "fallen_by_fifth": FeatureTime(-0.009, 0.020),
    "fallen_by_two_fifths": FeatureTime(0.0044, 0.020),
    "steepest": FeatureTime(0.0072, 0.020),
    "tipping": FeatureTime(0.0676, 0.024),
    "forward_falls": FeatureTime(-0.0193, 0.009),
    "axial_minimum": FeatureTime(0.0029, 0.010),
}
"""The first four are features of one push-off and err alike (SD 10 to 12 ms): the spread given is
twice theirs, so that together they count as one estimate."""
