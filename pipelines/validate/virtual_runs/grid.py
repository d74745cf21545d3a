"""List the virtual runs to score: speeds, strikes, faults, rates, runners, missing pods."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from imu.frames import GRAVITY_MPS2, Placement
from imu.simulation import (
    Pods,
    Run,
    Runner,
    Spread,
    Stand,
    Walk,
    all_faults,
    both,
    clean,
    realistic,
    someone,
)
from imu.simulation.script import Script
from pipelines.validate.baseline import proof
from pipelines.validate.virtual_runs.score import Case

HEEL_S: Final = 0.034
FOREFOOT_S: Final = 0.058
STRIKES: Final = {"heel": HEEL_S, "forefoot": FOREFOOT_S}
STAND_S: Final = 10.0


@dataclass(frozen=True)
class Scope:
    """How much is simulated; tests take less of it.

    `alone_runners` of the `faulty_runners` wear accelerometers alone as well, and `few_runners` are
    looked at more closely: other heights of the pod, a tilted axis, other detectors; as many people
    run at several speeds. `athletes` is the scope of
    the proof that the comparison with the past is honest.
    """

    speeds_mps: tuple[float, ...] = (2.0, 2.5, 3.0, 3.5, 4.0, 5.0, 6.0)
    rates_hz: tuple[float, ...] = (100.0, 143.0, 250.0, 500.0, 1000.0)
    detector_speeds_mps: tuple[float, ...] = (2.5, 3.5, 5.0)
    run_s: float = 60.0
    people: int = 40
    directions: tuple[float, ...] = (1.0, -1.0)
    one_by_one: bool = True
    random_runners: int = 200
    source_runners: int = 20
    activity_people: int = 4
    activity_s: float = 30.0
    second_generator_min: float = 10.0
    real_people: int = 200
    faulty_runners: int = 1000
    alone_runners: int = 200
    fast_runners: int = 24
    few_runners: int = 20
    still_people: int = 3
    walkers: int = 6
    metric_people: int = 40
    few_people: int = 6
    late_runners: int = 40
    late_s: float = 40.0
    clock_runs: int = 10
    clock_s: float = 3600.0
    athletes: proof.Scope = proof.FULL


FULL: Final = Scope()
SMALL: Final = Scope(
    speeds_mps=(3.0,),
    rates_hz=(),
    detector_speeds_mps=(3.0,),
    run_s=20.0,
    people=2,
    directions=(1.0,),
    one_by_one=False,
    random_runners=6,
    source_runners=2,
    activity_people=1,
    activity_s=12.0,
    second_generator_min=2.0,
    real_people=20,
    faulty_runners=6,
    alone_runners=6,
    fast_runners=2,
    few_runners=2,
    still_people=1,
    walkers=1,
    metric_people=2,
    few_people=1,
    late_runners=1,
    late_s=20.0,
    clock_runs=1,
    clock_s=600.0,
    athletes=proof.SMALL,
)


def cases(scope: Scope, *, seed: int) -> Iterator[Case]:
    """Yield every run of the grid but those of `sensitivity`."""
    yield from _speeds("clean", scope, seed)
    yield from _speeds("all faults", scope, seed)
    yield from _people(scope, seed)
    yield Case("walking", "walking", Runner(), _walk(scope), seed, realistic(seed))
    if scope.one_by_one:
        yield from _single_faults(scope, seed)
        yield from _runners(scope, seed)
        yield from _worn(scope, seed)
    for rate_hz in scope.rates_hz:
        name = f"{rate_hz:g} Hz"
        yield Case("rate", name, Runner(), _run(scope), seed, realistic(seed), rate_hz)


def detector_cases(scope: Scope, *, seed: int) -> Iterator[Case]:
    """Yield the runs on which detectors are compared."""
    for k, (speed_mps, strike) in enumerate(_each(scope.detector_speeds_mps)):
        runner = both(Runner(), impact_delay_s=STRIKES[strike])
        script = _run(scope, speed_mps)
        name = f"{speed_mps:g} m/s {strike}"
        yield Case("detectors", name, runner, script, seed + k, realistic(seed + k))


def _each(speeds_mps: tuple[float, ...]) -> list[tuple[float, str]]:
    return [(speed_mps, strike) for speed_mps in speeds_mps for strike in STRIKES]


def _run(scope: Scope, speed_mps: float = 3.0, **more: Any) -> Script:
    return (Stand(STAND_S), Run(scope.run_s, speed_mps=speed_mps, **more))


def _walk(scope: Scope) -> Script:
    return (Stand(STAND_S), Walk(scope.run_s))


def _speeds(group: str, scope: Scope, seed: int) -> Iterator[Case]:
    for k, (speed_mps, strike) in enumerate(_each(scope.speeds_mps)):
        runner = both(Runner(), impact_delay_s=STRIKES[strike])
        faulty = group == "all faults"
        pods = all_faults(seed + k) if faulty else clean()
        name = f"{speed_mps:g} m/s {strike}"
        script = _run(scope, speed_mps)
        yield Case(group, name, runner, script, seed + k, pods, radio=faulty)


def _people(scope: Scope, seed: int) -> Iterator[Case]:
    for k in range(scope.people):
        own = seed + 100 + k
        yield Case("people", f"person {k + 1}", someone(own), _run(scope), own, realistic(own))


def _single_faults(scope: Scope, seed: int) -> Iterator[Case]:
    faults: dict[str, tuple[dict[str, Any], bool]] = {
        "none": ({}, False),
        "turned 30°": ({"mounting_rad": (0.3, -0.3, 0.3)}, False),
        "±8 g": ({"acc_range_mps2": 8 * GRAVITY_MPS2}, False),
        "±500 °/s": ({"gyr_range_radps": float(np.radians(500.0))}, False),
        "soft tissue 18 Hz, 2°": (
            {"tissue_hz": 18.0, "tissue_zeta": 0.2, "tissue_deg": 2.0},
            False,
        ),
        "bias 0.3 m/s², 1 °/s": (
            {"acc_bias_mps2": (0.3, -0.3, 0.3), "gyr_bias_radps": (0.017, -0.017, 0.017)},
            False,
        ),
        "noise of a cheap sensor": (
            {"acc_noise_mps2_per_rthz": 0.003, "gyr_noise_radps_per_rthz": 0.0003},
            False,
        ),
        "scale and cross-axis 1 %": ({"scale_pct": 1.0, "cross_axis_pct": 1.0}, False),
        "slip 15° half-way": ({"slip_s": STAND_S + scope.run_s / 2, "slip_deg": 15.0}, False),
        "clock +100 ppm": ({"ppm": 100.0}, True),
        "rate 1 % off": ({"rate_error_pct": 1.0}, True),
        "2 % lost in bursts": ({"loss_pct": 2.0}, True),
        "stamps 2 ms off": ({"stamp_jitter_s": 0.002}, True),
    }
    for name, (change, radio) in faults.items():
        pods = {place: replace(pod, **change) for place, pod in clean().items()}
        yield Case("one fault", name, Runner(), _run(scope), seed, pods, radio=radio)


def _runners(scope: Scope, seed: int) -> Iterator[Case]:
    plain = Runner()
    left = replace(plain.left, contact_time_s=0.235, pelvic_drop_deg=8.0, impact_mps2=80.0)
    right = replace(plain.right, contact_time_s=0.265, shank_rotation_deg=13.0)
    wide = Spread(0.03, 0.25, 0.003, 1.0, 1.2, 1.6, 1.6, 0.8)
    half = scope.run_s / 2
    stops: Script = (Stand(10.0), Run(half), Stand(6.0), Walk(10.0), Run(half), Stand(6.0))
    runs: dict[str, tuple[Runner, Script]] = {
        "legs unlike": (replace(plain, left=left, right=right), _run(scope)),
        "steps 47 : 53 %": (replace(plain, left_step_share=0.47), _run(scope)),
        "stances twice as unlike": (replace(plain, spread=wide), _run(scope)),
        "uphill 8 %": (plain, _run(scope, grade_pct=8.0)),
        "downhill 8 %": (plain, _run(scope, grade_pct=-8.0)),
        "on a curve": (plain, _run(scope, turn_deg=360.0)),
        "stops and walks": (plain, stops),
    }
    for name, (runner, script) in runs.items():
        yield Case("runner", name, runner, script, seed, realistic(seed))


def _worn(scope: Scope, seed: int) -> Iterator[Case]:
    shanks: tuple[Placement, ...] = ("shank_left", "shank_right")
    sets: dict[str, tuple[tuple[Placement, ...], bool]] = {
        "shanks only": (shanks, True),
        "shanks only, no gyroscope": (shanks, False),
        "left shank only": (("shank_left",), True),
        "pelvis only": (("pelvis",), True),
        "pelvis only, no gyroscope": (("pelvis",), False),
    }
    pods: Pods = realistic(seed)
    for speed_mps in (2.5, 3.0, 4.5):
        for name, (worn, gyroscope) in sets.items():
            yield Case(
                "worn",
                f"{name}, {speed_mps:g} m/s",
                Runner(),
                _run(scope, speed_mps),
                seed,
                pods,
                worn=worn,
                gyroscope=gyroscope,
            )
