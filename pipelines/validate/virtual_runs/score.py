"""Score one virtual run against its exact truth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from imu.frames import PLACEMENTS, SIDES, BoolArray, FloatArray, Placement
from imu.simulation import Pods, Runner, Simulation, simulate
from imu.simulation.script import Script
from pipelines.validate.matching import NOTHING, Errors, Instants, Timed, matched

if TYPE_CHECKING:
    from scipy.spatial.transform import Rotation

    from imu.analysis import Analysis
    from imu.recording.recording import Recording

EDGE_S: Final = 0.25
END_S: Final = 0.5
"""At both ends of a record no event is demanded, as with the real recordings. The truth holds no
stance whose step the record does not hold to its end: one found there is neither right nor wrong.
"""
REFUSED: Final = "refused"
"""In place of a grade: the core would not take the recording."""
FRAME: Final = 10  # samples a notification
DELAY_S: Final = 0.008  # mean delay of the radio beyond the least
SETTLED_S: Final = 2.0
LATE_S: Final = 20.0
"""After the start of running: by then the start itself is forgotten."""
SHANKS: Final[tuple[Placement, ...]] = ("shank_left", "shank_right")
MEASURED: Final = frozenset({"people", "sensitivity"})
"""Groups of which every metric is compared with the truth, which takes longer than all else."""
UP_AXIS: Final = np.array([0.0, 0.0, 1.0])


@dataclass(frozen=True)
class Case:
    """One virtual run to score. `name` says what is special about it within its `group`.

    `radio`: the pods' own clocks, delays and losses are in, undone by `timebase`; else all
    share one true clock. `worn` and `gyroscope` leave pods or gyroscopes out.
    """

    group: str
    name: str
    runner: Runner
    script: Script
    seed: int
    pods: Pods
    rate_hz: float = 200.0
    radio: bool = False
    worn: tuple[Placement, ...] = PLACEMENTS
    gyroscope: bool = True


@dataclass(frozen=True)
class Outcome:
    """What one case gave: per metric (estimates, truths) of each stance, and medians (2,) by side.

    `inclination_deg` is the RMS angle between true and found direction of the vertical in each
    segment, both zero while standing: of all running, and of that later than `LATE_S`; for a shank
    the third is by how much its axes are turned about the bone.
    """

    group: str
    name: str
    errors: Errors
    grade: str
    inclination_deg: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    metrics: Mapping[str, tuple[FloatArray, FloatArray]] = field(default_factory=dict)
    medians: Mapping[str, FloatArray] = field(default_factory=dict)
    true_medians: Mapping[str, FloatArray] = field(default_factory=dict)


def recorded(case: Case) -> tuple[Simulation, Recording]:
    """Let the case happen; return it with what was recorded of it."""
    simulation = simulate(
        case.runner,
        case.script,
        seed=case.seed,
        pods={place: case.pods[place] for place in case.worn},
        rate_hz=case.rate_hz,
    )
    recording = received(simulation) if case.radio else simulation.recording()
    return simulation, recording if case.gyroscope else without_gyroscopes(recording)


def received(simulation: Simulation) -> Recording:
    """Return what came over the radio, each pod's clock fitted to its arrivals."""
    from imu.recording.timebase import align, session_time_s, track_of

    rng = np.random.default_rng(simulation.seed)
    tracks = []
    for place, said in simulation.streams.items():
        last = np.arange(FRAME - 1, len(said.samples), FRAME)
        received_s = said.true_time_s[last] + rng.exponential(DELAY_S, len(last))
        arrival = np.column_stack(
            [said.samples["device_us"][last] * 1e-6, np.maximum.accumulate(received_s)]
        )
        time_s, clock = session_time_s(said.samples, arrival, pod=place)
        tracks.append(track_of(place, time_s, said.samples, said.scale, clock.uncertainty_s))
    return align(tracks)


def without_gyroscopes(recording: Recording) -> Recording:
    """Return the recording as accelerometers alone would have made it."""
    sensors = {
        place: replace(pod, gyr_radps=None, gyr_range_radps=None)
        for place, pod in recording.sensors.items()
    }
    return replace(recording, sensors=sensors)


def run(case: Case) -> Outcome:
    """Simulate, analyse and score one case."""
    simulation, recording = recorded(case)
    result, truth = analysed(recording), simulation.truth
    errors = events(result, simulation, case.worn, truth=truth)
    if result is None:
        return Outcome(case.group, case.name, errors, REFUSED)
    outcome = Outcome(
        group=case.group,
        name=case.name,
        errors=errors,
        grade=result.quality.grade,
        inclination_deg=inclinations(result, recording, simulation),
        medians=by_side(result.stances.events.side, result.stances.metrics),
    )
    if case.group not in MEASURED:
        return outcome
    pair = errors.pairs
    metrics = result.stances.metrics
    return replace(
        outcome,
        metrics={
            name: (metrics[name][pair[:, 1]], true[pair[:, 0]])
            for name, true in truth.metrics.items()
        },
        true_medians=by_side(truth.side, truth.metrics),
    )


def analysed(recording: Recording, **detector: Any) -> Analysis | None:
    """Analyse the recording, with a detector by name or ours.

    None where the core refuses the recording, as one with wrong units.
    """
    import imu
    from imu.recording.recording import check

    try:
        check(recording)
    except ValueError:
        return None
    return imu.analyse(recording, **detector)


def happened(simulation: Simulation) -> Instants:
    """Return the running contacts of both legs; unlike `truth`, no metric is measured for them."""
    c = simulation.contacts
    return Instants(c.side[c.running], c.initial_contact_s[c.running], c.toe_off_s[c.running])


