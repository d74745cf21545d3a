"""True timing, speed and vertical force."""

import numpy as np

from imu.frames import FloatArray
from imu.simulation.intervals import highest, rows
from imu.simulation.movement import body
from imu.simulation.true_metrics.stances import TrueStances
from imu.simulation.virtual_run import VirtualRun


def timing(s: TrueStances) -> dict[str, FloatArray]:
    """Return the metrics (stances,) that follow from the events alone."""
    return {
        "contact_time_s": s.contact,
        "flight_time_s": s.opposite - s.stop,
        "step_time_s": s.opposite - s.start,
        "stride_time_s": s.stride,
        "cadence_spm": 120 / s.stride,
        "duty_factor_pct": 100 * s.contact / s.stride,
    }


def speed(sim: VirtualRun, s: TrueStances) -> dict[str, FloatArray]:
    """Return the metrics (stances,) that the level way from contact to contact tells."""
    way_m = sim.course.path_m(s.following) - sim.course.path_m(s.start)
    speed_mps = way_m / s.stride
    return {"speed_mps": speed_mps, "step_length_m": speed_mps * (s.opposite - s.start)}


def force(sim: VirtualRun, time_s: FloatArray, s: TrueStances) -> dict[str, FloatArray]:
    """Return the active peak (stances,) of the force under the feet; `time_s` (n,) is fine."""
    force_bw = body.vertical_force_bw(time_s, sim.contacts)
    return {"active_peak_force_bw": highest(time_s, force_bw, s.share(0.3), s.share(0.7))[0]}


def closed_twice(
    time_s: FloatArray, x: FloatArray, start_s: FloatArray, stop_s: FloatArray
) -> FloatArray:
    """Integrate `x` (n,) twice over each interval, taken as a closed cycle about its mean."""
    index, inside = rows(time_s, start_s, stop_s)
    count = inside.sum(axis=1, keepdims=True)
    step = np.arange(index.shape[1])
    y = np.where(inside, x[index], 0.0)
    for _ in range(2):
        y = np.cumsum(y, axis=1) * (time_s[1] - time_s[0])
        y = np.where(inside, y - y[:, -1:] * (step + 1) / count, 0.0)
        y = np.where(inside, y - y.sum(axis=1, keepdims=True) / count, 0.0)
    return np.where(inside, y, np.nan)
