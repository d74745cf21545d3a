"""What was really so: events, metrics and attitudes without any sensor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from imu.analysis import Bouts
from imu.frames import GRAVITY_MPS2, UP, FloatArray, IntArray, Placement
from imu.simulation import body
from imu.simulation.gait import Contacts
from imu.simulation.motion import Attitude

if TYPE_CHECKING:
    from scipy.spatial.transform import Rotation

    from imu.simulation.simulate import Simulation

MIDSTANCE_LOWPASS_HZ: Final = 10.0


@dataclass(frozen=True)
class Truth:
    """One entry per running stance that lies inside the record, in order of initial contact.

    `metrics` maps a name to (n,) values, by the definitions of the metrics of that name, without
    sensor noise, filters or mounting. `force_bw` (m,) is the vertical force at
    ``arange(m) / force_hz`` seconds.
    """

    side: npt.NDArray[np.str_]
    bout: IntArray
    initial_contact_s: FloatArray
    midstance_s: FloatArray
    toe_off_s: FloatArray
    metrics: Mapping[str, FloatArray]
    bouts: Bouts
    force_bw: FloatArray
    force_hz: float
    simulation: Simulation

    def __len__(self) -> int:
        return len(self.side)

    def world_from_segment(self, place: Placement, *, rate_hz: float) -> Rotation:
        """Return the attitude of a segment at k / `rate_hz`, over the whole record."""
        n = round(self.simulation.duration_s * rate_hz)
        return self.simulation.attitude(place, np.arange(n) / rate_hz).rotation()

    @classmethod
    def of(cls, sim: Simulation) -> Truth:
        """Measure the simulation with perfect instruments."""
        contacts = sim.contacts
        step = np.append(np.diff(contacts.initial_contact_s), np.inf)
        ends = contacts.initial_contact_s + np.maximum(step, contacts.load_s)
        inside = contacts.running & (contacts.initial_contact_s >= 0) & (ends <= sim.duration_s)
        bouts, of_contact = _bouts(sim)
        edge = int(np.searchsorted(sim.fine_s, -1e-9))
        return cls(
            contacts.side[inside],
            of_contact[inside],
            contacts.initial_contact_s[inside],
            sim.midstance_s[inside],
            contacts.toe_off_s[inside],
            _metrics(sim, np.flatnonzero(inside)),
            bouts,
            sim.force_bw[edge : len(sim.force_bw) - edge],
            sim.fine_hz,
            sim,
        )


def midstances(
    time_s: FloatArray, force_bw: FloatArray, contacts: Contacts, *, rate_hz: float
) -> FloatArray:
    """Return the instant of the highest low-passed upward force in 25-75 % of each running stance.

    Upward specific force of the centre of the pelvis, 10 Hz second-order `filtfilt`.
    """
    from scipy.signal import butter, sosfiltfilt

    up = force_bw * GRAVITY_MPS2 + body.pelvis_impact_mps2(time_s, contacts)[:, UP]
    up = sosfiltfilt(butter(2, MIDSTANCE_LOWPASS_HZ, fs=rate_hz, output="sos"), up)
    out = np.full(len(contacts), np.nan)
    running = np.flatnonzero(contacts.running)
    start = contacts.initial_contact_s[running] + 0.25 * contacts.load_s[running]
    stop = contacts.initial_contact_s[running] + 0.75 * contacts.load_s[running]
    seen = (start > time_s[0]) & (stop < time_s[-1])
    out[running[seen]] = _highest(time_s, up, start[seen], stop[seen])[1]
    return out


def _rows(
    time_s: FloatArray, start_s: FloatArray, stop_s: FloatArray
) -> tuple[IntArray, npt.NDArray[np.bool_]]:
    """Return indices (k, m) of the samples in each interval, and which of them are inside."""
    first = np.searchsorted(time_s, start_s)
    stop = np.searchsorted(time_s, stop_s, side="right")
    offset = np.arange(int(np.max(stop - first, initial=0)))
    index = first[:, None] + offset
    return np.minimum(index, len(time_s) - 1), index < stop[:, None]


def _highest(
    time_s: FloatArray, x: FloatArray, start_s: FloatArray, stop_s: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return the highest value of `x` in each interval and its instant (parabola)."""
    index, inside = _rows(time_s, start_s, stop_s)
    if not index.size:
        return np.full(len(start_s), np.nan), np.full(len(start_s), np.nan)
    best = np.where(inside, x[index], -np.inf).argmax(axis=1)
    at = np.clip(index[np.arange(len(index)), best], 1, len(x) - 2)
    before, here, after = x[at - 1], x[at], x[at + 1]
    bend = before - 2 * here + after
    shift = np.where(bend < 0, 0.5 * (before - after) / np.where(bend < 0, bend, 1), 0.0)
    shift = np.where(np.abs(shift) <= 1, shift, 0.0)
    step = time_s[1] - time_s[0]
    return here, np.clip(time_s[at] + shift * step, start_s, stop_s)


