"""Tell from a minute of movement how each pod is worn: on which part, which leg, how firmly.

Meant for a check before a run: quiet standing, a bow, walking, a few running steps, quiet standing.
What a pod does tells where it sits, whatever its placement says: how far it turns in a second of
movement tells pelvis, thigh and shank apart, and a shank turns inward in early stance, which on the
other leg reads as outward. A strap is firm where the shock of a landing has died down before the
foot leaves again, and where the pod sits after the movement as it sat before.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

import numpy as np

from imu.alignment import activity, functional, worn_pods
from imu.alignment.activity import Motion, Observed
from imu.dsp.filters import lowpass
from imu.dsp.gaps import interpolated, stretches
from imu.frames import PLACEMENTS, SIDES, FloatArray, Placement, Side, seen_by, shank_of
from imu.orientation import on_demand
from imu.quality.swapped_pods import inward_deg
from imu.recording.recording import Recording, Sensor, check
from imu.segmentation.segment import find_stances
from imu.stance_signals.signals import cut

Part = Literal["pelvis", "thigh", "shank", ""]
WINDOW_S: Final = 1.0
LEAST_TURN_DEG: Final[tuple[tuple[float, Part], ...]] = ((62.0, "shank"), (34.0, "thigh"))
"""Least range of rotation in a second of brisk movement: 77 degrees and more on virtual shanks, 32
and less on a pelvis; a thigh turns by 35 to 50."""
BRISK: Final = 0.5
"""Share of the strongest shaking from which on a second counts as brisk."""
STOOD_S: Final = 1.0
SURE_DEG: Final = 1.0
"""A shank whose early turn is smaller does not tell its leg."""
CUTOFF_HZ: Final = 8.0
LANDING_S: Final = (-0.02, 0.12)
SHOCK_S: Final = 0.015
AFTER_S: Final = (0.10, 0.18)
ENOUGH_HZ: Final = 99.0
"""A slower pod does not show its shaking."""


@dataclass(frozen=True)
class HowWorn:
    """How one pod seems to be worn. NaN and "" where the movement does not show it.

    `part` is where it sits, `side` on which leg, `turn_deg` how far it turns in a second of brisk
    movement, `height_m` how far above the ankle. `ringing` is how much it still shakes 100 to 180
    ms after the shock of a landing, as a share of it. `stood_s` is the longest quiet standing
    before the first movement, `turned_deg` by how much gravity turned in the pod from then to the
    last standing, `clipped_pct` the share of the moving samples at full scale. `no_bow` says why
    the bow, if one was declared, did not show how the pod sits.
    """

    part: Part = ""
    side: Side | Literal[""] = ""
    turn_deg: float = np.nan
    height_m: float = np.nan
    ringing: float = np.nan
    stood_s: float = 0.0
    turned_deg: float = np.nan
    clipped_pct: float = np.nan
    no_bow: str = ""


def how_worn(
    recording: Recording, *, bow_s: tuple[float, float] | None = None
) -> dict[Placement, HowWorn]:
    """Return how each pod of `recording` seems to be worn.

    `bow_s` is (start, stop) on the session clock of a bow with bent knees, made between two times
    of standing. Raises ValueError, in one sentence, for unusable input.
    """
    check(recording)
    alone = {
        place: _alone(sensor, rate_hz=recording.rate_hz)
        for place, sensor in recording.sensors.items()
    }
    acts = _acting({place: one.part for place, one in alone.items()})
    together = _together(recording, acts, bow_s) if acts else {}
    return {place: replace(one, **together.get(place, {})) for place, one in alone.items()}


# ---------------------------------------------------------------------------------------------
# What each pod shows by itself


def _alone(sensor: Sensor, *, rate_hz: float) -> HowWorn:
    motion = activity.observe(sensor, rate_hz=rate_hz)
    turn_deg = _turn_deg(sensor, motion, rate_hz)
    either = (motion.acc_clipped | motion.gyr_clipped)[motion.active]
    stood_s, turned_deg = _stood(sensor, motion, rate_hz)
    return HowWorn(
        part=_part(turn_deg),
        turn_deg=turn_deg,
        stood_s=stood_s,
        turned_deg=turned_deg,
        clipped_pct=100 * float(either.mean()) if len(either) else np.nan,
    )


def _part(turn_deg: float) -> Part:
    if not np.isfinite(turn_deg):
        return ""
    return next((part for least, part in LEAST_TURN_DEG if turn_deg >= least), "pelvis")


def _turn_deg(sensor: Sensor, motion: Observed, rate_hz: float) -> float:
    """Return the median range of rotation about the axis of most turning, in brisk seconds."""
    if sensor.gyr_radps is None:
        return np.nan
    length = round(WINDOW_S * rate_hz)
    count = len(motion.still) // length
    active, spread = (
        x[: count * length].reshape(count, length).mean(axis=1)
        for x in (motion.active, motion.spread_mps2)
    )
    brisk = (active == 1) & (spread >= BRISK * spread.max(initial=0))
    if not brisk.any():
        return np.nan
    gyr = interpolated(sensor.gyr_radps, sensor.valid)
    if motion.still.any():
        gyr = gyr - gyr[motion.still].mean(axis=0)
    rows = gyr[: count * length].reshape(count, length, 3)[brisk]
    flat = rows.reshape(-1, 3)
    _, axes = np.linalg.eigh(flat.T @ flat)
    angle = np.cumsum(rows @ axes[:, -1], axis=1) / rate_hz
    return float(np.degrees(np.median(np.ptp(angle, axis=1))))


def _stood(sensor: Sensor, motion: Motion, rate_hz: float) -> tuple[float, float]:
    """Return how long the pod stood before it moved, and how far gravity had turned at the end."""
    starts, stops = stretches(motion.still)
    active = np.flatnonzero(motion.active)
    if not len(active):
        return float((stops - starts).max(initial=0)) / rate_hz, np.nan
    before = stops <= active[0]
    stood_s = float((stops - starts)[before].max(initial=0)) / rate_hz
    long = stops - starts >= STOOD_S * rate_hz
    after = np.flatnonzero(long & (starts > active[-1]))
    before = np.flatnonzero(long & before)
    if not len(after) or not len(before):
        return stood_s, np.nan
    one, other = (
        sensor.acc_mps2[starts[k] : stops[k]][sensor.valid[starts[k] : stops[k]]].mean(axis=0)
        for k in (before[np.argmax((stops - starts)[before])], after[-1])
    )
    cosine = one @ other / (np.linalg.norm(one) * np.linalg.norm(other))
    return stood_s, float(np.degrees(np.arccos(np.clip(cosine, -1, 1))))


# ---------------------------------------------------------------------------------------------
# What the pods show together


def _acting(parts: Mapping[Placement, Part]) -> dict[Placement, Placement]:
    """Return the placement as which each pod is analysed: its own, if it sits on such a part.

    Else that of another pod which does not sit there either. A pod on a thigh is left out.
    """
    acts = {place: place for place, part in parts.items() if part in ("", _part_of(place))}
    for place, part in parts.items():
        free = [p for p in PLACEMENTS if _part_of(p) == part and p not in acts.values()]
        if place not in acts and free:
            acts[place] = free[0]
    return acts


def _part_of(place: Placement) -> Part:
    return "pelvis" if place == "pelvis" else "shank"


def _together(
    recording: Recording,
    acts: Mapping[Placement, Placement],
    bow_s: tuple[float, float] | None,
) -> dict[Placement, dict[str, Any]]:
    """Return the fields of `HowWorn` that stances show, by the placement of the pod."""
    rate_hz = recording.rate_hz
    recording = replace(
        recording,
        sensors={acts[p]: sensor for p, sensor in recording.sensors.items() if p in acts},
        sync_s={acts[p]: sync_s for p, sync_s in recording.sync_s.items() if p in acts},
    )
    movement = None if bow_s is None else functional.declared(recording, bow_s)
    segments = worn_pods.worn(recording, movement=movement)
    found = find_stances(segments, rate_hz=rate_hz, start_s=recording.start_s)
    quaternions = on_demand.oriented(segments, rate_hz=rate_hz)
    signals = cut(found, segments, quaternions, rate_hz=rate_hz, sync_s=recording.sync_s)
    shown: dict[Placement, dict[str, Any]] = {}
    for place, acted in acts.items():
        own = seen_by(acted, found.events.side)
        shown[place] = {
            "ringing": ringing(recording.sensors[acted], found.start[own], rate_hz=rate_hz),
            "no_bow": segments[acted].alignment.unused_movement,
        }
        if acted != "pelvis":
            shown[place]["height_m"] = found.searched[acted].seat.height_m
            shown[place]["side"] = _side(acted, inward_deg(signals, acted))
    return shown


def _side(acted: Placement, inward: float) -> Side | Literal[""]:
    """Return the leg on which a shank turns inward in early stance."""
    if not abs(inward) >= SURE_DEG:
        return ""
    left = (acted == shank_of("left")) == (inward > 0)
    return SIDES[0] if left else SIDES[1]


def ringing(sensor: Sensor, contact: FloatArray, *, rate_hz: float) -> float:
    """Return how much a pod still shakes after the shock of a landing, as a share of the shock.

    `contact` (k,) in samples. Both are root mean squares of the specific force above 8 Hz, medians
    over the landings. NaN for a pod too slow to show it, and without a landing.
    """
    reach = np.arange(round(LANDING_S[0] * rate_hz), round(LANDING_S[1] * rate_hz))
    late = np.arange(round(AFTER_S[0] * rate_hz), round(AFTER_S[1] * rate_hz))
    shock = np.arange(-round(SHOCK_S * rate_hz), round(SHOCK_S * rate_hz) + 1)
    at = np.round(contact).astype(np.int64)
    at = at[(at + reach[0] + shock[0] >= 0) & (at + reach[-1] + late[-1] < len(sensor.acc_mps2))]
    if rate_hz < ENOUGH_HZ or not len(at):
        return float("nan")
    acc = interpolated(sensor.acc_mps2, sensor.valid)
    power = np.sum((acc - lowpass(acc, cutoff_hz=CUTOFF_HZ, rate_hz=rate_hz)) ** 2, axis=1)
    peak = at + reach[0] + np.argmax(power[at[:, None] + reach], axis=1)
    before, after = (
        float(np.median(power[peak[:, None] + window].mean(axis=1))) for window in (shock, late)
    )
    return float(np.sqrt(after / before)) if before > 0 else float("nan")
