"""When each foot is on the ground: every contact of the script, with its own loading."""

from typing import Final

import numpy as np

from imu.frames import FloatArray, IntArray
from imu.simulation import script as scripts
from imu.simulation.course import Course
from imu.simulation.movement.contacts import (
    HOP,
    RUN,
    STAIRS_DOWN,
    STAIRS_UP,
    STAND,
    WALK,
    WALKS,
    Contacts,
    Landings,
)
from imu.simulation.noise import fractional_noise, stream
from imu.simulation.runner import CURVES_THAT_VARY, LOADINGS, REFERENCE_SPEED_MPS, Runner
from imu.simulation.script import (
    MARGIN_S,
    ON_THE_SPOT,
    Hop,
    Run,
    Script,
    Segment,
    StairsDown,
    StairsUp,
    Stand,
    Walk,
)

CODES: Final[dict[type, int]] = {
    Stand: STAND,
    Walk: WALK,
    Run: RUN,
    Hop: HOP,
    StairsUp: STAIRS_UP,
    StairsDown: STAIRS_DOWN,
}
STEP_JITTER_S: Final = 0.0015  # of each contact, on top of the stride
SWING_S: Final = np.array([0.40, 0.42, 0.45, 0.32, 0.45, 0.45])
"""By the gait it leads to, for changes of gait."""


def cadence_spm(runner: Runner, speed_mps: FloatArray, gait: int) -> FloatArray:
    """Return the step rate (n,) at speeds (n,), in one gait."""
    if gait in WALKS:
        return 114.0 + 26.0 * (speed_mps - 1.4)
    change = runner.cadence_spm_per_mps * (np.maximum(speed_mps, 1.8) - REFERENCE_SPEED_MPS)
    return runner.cadence_spm + change


def plan(runner: Runner, script: Script, course: Course, *, seed: int) -> Contacts:
    """Lay out every contact of the script."""
    landings = _initial_contacts(runner, script, course, seed=seed)
    ic_s, is_run = landings.initial_contact_s, landings.gait == RUN
    speed = course.speed(ic_s)
    loading = _loading(runner, script, landings, speed, seed=seed)
    step_s = np.diff(ic_s, append=np.inf)
    load_s = np.where(is_run, np.minimum(loading["contact_time_s"], 0.95 * step_s), 0.0)
    flies = is_run & np.append(is_run[1:], False)
    return Contacts(
        landings.sign,
        landings.gait,
        landings.segment,
        ic_s,
        np.where(flies, ic_s + load_s, _lifted(runner, script, landings, speed)),
        load_s,
        np.where(flies, step_s - load_s, 0.0),
        speed,
        loading,
    )


def _next_of_side(values: FloatArray | IntArray, sign: FloatArray) -> FloatArray:
    """Return for each contact the value at the next contact of the same foot, else infinity."""
    following = np.full(len(values), np.inf)
    for s in (1.0, -1.0):
        own = np.flatnonzero(sign == s)
        following[own[:-1]] = values[own[1:]]
    return following


def _lifted(runner: Runner, script: Script, landings: Landings, speed: FloatArray) -> FloatArray:
    """Return toe-off of contacts without a flight: the next contact less the swing.

    Never before the other foot is down.
    """
    next_ic = _next_of_side(landings.initial_contact_s, landings.sign)
    last = ~np.isfinite(next_ic)
    leads_to = np.where(last, STAND, _next_of_side(landings.gait, landings.sign)).astype(np.int64)
    hop_s = np.array([s.flight_s if isinstance(s, Hop) else 0.0 for s in script])
    hop = hop_s[np.where(last, 0, _next_of_side(landings.segment, landings.sign)).astype(np.int64)]
    swing_s = np.where(leads_to == HOP, hop, SWING_S[leads_to])
    walking = 0.39 * 120 / cadence_spm(runner, speed, WALK)
    goes_on = np.isin(landings.gait, WALKS) & (leads_to == landings.gait)
    swing_s = np.where(goes_on, walking, swing_s)
    other_down = np.append(landings.initial_contact_s[1:], -np.inf) + 0.03
    other_down[(landings.gait == STAND) | (landings.gait == HOP)] = -np.inf
    return np.maximum(next_ic - swing_s, np.maximum(other_down, landings.initial_contact_s + 0.1))


Row = tuple[FloatArray, int, int, FloatArray]  # sign, gait, segment, initial contact


