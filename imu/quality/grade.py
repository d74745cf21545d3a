"""Session quality: grade A to D, with reasons."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from imu.alignment.activity import Motion
from imu.alignment.align import TRUSTED
from imu.alignment.segment import Segment
from imu.frames import PLACEMENTS, SIDES, BoolArray, Placement, seen_by, shank_of
from imu.metrics.registry import METRICS
from imu.metrics.table import StanceTable
from imu.quality import event_agreement
from imu.quality.ranges import at_range
from imu.recording.recording import Recording
from imu.segmentation.running_stances.of_one_shank import LegSearch
from imu.sensors import Sensor
from imu.session.censored import clipped_by
from imu.session.medians import FEWEST_STANCES

GRADES = "ABCD"
CLIPPED_PCT = 5.0
CLIPPED = {
    "clipped_pct": "{:.0f} % of the impacts clipped",
    "gyroscope_clipped_pct": "gyroscope clipped in {:.0f} % of the strides",
}
IMPLAUSIBLE_PCT = 5.0
"""A median tolerates a few wrong values; more than this mean that something is wrong with a pod."""
NOT_JOINED = "nothing joins the clocks of the pods: what needs two of them together is left out"
NO_RUNNING: Final = "no running was found"
SHANK_M = (0.0, 0.45)
SIDES_BY_ACCELERATION = (
    "left and right are told from the acceleration of the pelvis alone: they may be swapped"
)
UNCERTAIN = "orientation on the body uncertain"
SILENT_S = 10.0
FULL_SCALE_PCT = 1.0
"""A hard impact clips a sample or two in a stride of 140."""


@dataclass(frozen=True)
class SessionQuality:
    """Grade of a session from A to D, and the reasons in words.

    `pods` maps a placement to numbers for people and files: ``coverage_pct``, ``clipped_pct``,
    ``sync_s`` and the like. `blocking_problem` is empty, or the one sentence to act on before
    anything else: the recording is not what it claims to be. `implausible` maps a metric to the
    number of stances with a value outside its valid range; metrics without any are absent.
    """

    grade: str
    reasons: tuple[str, ...]
    pods: Mapping[Placement, Mapping[str, float]]
    blocking_problem: str = ""
    implausible: Mapping[str, int] = field(default_factory=dict)


def judge(
    recording: Recording,
    segments: Mapping[Placement, Segment],
    table: StanceTable,
    *,
    implausible: Mapping[str, int],
    searched: Mapping[Placement, LegSearch],
    blocking_problem: str = "",
    found: Sequence[str] = (),
) -> SessionQuality:
    """Return the session's grade: A when nothing was found, one letter down per reason.

    What makes the main comparison impossible (no running, hardly any stances, a `blocking_problem`
    that was found elsewhere) is D at once. `implausible` maps a metric to how many of its values
    were left out; `searched` says what came of the strides of each shank pod; `found` are further
    reasons.
    """
    pods = {
        placement: {
            **_numbers(recording, placement, segment, table),
            **_seat(searched.get(placement)),
        }
        for placement, segment in segments.items()
    }
    blocking = ([blocking_problem] if blocking_problem else []) + _blocking(table, segments)
    reasons = blocking + _missing(segments)
    reasons += _per_pod(segments, pods, recording.rate_hz) + slow(recording)
    reasons += [
        *found,
        *event_agreement.reasons(table.events),
        *_implausible(implausible, len(table)),
    ]
    steps = 3 if blocking else min(len(reasons), 3)
    return SessionQuality(GRADES[steps], tuple(reasons), pods, blocking_problem, implausible)


def _numbers(
    recording: Recording, placement: Placement, segment: Segment, table: StanceTable
) -> dict[str, float]:
    pelvis = placement == "pelvis"
    own = seen_by(placement, table.events.side)
    acc: Sensor = "pelvis accelerometer" if pelvis else "shank accelerometer"
    gyr: tuple[Sensor, ...] = (
        ("pelvis gyroscope",) if pelvis else ("shank gyroscope", "swing gyroscope")
    )
    either = segment.motion.acc_clipped | segment.motion.gyr_clipped
    # Samples before a pod's first do not count as lost; those after its last do.
    return {
        "coverage_pct": 100.0 * float(np.mean(segment.valid[np.argmax(segment.valid) :])),
        "clipped_pct": _clipped_pct(table, own, (acc,)),
        "gyroscope_clipped_pct": _clipped_pct(table, own, gyr),
        "full_scale_pct": 100.0 * float(np.mean(either)),
        "sync_s": float(recording.sync_s.get(placement, 0.0)),
        "alignment": segment.alignment.confidence,
    }


def _seat(search: LegSearch | None) -> dict[str, float]:
    """Return the estimated height of a shank pod above the ankle, m; nothing where not known."""
    if search is None or not SHANK_M[0] <= search.seat.height_m <= SHANK_M[1]:
        return {}  # not on a shank, so not its height
    return {"height_m": round(search.seat.height_m, 3)}


def _clipped_pct(table: StanceTable, own: BoolArray, sensors: Sequence[Sensor]) -> float:
    """Return the share of the `own` (n,) stances in which one of `sensors` was clipped."""
    hit = np.any([clipped_by(sensor, table.quality, len(own)) for sensor in sensors], axis=0)
    return 100.0 * float(np.mean(hit[own])) if own.any() else 0.0


def _blocking(table: StanceTable, segments: Mapping[Placement, Segment]) -> list[str]:
    if not len(table):
        return [NO_RUNNING]
    own = ~np.asarray(table.quality["seen_by_pelvis"], dtype=bool)
    found = {side: int(np.sum((table.events.side == side) & own)) for side in SIDES}
    if (share := event_agreement.out_of_turn(table.events)) > event_agreement.MOSTLY:
        return [event_agreement.TURNS.format(100 * share)]
    silent = [side for side in SIDES if shank_of(side) in segments and not found[side]]
    if silent:
        return [
            f"shank {silent[0]}: no running found in its data; check where and how the pod was worn"
        ]
    fewest = min(n for side in SIDES if (n := int(np.sum(table.events.side == side))))
    if fewest < FEWEST_STANCES:
        return [f"only {fewest} stances on a side; a stable median needs {FEWEST_STANCES}"]
    return []


def _missing(segments: Mapping[Placement, Segment]) -> list[str]:
    absent = [p.replace("_", " ") for p in PLACEMENTS if p not in segments]
    mute = [p.replace("_", " ") for p, pod in segments.items() if pod.gyr_radps is None]
    reasons = [f"no pod on {' or '.join(absent)}"] if absent else []
    if mute:
        reasons.append(f"no gyroscope on {', '.join(mute)}")
    if mute == ["pelvis"] and set(segments) == {"pelvis"}:
        reasons.append(SIDES_BY_ACCELERATION)
    return reasons


def _per_pod(
    segments: Mapping[Placement, Segment],
    pods: Mapping[Placement, Mapping[str, float]],
    rate_hz: float,
) -> list[str]:
    reasons = []
    for placement, numbers in pods.items():
        name = placement.replace("_", " ")
        if numbers["coverage_pct"] < 98.0:
            lost = f"{100 - numbers['coverage_pct']:.0f} % of the samples missing"
            reasons.append(f"{name}: {lost}{_silent(segments[placement], rate_hz)}")
        reasons += _at_full_scale(name, numbers, segments[placement].motion)
        if 0.01 < numbers["sync_s"] < np.inf:
            reasons.append(f"{name}: clock uncertain by {1000 * numbers['sync_s']:.0f} ms")
        if segments[placement].alignment.confidence < TRUSTED:
            reasons.append(f"{name}: {UNCERTAIN}")
    if any(np.isinf(numbers["sync_s"]) for numbers in pods.values()):
        reasons.append(NOT_JOINED)
    if not any(segment.standing.any() for segment in segments.values()):
        reasons.append(
            "no quiet standing found, so no tilt relative to it; stand still before the run"
        )
    return reasons


def _silent(segment: Segment, rate_hz: float) -> str:
    """Say after which minute nothing more was received of a pod, if long before the end."""
    last = len(segment.valid) - 1 - int(np.argmax(segment.valid[::-1]))
    if (len(segment.valid) - last) / rate_hz < SILENT_S:
        return ""
    return f", and nothing received after minute {last / rate_hz / 60:.1f}"


def _at_full_scale(name: str, numbers: Mapping[str, float], motion: Motion) -> list[str]:
    """Name each clipped sensor of one pod; clipped samples only where no stance was clipped."""
    ends = {
        "clipped_pct": at_range(motion, acc=True),
        "gyroscope_clipped_pct": at_range(motion, gyr=True),
    }
    reasons = [
        f"{name}: {words.format(numbers[key])}{ends[key]}; set a larger range"
        for key, words in CLIPPED.items()
        if numbers[key] > CLIPPED_PCT
    ]
    if not reasons and numbers["full_scale_pct"] > FULL_SCALE_PCT:
        share = f"{numbers['full_scale_pct']:.0f} % of the samples at full scale"
        acc, gyr = bool(motion.acc_clipped.any()), bool(motion.gyr_clipped.any())
        return [f"{name}: {share}{at_range(motion, acc=acc, gyr=gyr)}; set a larger range"]
    return reasons


def slow(recording: Recording) -> list[str]:
    """Name a recording that is too slow for peaks, or its pods that are."""
    if recording.rate_hz < FAST_HZ:
        return [COARSE.format(recording.rate_hz)]
    return [  # of pods of several rates the slower lie between their samples on the faster's grid
        f"{placement.replace('_', ' ')}: {COARSE.format(own_hz)}"
        for placement, own_hz in recording.own_hz.items()
        if own_hz < FAST_HZ
    ]


FAST_HZ: Final = 99.0
COARSE: Final = "recorded at {:.0f} Hz: peaks read low, times are coarse; use 200 Hz"


def _implausible(stances: Mapping[str, int], n: int) -> list[str]:
    shares_pct = {METRICS[name].label: 100 * count / n for name, count in stances.items()}
    return [
        f"{label}: implausible, so left out, in {pct:.0f} % of the stances"
        for label, pct in shares_pct.items()
        if pct > IMPLAUSIBLE_PCT
    ]
