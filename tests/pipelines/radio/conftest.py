import numpy as np
import pytest
from pods.virtual_pods import SCALE

from imu.recording.samples import SAMPLE
from pipelines.radio.virtual.pod import VirtualPod

PLACES = {"ORP-PEL": "pelvis", "ORP-LSH": "shank_left", "ORP-RSH": "shank_right"}
CLOCKS = {"ORP-PEL": (12, 5_000_000), "ORP-LSH": (-18, 2**32 - 3_000_000), "ORP-RSH": (31, 0)}


def pod(name="ORP-PEL", *, seconds=6.0, rate_hz=200.0, **more):
    """A pod that measures noise on its own clock: ppm and start as in CLOCKS."""
    number = list(PLACES).index(name)
    ppm, begin_us = CLOCKS[name]
    n = int(seconds * rate_hz)
    rng = np.random.default_rng(number)
    true_time_s = np.arange(n) / rate_hz
    samples = np.zeros(n, SAMPLE)
    samples["index"] = np.arange(n)
    samples["device_us"] = np.rint(begin_us + true_time_s * (1e6 + ppm))
    samples["acc_lsb"] = rng.integers(-30_000, 30_000, (n, 3))
    samples["gyr_lsb"] = rng.integers(-30_000, 30_000, (n, 3))
    settings = {"seed": number, **more}
    address = f"C0:00:00:00:00:{0x10 + number:02X}"
    return VirtualPod(name, address, PLACES[name], samples, true_time_s, SCALE, rate_hz, **settings)


@pytest.fixture
def rig():
    return [pod(name) for name in PLACES]


@pytest.fixture
def make_pod():
    return pod
