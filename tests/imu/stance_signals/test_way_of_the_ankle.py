"""A shank whose ankle goes a known way: at rest while the foot is flat, on a slope, turning."""

from types import SimpleNamespace

import numpy as np
import pytest

from imu.alignment.segment import Segment
from imu.frames import GRAVITY_MPS2
from imu.simulation.shapes import progress
from imu.stance_signals.shank_travel import LEAN, ShankTravel
from imu.stance_signals.windows import StanceWindows

STRIDE_S, CONTACT_S, STRIDE_M, STRIDES = 0.7, 0.25, 2.1, 8
HEIGHT_M = 0.2
FINE = 10


def moved(rate_hz, *, slope, yaw_rate_radps, ahead_m):
    """Return force and rate (n, 3) in the shank's axes of a pod on a shank that swings and tips."""
    time_s = np.arange(-2 * FINE, (STRIDES + 1) * STRIDE_S * rate_hz * FINE) / (rate_hz * FINE)
    stride, since = np.divmod(time_s, STRIDE_S)
    swing = np.clip((since - 0.7 * CONTACT_S) / (STRIDE_S - 0.7 * CONTACT_S), 0.0, 1.0)
    along = STRIDE_M * (stride + progress(swing))
    lift = 0.2 * progress(2 * np.minimum(swing, 1 - swing)) + slope * along
    angle = 0.2 + 0.5 * np.sin(2 * np.pi * (time_s / STRIDE_S - 0.1))
    sin, cos = np.sin(angle), np.cos(angle)
    yaw = yaw_rate_radps * time_s
    ahead = HEIGHT_M * sin + ahead_m * cos
    bend = along * yaw_rate_radps * STRIDE_S / STRIDE_M  # along a circle, where the shank turns
    path = np.stack(
        [
            along * np.sinc(bend / np.pi) + ahead * np.cos(yaw),
            along * np.sinc(bend / 2 / np.pi) * np.sin(bend / 2) + ahead * np.sin(yaw),
            lift + HEIGHT_M * cos - ahead_m * sin,
        ]
    )
    step_s = time_s[1] - time_s[0]
    force = np.gradient(np.gradient(path, step_s, axis=1), step_s, axis=1)
    force[2] += GRAVITY_MPS2
    forward = force[0] * np.cos(yaw) + force[1] * np.sin(yaw)
    left = force[1] * np.cos(yaw) - force[0] * np.sin(yaw)
    acc = np.stack([cos * forward - sin * force[2], left, sin * forward + cos * force[2]])
    tipping = np.gradient(angle, step_s)
    gyr = np.stack([-sin * yaw_rate_radps, tipping, cos * yaw_rate_radps])
    own = slice(2 * FINE, None, FINE)
    return acc[:, own].T, gyr[:, own].T


def found_mps(rate_hz=200.0, *, slope=0.0, yaw_rate_radps=0.0, stood=False):
    ahead_m = LEAN * HEIGHT_M if stood else 0.0
    acc, gyr = moved(rate_hz, slope=slope, yaw_rate_radps=yaw_rate_radps, ahead_m=ahead_m)
    never, always = np.zeros(len(acc), bool), np.ones(len(acc), bool)
    motion = SimpleNamespace(gyr_clipped=never)
    stood_mask = always if stood else never
    pod = Segment("shank_left", acc, gyr, always, stood_mask, motion, None)
    start = np.arange(STRIDES) * STRIDE_S * rate_hz
    stride = np.append(np.full(STRIDES - 1, STRIDE_S * rate_hz), np.nan)
    sure = np.ones(STRIDES, bool)
    windows = StanceWindows(
        rate_hz=rate_hz,
        side=np.full(STRIDES, "left"),
        start=start,
        stop=start + CONTACT_S * rate_hz,
        stride=stride,
        opposite=start,
        unlike_running=~sure,
        contact_sure=sure,
        toe_off_sure=sure,
        by_pelvis=~sure,
        segments={"shank_left": pod},
        quaternions={},
    )
    return ShankTravel(windows, pod, HEIGHT_M).speed_mps()


@pytest.mark.parametrize("rate_hz", [100.0, 142.857, 200.0, 500.0])
def test_the_way_is_found_at_every_rate(rate_hz):
    found = found_mps(rate_hz)
    np.testing.assert_allclose(found[:-1], STRIDE_M / STRIDE_S, rtol=0.002)
    assert np.isnan(found[-1])


@pytest.mark.parametrize("slope", [-0.3, 0.3])
def test_the_way_is_level_on_a_slope(slope):
    np.testing.assert_allclose(found_mps(slope=slope)[:-1], STRIDE_M / STRIDE_S, rtol=0.002)


@pytest.mark.parametrize("yaw_rate_radps", [-0.3, 0.3])
def test_the_way_is_that_of_a_bend(yaw_rate_radps):
    found = found_mps(yaw_rate_radps=yaw_rate_radps)
    np.testing.assert_allclose(found[:-1], STRIDE_M / STRIDE_S, rtol=0.004)


def test_a_pod_that_was_aligned_in_standing_sits_ahead_of_the_ankle():
    np.testing.assert_allclose(found_mps(stood=True)[:-1], STRIDE_M / STRIDE_S, rtol=0.002)
