"""Within one run: laps in turn under two conditions, and drift, stance by stance.

Strides come from fractional noise with a DFA exponent of .7 to .9, half wider than the virtual
runner's; pace wanders and every measure creeps over the run.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from imu.baseline.expected import Expected, in_errors
from imu.baseline.same_run import Blocks, paired
from imu.baseline.verdict import RATES, named
from imu.baseline.within_run import against_usual_drift
from imu.frames import FloatArray
from imu.metrics.registry import METRICS
from imu.session.drift import Drift, drift, paced
from imu.simulation.noise import fractional_noise

STRIDE_SD: Final[Mapping[str, float]] = {
    "pelvic_tilt_midstance_deg": 0.75,
    "pelvic_drop_deg": 0.9,
    "pelvic_rotation_over_leg_deg": 1.2,
    "shank_internal_rotation_deg": 1.2,
    "contact_time_s": 0.006,
}
CHANGE: Final[Mapping[str, float]] = {
    "pelvic_tilt_midstance_deg": 2.0,
    "pelvic_rotation_over_leg_deg": 2.0,
    "contact_time_s": 0.010,
}
"""Between the conditions, of both legs."""
BLOCKS: Final = 6
BLOCK_S: Final = 120.0
STRIDE_S: Final = 0.71
CREEP: Final = 1.0
"""SD over athletes of the change of a measure over the run, in its SD from stride to stride."""
DRIFT_DEG: Final = 2.0
RUN_S: Final = (1500.0, 2700.0)
PAST_RUNS: Final = (5, 20)
OTHERWISE: Final = 0.3
"""SD over runs of the creep of a measure about the usual, in its SD from stride to stride."""
PER_MPS: Final = 0.5
SLOPE_KNOWN: Final = 0.2
"""Change of a measure per m/s, and the SD of what is taken for it, in the same."""
DRIFTING: Final[Mapping[str, Expected]] = {
    name: in_errors(m.typical_error, m.comparing.family or name)
    for name, m in METRICS.items()
    if name in STRIDE_SD
}


@dataclass(frozen=True)
class SameRun:
    """Shares of athletes: each true change found, the worst of them, any wrong one; coverage."""

    found: float
    worst: float
    wrong: float
    wrong_unchanged: float
    covered: float


def same_run(seed: int, count: int) -> SameRun:
    """Let `count` athletes run six blocks of two minutes in turn, changed and unchanged."""
    rng = np.random.default_rng(seed)
    changed, unchanged = (
        np.array([_laps(rng, by) for _ in range(count)]) for by in (CHANGE, dict[str, float]())
    )
    true = np.array([name in CHANGE for name in STRIDE_SD])
    hit, held = changed[:, 0].astype(bool), changed[:, 1]
    return SameRun(
        found=float(hit[:, true].mean()),
        worst=float(hit[:, true].mean(axis=0).min()),
        wrong=float(hit[:, ~true].any(axis=-1).mean()),
        wrong_unchanged=float(unchanged[:, 0].astype(bool).any(axis=-1).mean()),
        covered=float(held.mean()),
    )


def _laps(rng: np.random.Generator, by: Mapping[str, float]) -> FloatArray:
    """Return per metric whether it was named (m,), and the share of intervals that held it."""
    side, time, values = _stances(rng, BLOCKS * BLOCK_S)
    second = np.arange(BLOCKS) % 2 == 1
    start = BLOCK_S * np.arange(BLOCKS, dtype=np.float64)
    on = second[np.minimum((time // BLOCK_S).astype(int), BLOCKS - 1)]
    moved = {name: v + by.get(name, 0.0) * on for name, v in values.items()}
    result = paired(side, time, moved, Blocks(start, start + BLOCK_S, second))
    family = np.repeat(np.arange(len(moved)), 2)
    found = named(result.p_value.ravel(), family, RATES.same_run)[0]
    truth = np.array([by.get(name, 0.0) for name in moved])[:, None]
    held = ((result.low <= truth) & (truth <= result.high)).mean(axis=1)
    return np.array([found, held], dtype=np.float64)


def _stances(
    rng: np.random.Generator, length_s: float, *, creep: Mapping[str, float] | None = None
) -> tuple[npt.NDArray[np.str_], FloatArray, dict[str, FloatArray]]:
    n = int(length_s / STRIDE_S)
    time = np.repeat(np.arange(n) * STRIDE_S, 2)
    time[1::2] += STRIDE_S / 2
    side = np.tile(np.array(["left", "right"]), n)
    values = {}
    for name, sd in STRIDE_SD.items():
        alpha = float(rng.uniform(0.7, 0.9))
        noise = np.stack([fractional_noise(n, alpha, rng) for _ in range(2)], axis=1)
        by = creep[name] if creep is not None else CREEP * sd * float(rng.standard_normal())
        values[name] = (sd * noise).ravel() + by * time / length_s
    return side, time, values


@dataclass(frozen=True)
class Drifts:
    """Shares of athletes: any wrong drift named, a true one of `DRIFT_DEG` found.

    `covered` is the share of usual ranges, `held` that of intervals of one run, that hold it.
    """

    wrong: float
    found: float
    covered: float
    held: float


def drifts(seed: int, count: int) -> Drifts:
    """Hold a run's drift against those of the runs before, without and with a tiring leg."""
    rng = np.random.default_rng(seed)
    told = np.array([_drifts(rng) for _ in range(count)])
    return Drifts(*(float(v) for v in told.mean(axis=0)))