def _initial_contacts(runner: Runner, script: Script, course: Course, *, seed: int) -> Landings:
    edges = scripts.starts(script)
    strides = int((edges[-1] + 2 * MARGIN_S) / 0.4) + 8
    noise = fractional_noise(strides, runner.stride_alpha, stream(seed, "stride"))
    jitter = STEP_JITTER_S * stream(seed, "step").standard_normal(2 * strides)
    at = -MARGIN_S - 1.0
    rows: list[Row] = []
    if isinstance(script[0], ON_THE_SPOT):
        rows.append((np.array([1.0, -1.0]), STAND, 0, np.array([at, at + 0.3])))
    side, done = -1.0, 0
    for k, segment in enumerate(script):
        if isinstance(segment, Hop):
            rows.append(_hops(segment, k, float(edges[k])))
        if not isinstance(segment, Walk | Run):
            continue
        last = k + 1 == len(script)
        stop = edges[k + 1] + (MARGIN_S if last else 0.0)
        goes_on = k > 0 and isinstance(script[k - 1], Walk | Run)
        after = at if goes_on else float(edges[k]) if k else -MARGIN_S
        ic = _strides(runner, segment, course, noise[done // 2 :], after, side, float(stop))
        ic = ic + jitter[done : done + len(ic)]
        sign = np.asarray(side * (-1.0) ** np.arange(len(ic)), dtype=np.float64)
        closes = not last and isinstance(script[k + 1], ON_THE_SPOT)
        moving = slice(None, -1) if closes else slice(None)
        rows.append((sign[moving], CODES[type(segment)], k, ic[moving]))
        if closes:
            rows.append((sign[-1:], STAND, k, ic[-1:]))
        side, at, done = -float(sign[-1]), float(ic[-1]), done + len(ic)
    return _joined(rows)


def _strides(
    runner: Runner,
    segment: Walk | Run,
    course: Course,
    noise: FloatArray,
    after_s: float,
    side: float,
    stop_s: float,
) -> FloatArray:
    """Return initial contacts from one step after `after_s` on; one of them is past `stop_s`."""
    gait = CODES[type(segment)]
    nominal = 60.0 / float(cadence_spm(runner, np.array(segment.speed_mps), gait))
    count = 2 * int((stop_s - after_s) / nominal * 0.65 + 4)
    speed = course.speed(np.asarray(after_s + nominal * np.arange(count), dtype=np.float64))
    step_s = 60.0 / cadence_spm(runner, np.maximum(speed, 0.7), gait)
    leads_to_left = side * (-1.0) ** np.arange(count) > 0
    share = np.where(leads_to_left, 1 - runner.left_step_share, runner.left_step_share)
    stride = np.repeat(1 + runner.stride_cv * noise[: count // 2], 2)
    ic = after_s + np.cumsum(step_s * 2 * share * stride)
    return np.asarray(ic[: int(np.searchsorted(ic, stop_s)) + 1], dtype=np.float64)


def _hops(hop: Hop, k: int, start_s: float) -> Row:
    flight_s = hop.period_s - hop.contact_time_s
    landing = start_s + 0.75 + flight_s + hop.period_s * np.arange(hop.count)
    ic = np.stack([landing, landing + 0.003], axis=1).ravel()
    return np.tile([1.0, -1.0], hop.count), HOP, k, ic


def _joined(rows: list[Row]) -> Landings:
    sign = np.concatenate([row[0] for row in rows])
    gait = np.concatenate([np.full(len(row[0]), row[1]) for row in rows])
    segment = np.concatenate([np.full(len(row[0]), row[2]) for row in rows])
    ic_s = np.concatenate([row[3] for row in rows])
    order = np.argsort(ic_s, kind="stable")
    return Landings(sign[order], gait[order], segment[order], ic_s[order])


def _loading(
    runner: Runner, script: Script, landings: Landings, speed: FloatArray, *, seed: int
) -> dict[str, FloatArray]:
    """Return each loading per contact: mean of the side, speed, grade, fatigue and spread."""
    relative = np.maximum(speed, 1.5) / REFERENCE_SPEED_MPS
    grade = np.array([getattr(s, "grade_pct", 0.0) for s in script])[landings.segment]
    factor = {
        "contact_time_s": relative**runner.contact_time_exponent,
        "impact_mps2": relative**runner.impact_exponent * np.exp(-0.02 * grade),
    }
    out = {}
    for name in LOADINGS:
        left, right = getattr(runner.left, name), getattr(runner.right, name)
        mean = np.where(landings.sign > 0, left, right)
        mean = mean + _fatigue(script, name, landings.initial_contact_s)
        out[name] = mean * factor.get(name, 1.0)
    for name in CURVES_THAT_VARY:
        out[name] = np.full(len(landings.sign), getattr(runner.curves, name))
    minutes = _running_minutes(script, landings.initial_contact_s)
    out["anterior_tilt_deg"] = out["anterior_tilt_deg"] + out["tilt_drift_deg_per_min"] * minutes
    return {
        name: _spread(runner, name, value, landings.sign, seed=seed) for name, value in out.items()
    }


def _spread(
    runner: Runner, name: str, mean: FloatArray, sign: FloatArray, *, seed: int
) -> FloatArray:
    sd = getattr(runner.spread, name, 0.0)
    cv = getattr(runner.spread, f"{name.rpartition('_')[0]}_cv", 0.0)
    value = mean.copy()
    for s, side in ((1.0, "left"), (-1.0, "right")):
        own = np.flatnonzero(sign == s)
        noise = fractional_noise(len(own), runner.stride_alpha, stream(seed, f"{name} {side}"))
        value[own] = mean[own] * np.exp(cv * noise - cv**2 / 2) + sd * noise
    return value


def _running_minutes(script: Script, time_s: FloatArray) -> FloatArray:
    """Return the minutes run up to each time."""
    edges = scripts.starts(script)
    runs = np.array([isinstance(segment, Run) for segment in script], dtype=np.float64)
    minutes = np.concatenate([[0.0], np.cumsum(runs * np.diff(edges))]) / 60
    return np.interp(time_s, edges, minutes)


def _fatigue(script: Script, name: str, time_s: FloatArray) -> FloatArray:
    """Return the change of one loading by the fatigue of the segments up to each time."""
    edges = scripts.starts(script)
    slope = np.array([_fatigue_of(segment, name) for segment in script])
    total = np.concatenate([[0.0], np.cumsum(slope * np.diff(edges))]) / 60
    return np.interp(time_s, edges, total)


def _fatigue_of(segment: Segment, name: str) -> float:
    return float(segment.fatigue_per_min.get(name, 0.0)) if isinstance(segment, Run) else 0.0
