import numpy as np
import pytest

from imu.frames import GRAVITY_MPS2
from imu.recording.samples import SAMPLE, Scale
from pipelines.radio.virtual.pod import VirtualPod

SCALE = Scale(
    acc_mps2=16 * GRAVITY_MPS2 / 32768,
    acc_range_mps2=16 * GRAVITY_MPS2,
    gyr_radps=np.radians(2000) / 32768,
    gyr_range_radps=np.radians(2000),
)
WORN = (
    ("pelvis", "ORP-PEL", "C0:00:00:00:00:10", 12, 5_000_000),
    ("shank_left", "ORP-LSH", "C0:00:00:00:00:11", -18, 4_294_000_000),
    ("shank_right", "ORP-RSH", "C0:00:00:00:00:12", 31, 1_000),
)


def virtual_pods(seconds, *, rate_hz=200.0, steps_per_min=170):
    """Three pods on a runner of few features: impacts at every step or stride, and noise.

    Their crystals are off by 12, -18 and 31 ppm; one clock wraps after a second.
    """
    pods = []
    for seed, (place, name, address, ppm, start_us) in enumerate(WORN):
        rng = np.random.default_rng(seed)
        count = round(seconds * rate_hz)
        true_s = np.arange(count) / rate_hz / (1 + ppm * 1e-6)
        step = true_s * steps_per_min / 60
        ring = np.exp(-(step % 1) * 12) * (8000 if place == "pelvis" else 8000 * (step // 1 % 2))
        samples = np.zeros(count, SAMPLE)
        samples["index"] = np.arange(count)
        samples["device_us"] = start_us + np.rint(true_s * (1 + ppm * 1e-6) * 1e6)
        samples["acc_lsb"] = rng.integers(-300, 300, (count, 3))
        samples["acc_lsb"][:, 2] += (2048 + ring).astype(np.int32)
        samples["gyr_lsb"] = rng.integers(-3000, 3000, (count, 3))
        pods.append(VirtualPod(name, address, place, samples, true_s, SCALE, rate_hz, seed=seed))
    return pods


@pytest.fixture
def make_pods():
    return virtual_pods
