"""True tilt, drop, rotation and sideways movement of the pelvis."""

import numpy as np
from scipy.signal import butter, sosfiltfilt

from imu.frames import LEFT, UP, FloatArray
from imu.simulation.intervals import highest, lowest, rows
from imu.simulation.movement import body
from imu.simulation.true_metrics.stances import TrueStances, harmonic
from imu.simulation.true_metrics.timing_and_force import closed_twice
from imu.simulation.virtual_run import VirtualRun

LOADING = 0.6  # share of stance in which the pelvis drops and the shank turns in
LATE = 0.9
TRANSIENT_S = 0.08
AHEAD_M = np.array([0.1, 0.0, 0.0])


def pelvis(sim: VirtualRun, time_s: FloatArray, s: TrueStances) -> dict[str, FloatArray]:
    """Return every metric (stances,) of the pelvis' attitude; `time_s` (n,) is fine."""
    attitude = sim.attitude("pelvis", time_s)
    tilt = np.degrees(attitude.sagittal[0]) - sim.sway.standing_tilt_deg
    yaw = attitude.heading[0] - sim.course.heading(time_s)[0]
    return _tilt(time_s, s, tilt) | _by_leg(time_s, s, yaw, *attitude.frontal)


def _tilt(time_s: FloatArray, s: TrueStances, tilt: FloatArray) -> dict[str, FloatArray]:
    mid, late = (np.interp(at, time_s, tilt) for at in (s.mid, s.share(LATE)))
    high, low = highest(time_s, tilt, s.start, s.stop)[0], lowest(time_s, tilt, s.start, s.stop)
    area = np.concatenate([[0.0], np.cumsum((tilt[1:] + tilt[:-1]) / 2)]) * (time_s[1] - time_s[0])
    return {
        "pelvic_tilt_midstance_deg": mid,
        "pelvic_tilt_contact_deg": np.interp(s.start, time_s, tilt),
        "pelvic_tilt_mean_deg": (np.interp(s.stop, time_s, area) - np.interp(s.start, time_s, area))
        / s.contact,
        "pelvic_tilt_range_deg": high - low,
        "pelvic_tilt_after_midstance_deg": late - mid,
    }


def _by_leg(
    time_s: FloatArray, s: TrueStances, yaw: FloatArray, frontal: FloatArray, rate: FloatArray
) -> dict[str, FloatArray]:
    """Return what is leg-signed: of yaw, and of the angle about forward with its rate."""
    out: dict[str, FloatArray] = {}
    for sign in (1.0, -1.0):
        own = s.sign == sign
        part = s.only(own)
        values = _rotation(time_s, part, np.degrees(sign * yaw))
        values |= _drop(time_s, part, np.degrees(sign * frontal), sign * rate)
        for name, value in values.items():
            out.setdefault(name, np.full(len(own), np.nan))[own] = value
    return out


def _rotation(time_s: FloatArray, s: TrueStances, turned: FloatArray) -> dict[str, FloatArray]:
    mid, late = (np.interp(at, time_s, turned) for at in (s.mid, s.share(LATE)))
    amplitude, peak = harmonic(s.over_stride(time_s, turned))
    return {
        "pelvic_rotation_over_leg_deg": mid - s.mean_over_stride(time_s, turned),
        "pelvic_rotation_after_midstance_deg": mid - late,
        "pelvic_rotation_amplitude_deg": amplitude,
        "pelvic_rotation_reversal_pct": _reversal_pct(s, amplitude, peak),
    }


def _drop(
    time_s: FloatArray, s: TrueStances, low: FloatArray, rate: FloatArray
) -> dict[str, FloatArray]:
    amplitude, peak = harmonic(s.over_stride(time_s, low))
    lowest_deg = highest(time_s, low, s.start, s.share(LOADING))[0]
    mid = np.interp(s.mid, time_s, low)
    return {
        "pelvic_drop_deg": lowest_deg - np.interp(s.start, time_s, low),
        "pelvic_drop_standing_deg": lowest_deg,
        "pelvic_drop_rate_radps": highest(time_s, rate, s.start, s.share(LOADING))[0],
        "pelvic_obliquity_over_leg_deg": mid - s.mean_over_stride(time_s, low),
        "pelvic_obliquity_amplitude_deg": amplitude,
        "pelvic_obliquity_reversal_pct": _reversal_pct(s, amplitude, peak),
        "drop_at_midstance_deg": mid,
    }


def _reversal_pct(s: TrueStances, amplitude: FloatArray, peak: FloatArray) -> FloatArray:
    return np.where(amplitude >= 1.0, 100 * peak * s.stride / s.contact, np.nan)


def travel(sim: VirtualRun, time_s: FloatArray, s: TrueStances) -> dict[str, FloatArray]:
    """Return (stances,) how the point `AHEAD_M` ahead of the pod moves from side to side."""
    left = body.acceleration_mps2(time_s, sim.contacts, sim.course, sim.sway)[:, LEFT]
    index, inside = rows(time_s, s.start, s.following)
    worn = sim.pods.get("pelvis")
    lever_m = np.array(worn.lever_m if worn else (0.0, 0.0, 0.0))
    arm = _left_of_path(sim, time_s, lever_m + AHEAD_M)
    swung = np.where(inside, arm[index], np.nan)
    with np.errstate(invalid="ignore"):
        swung = swung - (np.where(inside, swung, 0).sum(axis=1) / inside.sum(axis=1))[:, None]
    y = closed_twice(time_s, left, s.start, s.following) + swung
    column = np.searchsorted(time_s, s.mid) - np.searchsorted(time_s, s.start)
    cut = ~np.isfinite(s.following)
    at = y[np.arange(len(y)), np.minimum(column, y.shape[1] - 1)]
    sway = np.fmax.reduce(y, axis=1) - np.fmin.reduce(y, axis=1)
    return {
        "pelvis_toward_leg_m": np.where(cut, np.nan, s.sign * at),
        "pelvis_side_sway_m": np.where(cut, np.nan, sway),
    }


def _left_of_path(sim: VirtualRun, time_s: FloatArray, lever_m: FloatArray) -> FloatArray:
    """Return how far (n,) a point of the pelvis is to the left of its middle, across the path."""
    world = sim.attitude("pelvis", time_s).to_world(lever_m)
    heading = sim.course.heading(time_s)[0]
    return np.asarray(np.cos(heading) * world[:, 1] - np.sin(heading) * world[:, 0])


def upward(sim: VirtualRun, time_s: FloatArray, s: TrueStances) -> dict[str, FloatArray]:
    """Return (stances,) how far the pod moves up and down in a step, and the impact it feels."""
    felt, _ = sim.true_signals("pelvis", time_s)
    up = sim.attitude("pelvis", time_s).to_world(felt)[:, UP]
    height = closed_twice(time_s, up, s.start, s.following)
    within = time_s[rows(time_s, s.start, s.following)[0]] < s.opposite[:, None]
    step = np.where(within, height, np.nan)
    above = sosfiltfilt(butter(2, 10.0, "highpass", fs=sim.fine_hz, output="sos"), up)
    return {
        "vertical_oscillation_m": np.fmax.reduce(step, axis=1) - np.fmin.reduce(step, axis=1),
        "pelvis_impact_mps2": highest(time_s, above, s.start, s.start + TRANSIENT_S)[0],
    }
