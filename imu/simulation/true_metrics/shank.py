"""True impact, rotation and lean of a shank."""

import numpy as np
from scipy.signal import detrend
from scipy.signal.windows import tukey

from imu.frames import LEFT, UP, FloatArray, Placement
from imu.simulation.intervals import highest, integral, rows
from imu.simulation.movement.motion import Attitude
from imu.simulation.true_metrics.pelvis import LOADING
from imu.simulation.true_metrics.stances import TrueStances
from imu.simulation.virtual_run import VirtualRun

SETTLE_S = 0.02
IMPACT_S = 0.12


def shank(
    sim: VirtualRun, place: Placement, time_s: FloatArray, s: TrueStances, sign: float
) -> dict[str, FloatArray]:
    """Return every metric of the stances `s` of one leg."""
    acc, gyr = sim.true_signals(place, time_s)
    return (
        _impact(time_s, s, acc, sim.fine_hz)
        | _rotation(time_s, s, gyr, sign)
        | _lean(sim, place, time_s, s, sign)
    )


def _impact(
    time_s: FloatArray, s: TrueStances, acc: FloatArray, hz: float
) -> dict[str, FloatArray]:
    axial, until = acc[:, UP], s.start + IMPACT_S
    size = np.linalg.norm(acc, axis=1)
    bands = [_band_rms(time_s, axial, s, band, hz) for band in ((3, 8), (9, 20))]
    return {
        "peak_tibial_axial_mps2": highest(time_s, axial, s.start, until)[0],
        "peak_tibial_resultant_mps2": highest(time_s, size, s.start, until)[0],
        "tibial_low_band_mps2": bands[0],
        "tibial_high_band_mps2": bands[1],
    }


def _band_rms(
    time_s: FloatArray, x: FloatArray, s: TrueStances, band: tuple[int, int], hz: float
) -> FloatArray:
    """Return the root mean square of `x` (n,) in each stance that lies in a band of Hz."""
    index, inside = rows(time_s, s.start, s.stop)
    frequency = np.arange(band[0], band[1] + 1.0)
    out = np.full(len(index), np.nan)
    for k, (at, here) in enumerate(zip(index, inside, strict=True)):
        own = x[at[here]]
        window = tukey(len(own), 0.2)
        turn = np.exp(-2j * np.pi * np.outer(frequency, np.arange(len(own))) / hz)
        density = 2 * np.abs(turn @ (detrend(own) * window)) ** 2 / hz / np.sum(window**2)
        out[k] = np.sqrt(np.trapezoid(density, frequency))
    return out


def _rotation(
    time_s: FloatArray, s: TrueStances, gyr: FloatArray, sign: float
) -> dict[str, FloatArray]:
    inward = -sign * gyr[:, UP]
    settled, early = s.start + SETTLE_S, s.share(LOADING)
    mean = np.nan_to_num(s.mean_over_stride(time_s, inward))
    swings = highest(time_s, -gyr[:, LEFT], s.stop, np.nan_to_num(s.following))[0]
    return {
        "shank_internal_rotation_deg": _excursion(time_s, inward, s, settled, early),
        "shank_internal_rotation_rate_radps": highest(time_s, inward, settled, s.share(0.5))[0]
        - mean,
        "shank_swing_rate_radps": np.where(np.isfinite(s.following), swings, np.nan),
    }


def _excursion(
    time_s: FloatArray, inward: FloatArray, s: TrueStances, settled: FloatArray, early: FloatArray
) -> FloatArray:
    """Return the most inward rotation after `settled`, closed over the stride."""
    turned = integral(time_s, inward)
    slope = np.nan_to_num(s.mean_over_stride(time_s, inward))
    peak_s = highest(time_s, turned, settled, early)[1]
    change = np.interp(peak_s, time_s, turned) - np.interp(settled, time_s, turned)
    return np.asarray(np.degrees(change - slope * (peak_s - settled)))


def _lean(
    sim: VirtualRun, place: Placement, time_s: FloatArray, s: TrueStances, sign: float
) -> dict[str, FloatArray]:
    """Return the lean of what was upright in standing."""
    axis = upright_in_standing(sim, place)
    heading = sim.course.heading(time_s)[0]
    world = sim.attitude(place, time_s).rotation().apply(axis)
    ahead = np.cos(heading) * world[:, 0] + np.sin(heading) * world[:, 1]
    left = np.cos(heading) * world[:, 1] - np.sin(heading) * world[:, 0]
    ahead, left = (np.degrees(np.arcsin(np.clip(x, -1, 1))) for x in (ahead, left))
    return {
        "shank_lean_deg": sign * np.interp(s.mid, time_s, left),
        "shank_inclination_contact_deg": -np.interp(s.start, time_s, ahead),
    }


def upright_in_standing(sim: VirtualRun, place: Placement) -> FloatArray:
    """Return the axis (3,) of the segment that is upright on average while standing."""
    course = sim.course
    still = (course.standing > 0.999) & (course.time_s >= 0) & (course.time_s <= sim.duration_s)
    if not still.any():
        return np.array([0.0, 0.0, 1.0])
    standing: Attitude = sim.attitude(place, course.time_s[still])
    mean = standing.rotation().inv().apply([0.0, 0.0, 1.0]).mean(axis=0)
    return np.asarray(mean / np.linalg.norm(mean))