def _drifts(rng: np.random.Generator) -> tuple[float, float, float, float]:
    usual = {name: CREEP * sd * float(rng.standard_normal()) for name, sd in STRIDE_SD.items()}
    runs = [_one(rng, usual) for _ in range(int(rng.integers(*PAST_RUNS)) + 1)]
    names = runs[0][0].names
    own = np.array([STRIDE_SD[name] for name in names])[:, None]
    taken = own * (PER_MPS + SLOPE_KNOWN * rng.standard_normal(own.shape))
    at_one_pace = np.stack([one.change - paced(taken, one.pace_mps) for one, _ in runs])
    today, past = at_one_pace[-1], at_one_pace[:-1]
    metrics = {name: DRIFTING[name] for name in names}
    plain = against_usual_drift(today, past, metrics)
    inside = (plain.low <= today) & (today <= plain.high)
    tired, leg = today.copy(), (names.index("pelvic_drop_deg"), 0)
    tired[leg] += DRIFT_DEG * 2 / 3  # between the middles of the first and the last third
    found = against_usual_drift(tired, past, metrics).named[leg]
    last, true = runs[-1]
    held = np.abs(today - true) <= last.reach
    return float(plain.named.any()), float(found), float(inside.mean()), float(held.mean())


def _one(rng: np.random.Generator, usual: Mapping[str, float]) -> tuple[Drift, FloatArray]:
    """Return the drift of one run, and the true one (m, 2) at one pace; pace wanders.

    The longer the run, the more of the runner's usual creep.
    """
    length_s = float(rng.uniform(*RUN_S))
    longer = length_s / RUN_S[0]
    own = {
        n: longer * v + OTHERWISE * STRIDE_SD[n] * float(rng.standard_normal())
        for n, v in usual.items()
    }
    side, time, values = _stances(rng, length_s, creep=own)
    speed = 3.0 + 0.3 * np.sin(2 * np.pi * time / length_s * float(rng.uniform(0.3, 2)))
    as_run = {n: v + PER_MPS * STRIDE_SD[n] * (speed - 3.0) for n, v in values.items()}
    found = drift(side, as_run, speed_mps=speed)
    true = np.array([own[name] * 2 / 3 for name in found.names])
    return found, np.repeat(true[:, None], 2, axis=1)
