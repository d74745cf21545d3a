"""When each feature of a turning shank comes, relative to the event it stands for.

`after_s` is the mean time of the feature after the event and `sd_s` its spread over people, both
from 100 virtual runners drawn at random (`imu.simulation.anyone`, seeds 7000-7099, 2-6 m/s, pods at
10-70 % of the shank). On the right leg in the averaged stride of Dorschky 2019 they lie 1 to 8 ms
from these times (tipping after contact: 11 ms), if its sensors lag its force by 18 ms: so much does
its gyroscope lag the shank's angle in its own optical measurement. Its contact time comes out right
within 2 ms, whatever the lag.
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
    "turned": FeatureTime(-0.0345, 0.006),
    "risen_by_half": FeatureTime(0.0105, 0.004),
    "tipping": FeatureTime(0.0387, 0.007),
}
TOE_OFF: Final[Mapping[str, FeatureTime]] = {
    "push_off": FeatureTime(-0.038, 0.024),
    "fallen_by_fifth": FeatureTime(-0.010, 0.020),
    "fallen_by_two_fifths": FeatureTime(0.0031, 0.020),
    "steepest": FeatureTime(0.0062, 0.020),
    "tipping": FeatureTime(0.0684, 0.024),
    "forward_falls": FeatureTime(-0.0211, 0.009),
    "axial_minimum": FeatureTime(0.0014, 0.010),
}
"""The first four are features of one push-off and err alike (SD 10 to 12 ms): the spread given is
twice theirs, so that together they count as one estimate."""