def _lowest(
    time_s: FloatArray, x: FloatArray, start_s: FloatArray, stop_s: FloatArray
) -> FloatArray:
    return -_highest(time_s, -x, start_s, stop_s)[0]


def _bouts(sim: Simulation) -> tuple[Bouts, IntArray]:
    """Return stretches of one gait, and the number of the running bout of each contact."""
    c = sim.contacts
    names = np.array(["standing", "walking", "running", "standing"])
    kind = names[c.gait]
    changes = np.flatnonzero(np.append(True, kind[1:] != kind[:-1]))
    start = c.initial_contact_s[changes].clip(0, sim.duration_s)
    stop = np.append(start[1:], sim.duration_s)
    keep = stop > start
    runs = np.cumsum(np.append(True, kind[1:] != kind[:-1]) & (kind == "running")) - 1
    return Bouts(start[keep], stop[keep], kind[changes][keep]), runs.astype(np.int64)


def _metrics(sim: Simulation, at: IntArray) -> dict[str, FloatArray]:
    c = sim.contacts
    ic, off, mid = c.initial_contact_s[at], c.toe_off_s[at], sim.midstance_s[at]
    next_ic = np.append(c.initial_contact_s, np.nan)[at + 1]
    second = np.append(c.initial_contact_s, [np.nan, np.nan])[at + 2]
    sign = c.sign[at]
    timing = {
        "contact_time_s": off - ic,
        "flight_time_s": next_ic - off,
        "step_time_s": next_ic - ic,
        "stride_time_s": second - ic,
    }
    force = _highest(sim.fine_s, sim.force_bw, ic, off)[0]
    return (
        timing
        | {
            "peak_vertical_force_bw": force,
            "mean_vertical_force_bw": _mean(sim, sim.force_bw, ic, off),
            "vertical_oscillation_m": _oscillation(sim, ic, next_ic),
        }
        | _pelvis_metrics(sim, sign, ic, off, mid)
        | _shank_metrics(sim, sign, ic, off)
    )


def _mean(sim: Simulation, x: FloatArray, start_s: FloatArray, stop_s: FloatArray) -> FloatArray:
    total = np.concatenate([[0.0], np.cumsum((x[1:] + x[:-1]) / 2)]) / sim.fine_hz
    from_to = np.interp(stop_s, sim.fine_s, total) - np.interp(start_s, sim.fine_s, total)
    return np.asarray(from_to / (stop_s - start_s))


def _oscillation(sim: Simulation, start_s: FloatArray, stop_s: FloatArray) -> FloatArray:
    """Return the range of height over each step, taken as a closed cycle."""
    index, inside = _rows(sim.fine_s, start_s, stop_s)
    if not index.size:
        return np.empty(0)
    dt = 1 / sim.fine_hz
    lift = np.where(inside, (sim.force_bw[index] - 1) * GRAVITY_MPS2, 0.0)
    n = inside.sum(axis=1)[:, None]
    k = np.arange(index.shape[1])
    velocity = np.cumsum(lift, axis=1) * dt
    velocity = velocity - velocity[:, -1:] * k / n
    velocity = np.where(inside, velocity, 0.0)
    height = np.cumsum(velocity, axis=1) * dt
    height = height - height[:, -1:] * k / n
    return np.asarray(
        np.where(inside, height, -np.inf).max(axis=1) - np.where(inside, height, np.inf).min(axis=1)
    )


