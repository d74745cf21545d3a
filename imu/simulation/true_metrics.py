"""Every metric, measured on the body itself: no sensor, no filter, no estimate."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from imu.frames import FORWARD, GRAVITY_MPS2, UP, FloatArray, IntArray, Placement
from imu.simulation.intervals import highest, integral, lowest, rows
from imu.simulation.movement import body
from imu.simulation.virtual_run import VirtualRun

IMPACT_S = 0.12
SETTLE_S = 0.02
LOADING = 0.6  # share of stance in which the pelvis drops and the shank turns in


@dataclass(frozen=True)
class _Stances:
    """Some running stances: sign (+1 left) and times, (k,) each; NaN where a stride is cut."""

    sign: FloatArray
    start: FloatArray
    mid: FloatArray
    stop: FloatArray
    opposite: FloatArray
    following: FloatArray

    def only(self, own: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> _Stances:
        return _Stances(*(x[own] for x in vars(self).values()))


def measure(sim: VirtualRun, time_s: FloatArray, at: IntArray) -> dict[str, FloatArray]:
    """Return the metrics of the contacts `at` (k,), which lie within `time_s`."""
    c = sim.contacts
    later = np.append(c.initial_contact_s, [np.nan, np.nan])
    alternates = np.append(c.sign, [0, 0])[at + 2] == c.sign[at]
    s = _Stances(
        c.sign[at],
        c.initial_contact_s[at],
        sim.midstance_s[at],
        c.toe_off_s[at],
        later[at + 1],
        np.where(alternates, later[at + 2], np.nan),
    )
    turned = _pelvis_turned(sim, time_s, s)
    return (
        _timing(s)
        | _travel(sim, s)
        | _force(sim, time_s, s)
        | _pelvis(sim, time_s, s)
        | _legs(sim, time_s, s, turned)
    )


def _timing(s: _Stances) -> dict[str, FloatArray]:
    contact, stride = s.stop - s.start, s.following - s.start
    return {
        "contact_time_s": contact,
        "flight_time_s": s.opposite - s.stop,
        "step_time_s": s.opposite - s.start,
        "stride_time_s": stride,
        "cadence_spm": 120 / stride,
        "duty_factor_pct": 100 * contact / stride,
        "mean_force_bw": stride / (2 * contact),
    }


def _travel(sim: VirtualRun, s: _Stances) -> dict[str, FloatArray]:
    """Return what the level way from contact to contact tells."""
    way = sim.course.path_m(s.following) - sim.course.path_m(s.start)
    speed = way / (s.following - s.start)
    return {"speed_mps": speed, "step_length_m": speed * (s.opposite - s.start)}


def _force(sim: VirtualRun, time_s: FloatArray, s: _Stances) -> dict[str, FloatArray]:
    force = body.vertical_force_bw(time_s, sim.contacts)
    contact = s.stop - s.start
    forward = body.acceleration_mps2(time_s, sim.contacts, sim.course, sim.sway)[:, FORWARD]
    lost = integral(time_s, np.maximum(-forward, 0))
    return {
        "peak_force_bw": highest(time_s, force, s.start + 0.3 * contact, s.stop - 0.3 * contact)[0],
        "vertical_oscillation_m": _oscillation(time_s, force, s.start, s.opposite),
        "braking_mps": np.interp(s.stop, time_s, lost) - np.interp(s.start, time_s, lost),
    }


def _oscillation(
    time_s: FloatArray, force_bw: FloatArray, start_s: FloatArray, stop_s: FloatArray
) -> FloatArray:
    """Return the range of height over each step, taken as a closed cycle."""
    index, inside = rows(time_s, start_s, stop_s)
    count = inside.sum(axis=1, keepdims=True)
    step = np.arange(index.shape[1])
    height = np.where(inside, (force_bw[index] - 1) * GRAVITY_MPS2, 0.0)
    for _ in range(2):
        height = np.cumsum(height, axis=1) * (time_s[1] - time_s[0])
        height = np.where(inside, height - height[:, -1:] * (step + 1) / count, 0.0)
        height = np.where(inside, height - height.sum(axis=1, keepdims=True) / count, 0.0)
    return np.asarray(height.max(axis=1) - height.min(axis=1))


def _pelvis(sim: VirtualRun, time_s: FloatArray, s: _Stances) -> dict[str, FloatArray]:
    attitude = sim.attitude("pelvis", time_s)
    tilt = np.degrees(attitude.sagittal[0]) - sim.sway.standing_tilt_deg
    early, half = s.start + LOADING * (s.stop - s.start), (s.start + s.stop) / 2
    drop, drop_rate, turn_rate = (np.full(len(s.sign), np.nan) for _ in range(3))
    for sign in (1.0, -1.0):
        own = s.sign == sign
        start, until = s.start[own], early[own]
        obliquity, rate = (-sign * x for x in attitude.frontal)
        at_contact = np.interp(start, time_s, obliquity)
        drop[own] = np.degrees(at_contact - lowest(time_s, obliquity, start, until))
        drop_rate[own] = -lowest(time_s, rate, start, until)
        turning = sign * (attitude.heading[1] - sim.course.heading(time_s)[1])
        turn_rate[own] = highest(time_s, turning, start, half[own])[0]
    return {
        "pelvic_tilt_deg": np.interp(s.mid, time_s, tilt),
        "pelvic_tilt_contact_deg": np.interp(s.start, time_s, tilt),
        "pelvic_tilt_range_deg": highest(time_s, tilt, s.start, s.stop)[0]
        - lowest(time_s, tilt, s.start, s.stop),
        "pelvic_drop_deg": drop,
        "pelvic_drop_rate_radps": drop_rate,
        "pelvic_rotation_rate_radps": turn_rate,
    }


def _pelvis_turned(sim: VirtualRun, time_s: FloatArray, s: _Stances) -> FloatArray:
    """Return the rotation over the stance leg from contact to mid-stance, turning apart."""
    yaw = sim.attitude("pelvis", time_s).heading[0] - sim.course.heading(time_s)[0]
    change = np.interp(s.mid, time_s, yaw) - np.interp(s.start, time_s, yaw)
    return np.asarray(np.degrees(s.sign * change))


def _legs(
    sim: VirtualRun, time_s: FloatArray, s: _Stances, turned_deg: FloatArray
) -> dict[str, FloatArray]:
    out: dict[str, FloatArray] = {}
    sides: tuple[tuple[float, Placement], ...] = ((1.0, "shank_left"), (-1.0, "shank_right"))
    for sign, place in sides:
        own = s.sign == sign
        for name, value in _leg(sim, place, time_s, s.only(own), sign).items():
            out.setdefault(name, np.full(len(own), np.nan))[own] = value
    twist = turned_deg + out.pop("inward_to_midstance_deg")
    return out | {
        "pelvic_rotation_deg": turned_deg,
        "pelvis_shin_twist_deg": twist,
        "twist_share_pct": np.where(np.abs(twist) >= 4, 100 * turned_deg / twist, np.nan),
    }


def _leg(
    sim: VirtualRun, place: Placement, time_s: FloatArray, s: _Stances, sign: float
) -> dict[str, FloatArray]:
    acc, gyr = sim.true_signals(place, time_s)
    inward = -sign * gyr[:, UP]
    settled, early = s.start + SETTLE_S, s.start + LOADING * (s.stop - s.start)
    axial, peak_s = highest(time_s, acc[:, UP], s.start, s.start + IMPACT_S)
    size = np.linalg.norm(acc, axis=1)
    rate = highest(time_s, inward, settled, (s.start + s.stop) / 2)[0]
    return {
        "peak_tibial_axial_mps2": axial,
        "peak_tibial_resultant_mps2": highest(time_s, size, s.start, s.start + IMPACT_S)[0],
        "time_to_peak_s": peak_s - s.start,
        "shank_internal_rotation_deg": _excursion(time_s, inward, s, settled, early),
        "shank_internal_rotation_rate_radps": rate,
        "inward_to_midstance_deg": _closed(time_s, inward, s, s.mid),
    }


def _excursion(
    time_s: FloatArray, inward: FloatArray, s: _Stances, settled: FloatArray, early: FloatArray
) -> FloatArray:
    """Return the most inward rotation after `settled`, closed over the stride."""
    peak_s = highest(time_s, integral(time_s, inward), settled, early)[1]
    return _closed(time_s, inward, s, peak_s) - _closed(time_s, inward, s, settled)


def _closed(time_s: FloatArray, inward: FloatArray, s: _Stances, at_s: FloatArray) -> FloatArray:
    """Return the rotation from contact to `at_s` in deg, what a whole stride leaves over out."""
    turned = integral(time_s, inward)
    start = np.interp(s.start, time_s, turned)
    left = np.interp(np.nan_to_num(s.following), time_s, turned) - start
    slope = np.nan_to_num(left / (s.following - s.start))
    return np.asarray(
        np.degrees(np.interp(at_s, time_s, turned) - start - slope * (at_s - s.start))
    )
