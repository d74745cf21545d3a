"""Hold the virtual people against the public averaged stride: the realism gate, as figures.

Dorschky 2019 is one man's averaged stride of pelvis and both shanks. Its force and its sensors may
be 30 ms apart (see its README), so each value is looked at in two places: with contact where the
force begins, and where the tibial peak comes 38 ms after contact as it does in Bach 2022. It lies
inside when one of them lies within the middle 95 % of the virtual people.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Final

import numpy as np

from imu.dsp.integral import periodic_integral
from imu.frames import FORWARD, LEFT, SIDES, UP, FloatArray, Side
from imu.simulation import Run, Simulation, clean, simulate, someone
from imu.simulation.people import TOGETHER, TRAITS
from pipelines.validate.results import Figure, Part, Table, number

FIRST_SEED: Final = 7000  # beyond the other seeds: nobody is drawn twice
GROUP: Final = 20  # people drawn at once, by one process
SPEED_MPS: Final = 3.47  # of the public stride
SPEEDS_MPS: Final = (2.5, 3.5, 4.5)
SWING_RADPS: Final = {2.5: 8.0, 3.5: 9.5, 4.5: 11.0}
"""Peak rate of the shank in swing of people on a treadmill, optics."""
SHARES: Final = np.linspace(0.0, 1.0, 101)
ASKED: Final = (0, 25, 50, 75, 100)  # % of stance
FLAT: Final = (20, 50)  # % of stance: the ankle rests
ANKLE_MPS: Final = 0.1
CONTACT_S: Final = 0.241
FORCE_S: Final[Mapping[Side, float]] = {"right": 0.109, "left": 0.471}
TIBIA_S: Final[Mapping[Side, float]] = {"right": 0.138, "left": 0.500}
PLACES: Final = {"force": FORCE_S, "tibial peak": TIBIA_S}
"""Where contact is placed in the averaged stride, by what."""
QUANTITIES: Final = {
    "rotation": "pelvic rotation, °",
    "tilt": "pelvic tilt, °",
    "obliquity": "pelvic obliquity, °",
    "inclination": "shank inclination, °",
    "rate": "shank rate, rad/s",
}
ON: Final = "virtual people, realism"
Curves = dict[str, FloatArray]


@dataclass(frozen=True)
class People:
    """Curves over stance of n people (n, 101) at the public stride's speed, about stride means.

    `swing_radps` (speeds, n) is the peak rate of the shank in swing, `ankle_mps` (n,) the highest
    speed of the ankle while the foot is flat.
    """

    curves: Curves
    swing_radps: FloatArray
    ankle_mps: FloatArray


def drawn(job: tuple[int, int]) -> People:
    """Draw the people of one (seed, count), and let each run for some seconds."""
    seed, count = job
    seeds = range(seed + FIRST_SEED, seed + FIRST_SEED + count)
    every = [_curves(_runs(one, SPEED_MPS)) for one in seeds]
    swing = [[_swing_radps(_runs(one, v)) for one in seeds] for v in SPEEDS_MPS]
    return People(
        {name: np.array([curves[name] for curves, _ in every]) for name in QUANTITIES},
        np.array(swing),
        np.array([ankle for _, ankle in every]),
    )


def jobs(seed: int, count: int) -> list[tuple[int, int]]:
    """Return (seed, count) of groups that together are the people of one seed."""
    return [(seed + k, min(GROUP, count - k)) for k in range(0, count, GROUP)]


def joined(groups: Iterable[People]) -> People:
    """Return the people of all groups."""
    every = list(groups)
    return People(
        {name: np.concatenate([one.curves[name] for one in every]) for name in QUANTITIES},
        np.concatenate([one.swing_radps for one in every], axis=1),
        np.concatenate([one.ankle_mps for one in every]),
    )


def _runs(seed: int, speed_mps: float) -> Simulation:
    return simulate(someone(seed), (Run(6.0, speed_mps=speed_mps),), seed=seed, pods=clean())


def _curves(run: Simulation) -> tuple[Curves, float]:
    """Return the mean curves of the left stances, and the highest speed of the resting ankle."""
    c = run.contacts
    at = np.flatnonzero((c.sign > 0) & (c.initial_contact_s > 1.5) & (c.initial_contact_s < 4.5))
    start, stop, again = c.initial_contact_s[at], c.toe_off_s[at], c.initial_contact_s[at + 2]
    stance = start[:, None] + SHARES * (stop - start)[:, None]
    stride = start[:, None] + np.linspace(0, 1, 200, endpoint=False) * (again - start)[:, None]

    def angles(time_s: FloatArray) -> Curves:
        pelvis, shank = (run.attitude(p, time_s.ravel()) for p in ("pelvis", "shank_left"))
        found = {
            "rotation": pelvis.heading[0],
            "tilt": pelvis.sagittal[0],
            "obliquity": -pelvis.frontal[0],
            "inclination": shank.sagittal[0],
        }
        return {k: np.degrees(v).reshape(time_s.shape) for k, v in found.items()}

    means = {k: v.mean(axis=1, keepdims=True) for k, v in angles(stride).items()}
    curves = {k: (v - means[k]).mean(axis=0) for k, v in angles(stance).items()}
    rate = run.attitude("shank_left", stance.ravel()).sagittal[1].reshape(stance.shape)
    flat = stance[:, FLAT[0] : FLAT[1] + 1]
    speed = np.linalg.norm(run.leg("shank_left").ankle(flat.ravel(), 1), axis=1)
    return curves | {"rate": rate.mean(axis=0)}, float(speed.max())


def _swing_radps(run: Simulation) -> float:
    time_s = np.arange(1.5, 4.5, 0.002)
    return float(-run.attitude("shank_left", time_s).sagittal[1].min())


def public_stride(reference: ModuleType) -> dict[tuple[Side, str], Curves]:
    """Return the curves (101,) of the averaged stride by side and place of contact."""
    stride = reference.dorschky_stride()
    period_s, n = stride.duration_s, len(stride.mean["gyr_pelvis"])

    def at(values: FloatArray, time_s: FloatArray) -> FloatArray:
        grid = np.arange(n + 1) * period_s / n
        wrapped = np.append(values, values[0])
        return np.asarray(np.interp(np.mod(time_s, period_s), grid, wrapped))

    def angle(rate: FloatArray) -> FloatArray:
        """Integrate over the stride, which closes on itself; about its mean, deg."""
        turned = rate[None].copy()
        periodic_integral(turned, np.ones((1, n), dtype=bool), np.array([[n]]))
        return np.asarray(np.degrees(turned[0]) * period_s / n)

    pelvis = stride.mean["gyr_pelvis"]
    out: dict[tuple[Side, str], Curves] = {}
    for side in SIDES:
        sign, shank = (1.0 if side == "left" else -1.0), stride.mean[f"gyr_shank_{side}"]
        for place, contact_s in PLACES.items():
            time_s = contact_s[side] + SHARES * CONTACT_S
            out[side, place] = {
                "rotation": sign * at(angle(pelvis[:, UP]), time_s),
                "tilt": at(angle(pelvis[:, LEFT]), time_s),
                "obliquity": -sign * at(angle(pelvis[:, FORWARD]), time_s),
                "inclination": at(angle(shank[:, LEFT]), time_s),
                "rate": at(shank[:, LEFT], time_s),
            }
    return out


def part(public: Mapping[Any, Curves], people: People) -> Part:
    """Return the figures of the gate, the table of both, and the sources of the shapes.

    `public` is as `public_stride` gives it, or empty.
    """
    return Part(
        figures=(*_inside(people, public), *_own(people)),
        tables=(_table(people, public), _sources()),
    )


def spread(people: People, name: str) -> FloatArray:
    """Return the 2.5th, 50th and 97.5th percentile (3, 101) of the people."""
    return np.asarray(np.percentile(people.curves[name], [2.5, 50, 97.5], axis=0))


def inside(people: People, public: Mapping[Any, Curves], name: str) -> FloatArray:
    """Return (sides, instants) bool: the averaged stride within the spread, in either place."""
    low, _, high = spread(people, name)[:, ASKED]
    found = np.array(
        [[public[side, place][name][list(ASKED)] for place in PLACES] for side in SIDES]
    )
    return np.asarray(((found >= low) & (found <= high)).any(axis=1))


def _inside(people: People, public: Mapping[Any, Curves]) -> Iterator[Figure]:
    if not public:
        return
    for name, label in QUANTITIES.items():
        share = float(inside(people, public, name).sum())
        what = f"{label.partition(',')[0]}: instants at which the averaged stride lies inside"
        yield Figure(ON, f"{what}, of 10", share, low=10.0, decimals=0)


def _own(people: People) -> Iterator[Figure]:
    net = people.curves["rotation"][:, -1] - people.curves["rotation"][:, 0]
    yield Figure(
        ON, "pelvis turns back over stance, share of people", float((net < 0).mean()), low=0.5
    )
    yield Figure(
        ON, "ankle over 20-50 % of stance, worst", float(people.ankle_mps.max()), "m/s",
        high=ANKLE_MPS, decimals=2,
    )  # fmt: skip
    for speed_mps, radps in zip(SPEEDS_MPS, people.swing_radps, strict=True):
        asked = SWING_RADPS[speed_mps]
        yield Figure(
            ON,
            f"swing rate at {speed_mps:g} m/s, median",
            float(np.median(radps)),
            "rad/s",
            low=round(0.85 * asked, 2),
            high=round(1.15 * asked, 2),
        )


def _table(people: People, public: Mapping[Any, Curves]) -> Table:
    rows = []
    for name, label in QUANTITIES.items():
        for k, percentile in enumerate(("2.5 %", "median", "97.5 %")):
            values = spread(people, name)[k, list(ASKED)]
            rows.append((label if k == 0 else "", percentile, *(number(x, 1) for x in values)))
        for (side, place), curves in public.items():
            values = curves[name][list(ASKED)]
            rows.append(("", f"{side}, by {place}", *(number(x, 1) for x in values)))
    return Table(
        "Virtual people beside the public averaged stride",
        f"{len(people.ankle_mps)} people at 3.47 m/s, percentiles over people; below them the "
        "averaged stride of Dorschky 2019, contact placed by its force and by its tibial peak. "
        "Angles about the mean of the stride, leg-signed, at shares of stance. Shapes and spreads "
        "were chosen with this stride and these swing rates in view, so lying inside shows that "
        "the people can move like this man, not that people are spread as they are. In the "
        "picture the people are grey and the averaged stride in colour.",
        ("", "", *(f"{share} %" for share in ASKED)),
        tuple(rows),
        drawing="people",
    )


def _sources() -> Table:
    rows = [
        (
            trait.field,
            number(trait.mean, 3),
            number(trait.sd, 3),
            f"{trait.low:g} to {trait.high:g}",
            trait.shape,
            trait.spread,
            ", ".join(_goes_with(trait.field)),
        )
        for trait in TRAITS
    ]
    return Table(
        "Where the shapes of the virtual people come from",
        "Every trait of a runner at 3 m/s on the level: mean and spread over people, the source "
        "of its shape and of its spread, and what it goes together with (correlation).",
        ("trait", "mean", "SD", "range", "shape", "spread", "together with"),
        tuple(rows),
    )


def _goes_with(field: str) -> Iterator[str]:
    for (one, other), r in TOGETHER.items():
        if field in (one, other):
            yield f"{other if field == one else one} {r:+g}"