def _pelvis_metrics(
    sim: Simulation, sign: FloatArray, ic: FloatArray, off: FloatArray, mid: FloatArray
) -> dict[str, FloatArray]:
    fine = sim.fine_s
    attitude = sim.attitude("pelvis", fine)
    early = ic + 0.6 * (off - ic)
    out: dict[str, FloatArray] = {}
    drop, rate = np.full(len(ic), np.nan), np.full(len(ic), np.nan)
    for s in (1.0, -1.0):
        own = sign == s
        obliquity, change = (-s * x for x in attitude.frontal)
        at_ic = np.interp(ic[own], fine, obliquity)
        drop[own] = np.degrees(at_ic - _lowest(fine, obliquity, ic[own], early[own]))
        rate[own] = -_lowest(fine, change, ic[own], early[own])
    tilt = np.interp(mid, fine, attitude.sagittal[0])
    standing = fine[_standing(sim, fine)]
    zero = np.interp(standing, fine, attitude.sagittal[0]).mean() if len(standing) else 0.0
    out["pelvis_anterior_tilt_deg"] = np.degrees(tilt - zero)
    out["contralateral_pelvic_drop_deg"] = drop
    out["contralateral_pelvic_drop_rate_radps"] = rate
    out["pelvic_rotation_deg"] = np.degrees(sign * _turned(sim, attitude, ic, mid))
    return out


def _standing(sim: Simulation, time_s: FloatArray) -> npt.NDArray[np.bool_]:
    still = np.interp(time_s, sim.course.time_s, sim.course.standing) > 0.999
    return np.asarray(still & (np.abs(sim.force_bw - 1) < 0.02))


def _turned(
    sim: Simulation, attitude: Attitude, start_s: FloatArray, stop_s: FloatArray
) -> FloatArray:
    """Return the rotation of the pelvis about up against the direction of travel."""
    from imu.simulation.segments import heading

    own = attitude.heading[0] - heading(sim.fine_s, sim.course)[0]
    return np.interp(stop_s, sim.fine_s, own) - np.interp(start_s, sim.fine_s, own)


def _shank_metrics(
    sim: Simulation, sign: FloatArray, ic: FloatArray, off: FloatArray
) -> dict[str, FloatArray]:
    names = (
        "peak_tibial_acceleration_axial_mps2",
        "peak_tibial_acceleration_resultant_mps2",
        "time_to_peak_tibial_acceleration_s",
        "shank_internal_rotation_deg",
        "shank_internal_rotation_rate_radps",
    )
    out = {name: np.full(len(ic), np.nan) for name in names}
    sides: tuple[tuple[float, Placement], ...] = ((1.0, "shank_left"), (-1.0, "shank_right"))
    for s, place in sides:
        own = sign == s
        values = _one_shank(sim, place, s, ic[own], off[own])
        for name, value in zip(names, values, strict=True):
            out[name][own] = value
    return out


def _one_shank(
    sim: Simulation, place: Placement, sign: float, ic: FloatArray, off: FloatArray
) -> tuple[FloatArray, ...]:
    fine = sim.fine_s
    acc, gyr = sim.felt(place)
    axial, at = _highest(fine, acc[:, UP], ic, ic + 0.12)
    size = _highest(fine, np.linalg.norm(acc, axis=1), ic, ic + 0.12)[0]
    inward = -sign * gyr[:, UP]
    total = np.concatenate([[0.0], np.cumsum((inward[1:] + inward[:-1]) / 2)]) / sim.fine_hz
    start = ic + 0.02
    peak = _highest(fine, total, start, ic + 0.6 * (off - ic))[0]
    rate = _highest(fine, inward, start, ic + 0.5 * (off - ic))[0]
    return axial, size, at - ic, np.degrees(peak - np.interp(start, fine, total)), rate