def events(
    result: Analysis | None,
    simulation: Simulation,
    worn: tuple[Placement, ...],
    *,
    truth: Timed | None = None,
) -> Errors:
    """Score the events of one analysis against the run it is of; nothing is found without one.

    `truth` is what `Errors.pairs` are to point into, by default what `happened`.
    """
    true = happened(simulation) if truth is None else truth
    found: Timed = NOTHING if result is None else result.stances.events
    return matched(true, found, seen=_seen(true, worn), window_s=demanded_s(simulation))


def of_leg(result: Analysis | None, simulation: Simulation, side: str) -> Errors:
    """Score the stances given to one leg: one given to the other leg is missed here, extra there.

    Unlike in `events`, `Errors.given` counts this leg's stances alone, so there is an F1 of a leg.
    """
    truth = happened(simulation)
    found = NOTHING if result is None else of_side(result.stances.events, side)
    return matched(truth, found, seen=truth.side == side, window_s=demanded_s(simulation))


def demanded_s(simulation: Simulation) -> tuple[float, float]:
    """Return the times from and until which events are demanded."""
    return EDGE_S, simulation.duration_s - END_S


def of_side(stances: Timed, side: str) -> Instants:
    """Return the events of one leg."""
    own = stances.side == side
    return Instants(stances.side[own], stances.initial_contact_s[own], stances.toe_off_s[own])


def _seen(truth: Timed, worn: tuple[Placement, ...]) -> BoolArray:
    """Return True (n,) for stances of legs that the worn pods can measure."""
    shanks = {place.removeprefix("shank_") for place in worn if place != "pelvis"}
    return np.isin(truth.side, list(shanks or SIDES))


def by_side(side: np.ndarray, values: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
    """Return the median (2,) of each column, left and right; NaN where nothing is known."""
    out = {}
    for name, column in values.items():
        known = [column[(side == one) & np.isfinite(column)] for one in SIDES]
        out[name] = np.array([np.median(part) if len(part) else np.nan for part in known])
    return out


def inclinations(
    result: Analysis, recording: Recording, simulation: Simulation
) -> dict[str, tuple[float, ...]]:
    """Return the RMS error of the vertical per segment, deg: of all running, and of its later part.

    For a shank its turn about the bone is the third. Nothing for a run that does not begin with
    standing.
    """
    time_s = recording.start_s + np.arange(len(recording)) / recording.rate_hz
    bouts = simulation.truth.bouts
    if not len(bouts) or bouts.gait[0] != "standing" or "running" not in bouts.gait:
        return {}
    standing = (time_s > 0.5) & (time_s < bouts.stop_s[0] - 1.0)
    runs = bouts.gait == "running"
    since_s = time_s[:, None] - bouts.start_s[runs]
    before_s = bouts.stop_s[runs] - time_s[:, None] - SETTLED_S
    running, late = (
        ((since_s > after_s) & (before_s > 0)).any(axis=1) for after_s in (SETTLED_S, LATE_S)
    )
    out: dict[str, tuple[float, ...]] = {}
    for place, rotation in result.orientation.items():
        known = recording.sensors[place].valid
        true = simulation.attitude(place, time_s).rotation()
        still, parts = standing & known, (running & known, late & known)
        if place == "pelvis":
            out[place] = tuple(apart_deg(rotation, true, still, part) for part in parts)
            continue
        (all_of_it, turned), (later, _) = (
            shank_apart_deg(rotation, true, still, part) for part in parts
        )
        out[place] = all_of_it, later, turned
    return out


def apart_deg(found: Rotation, true: Rotation, standing: BoolArray, running: BoolArray) -> float:
    """Return the RMS angle between both verticals in the segment, zero while standing."""
    apart, _ = _verticals_apart_deg(found, true, standing, running)
    return apart


def shank_apart_deg(
    found: Rotation, true: Rotation, standing: BoolArray, running: BoolArray
) -> tuple[float, float]:
    """Return the RMS angle of a shank's verticals, and by how much its axes are turned about it.

    What is turned about the bone all the time does not change how far the bone leans; it is found
    by least squares, taken out of the first and stated by the second.
    """
    return _verticals_apart_deg(found, true, standing, running, about_bone=True)


def _verticals_apart_deg(
    found: Rotation,
    true: Rotation,
    standing: BoolArray,
    running: BoolArray,
    *,
    about_bone: bool = False,
) -> tuple[float, float]:
    from scipy.spatial.transform import Rotation

    if not (standing.any() and running.any()):
        return np.nan, np.nan
    up_found, up_true = found.inv().apply(UP_AXIS), true.inv().apply(UP_AXIS)
    zero_found, zero_true = up_found[standing].mean(axis=0), up_true[standing].mean(axis=0)
    turn, _ = Rotation.align_vectors(zero_found[None], zero_true[None])
    one, other, turned_deg = turn.apply(up_true[running]), up_found[running], 0.0
    if about_bone:
        axis = zero_found / np.linalg.norm(zero_found)
        flat = one - np.outer(one @ axis, axis)
        angle = np.arctan2(np.sum(np.cross(flat, other) @ axis), np.sum(flat * other))
        one = Rotation.from_rotvec(angle * axis).apply(one)
        turned_deg = float(np.degrees(angle))
    apart = np.linalg.norm(np.cross(one, other), axis=1)
    return float(np.degrees(np.sqrt(np.mean(np.arcsin(np.clip(apart, 0, 1)) ** 2)))), turned_deg
