import numpy as np
import pytest
from pods.virtual_pods import three_pods


def running_pods(seconds, *, rate_hz=200.0, steps_per_min=170):
    """Three pods on a runner of few features: impacts at every step or stride, and noise."""

    def counts(number, place, true_s):
        rng = np.random.default_rng(number)
        step = true_s * steps_per_min / 60
        ring = np.exp(-(step % 1) * 12) * (8000 if place == "pelvis" else 8000 * (step // 1 % 2))
        acc = rng.integers(-300, 300, (len(true_s), 3))
        acc[:, 2] += (2048 + ring).astype(np.int32)
        return acc, rng.integers(-3000, 3000, (len(true_s), 3))

    return three_pods(seconds, counts, rate_hz=rate_hz)


@pytest.fixture
def make_pods():
    return running_pods
