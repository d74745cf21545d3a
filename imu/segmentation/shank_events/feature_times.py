"""When each feature of a turning shank comes, relative to the event it stands for.

`after_s` is the mean time of the feature after the event and `sd_s` its spread over people, from
100 virtual runners drawn at random (`imu.simulation.anyone`, seeds 7000-7099, 2-6 m/s, pods at
10-70 % of the shank). In the averaged stride of Dorschky 2019, whose force leads its sensors by
some 25 ms, all of them lie within 8 ms of these times on the leg over the force plate.
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
    "push_off": FeatureTime(-0.038, 0.012),
    "fallen_by_fifth": FeatureTime(-0.010, 0.010),
    "fallen_by_two_fifths": FeatureTime(0.0031, 0.010),
    "steepest": FeatureTime(0.0062, 0.010),
    "forward_falls": FeatureTime(-0.0211, 0.007),
    "axial_minimum": FeatureTime(0.0014, 0.010),
    "tipping": FeatureTime(0.0684, 0.017),
}
