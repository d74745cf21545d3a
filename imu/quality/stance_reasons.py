"""Reasons for missing values, from signals to flags, and between flags and words: one table."""

from collections.abc import Mapping
from itertools import compress
from typing import Final

import numpy as np
import numpy.typing as npt

from imu.frames import PLACEMENTS, BoolArray, FloatArray, Placement
from imu.metrics import METRICS
from imu.metrics.definitions.over_the_leg import LEAST_AMPLITUDE_DEG
from imu.metrics.measure import Measured
from imu.metrics.valid_range import COUNT
from imu.quality.clock_agreement import NOTHING_KNOWN, ClockAgreement
from imu.quality.pod_slip import Slip, after_slip
from imu.segmentation.stances import Stances
from imu.sensors import column
from imu.stance_signals.signals import StanceSignals

STRICTEST_SYNC_S: Final = min(metric.sync_s for metric in METRICS.values())
LEGS_SYNC_S: Final = min(metric.legs_sync_s for metric in METRICS.values())
IMPLAUSIBLE: Final = "implausible"
LEFT_OUT: Final = " implausible, "
"""Follows the value where one was left out; its valid range comes after it."""
SEPARATOR: Final = "; "
REASONS: Final[Mapping[str, str]] = {
    "no_pelvis_pod": "no pelvis pod",
    "gap_in_pelvis_pod": "gap in the data of the pelvis pod",
    "no_pelvis_gyroscope": "no pelvis gyroscope",
    "no_standing": "no quiet standing, so no tilt relative to it",
    "no_shank_pod": "no shank pod on this leg",
    "gap_in_shank_pod": "gap in the data of the shank pod",
    "seen_by_pelvis": "found by the pelvis alone, not shown by the shank pod",
    "contact_unsure": "initial contact rests on one estimate: others are missing or disagree",
    "toe_off_unsure": "toe-off is not known: its estimates are missing or disagree",
    "no_shank_gyroscope": "no shank gyroscope",
    column("shank accelerometer"): "shank accelerometer clipped",
    column("shank gyroscope"): "shank gyroscope clipped",
    column("swing gyroscope"): "shank gyroscope clipped in the swing",
    column("pelvis accelerometer"): "pelvis accelerometer clipped",
    column("pelvis gyroscope"): "pelvis gyroscope clipped",
    "directions_of_shank": "the shank pod clips so often that its directions are not known",
    "directions_of_pelvis": "the pelvis pod clips so often that its directions are not known",
    "times_of_shank": "the shank pod clips so often that its times are not known",
    "unlike_running": "running changes into another gait in this step",
    "other_leg_not_seen": "next step of the other leg not found",
    "end_of_bout": "end of a bout of running",
    IMPLAUSIBLE: "",  # each value has words of its own
    "clocks_apart": f"clocks of pelvis and shank may differ by over {1000 * STRICTEST_SYNC_S:g} ms",
    "legs_apart": f"clocks of the two shank pods may differ by over {1000 * LEGS_SYNC_S:g} ms",
    "clocks_not_joined": "nothing joins the clocks of pelvis and shank",
    "legs_not_joined": "nothing joins the clocks of the two shank pods",
    "clock_of_pelvis": "the clock of the pelvis pod does not agree with the others",
    "clock_of_shank_left": "the clock of the left shank pod does not agree with the others",
    "clock_of_shank_right": "the clock of the right shank pod does not agree with the others",
    "gap_in_swing": "gap in the data before the next contact of this foot",
    "next_rest_not_seen": "the shank pod does not show how this foot rests next",
    "pelvis_clipped_in_swing": "pelvis accelerometer clipped before the next contact of this foot",
    "on_a_bend": "on a bend, where the vertical is not known well enough",
    "interrupted": "between two long gaps, too close together for the vertical to be known",
    "little_turn": f"the pelvis turns by under {LEAST_AMPLITUDE_DEG:g} degree to either side, too "
    "little for a reversal",
    "little_rocking": f"the pelvis rocks by under {LEAST_AMPLITUDE_DEG:g} degree to either side, "
    "too little for a reversal",
    "after_slip_of_pelvis": "after the pelvis pod slipped",
    "after_slip_of_shank_left": "after the left shank pod slipped",
    "after_slip_of_shank_right": "after the right shank pod slipped",
}
"""Reason -> sentence, in the order in which people read them."""
EARLIER: Final[Mapping[str, str]] = {
    "gap in the pelvis pod": "gap_in_pelvis_pod",
    "no standing, so no tilt": "no_standing",
    "gap in the shank pod": "gap_in_shank_pod",
    "step between running and another gait": "unlike_running",
    "other leg not seen next": "other_leg_not_seen",
    "end of bout": "end_of_bout",
    "clocks of pelvis and shank over 5 ms apart": "clocks_apart",
    "gap before the next contact of this foot": "gap_in_swing",
    "after the shank left pod slipped": "after_slip_of_shank_left",
    "after the shank right pod slipped": "after_slip_of_shank_right",
}
"""Sentence -> reason, of session files from before a sentence was changed."""


def reason_flags(
    s: StanceSignals,
    measured: Measured,
    events: Stances,
    slips: Mapping[Placement, Slip],
    clocks: ClockAgreement = NOTHING_KNOWN,
) -> dict[str, BoolArray]:
    """Return every flag of `REASONS` that is known for these stances, (k,) each."""
    clocks_free, legs_free = np.isinf(s.clock_offset_s), np.isinf(s.legs_offset_s)
    return {
        **measured.flags,
        IMPLAUSIBLE: measured.columns[COUNT] > 0,
        "clocks_apart": ~np.asarray(s.clock_offset_s <= STRICTEST_SYNC_S) & ~clocks_free,
        "legs_apart": ~np.asarray(s.legs_offset_s <= LEGS_SYNC_S) & ~legs_free,
        "clocks_not_joined": clocks_free,
        "legs_not_joined": legs_free,
        **_clocks_off(s, named=clocks.named),
        "little_turn": _little(measured.metrics["pelvic_rotation_amplitude_deg"]),
        "little_rocking": _little(measured.metrics["pelvic_obliquity_amplitude_deg"]),
        **after_slip(events, slips),
    }


def _clocks_off(s: StanceSignals, *, named: bool) -> dict[str, BoolArray]:
    """Return where each pod's own clock is known to be off, and is needed for the stance (k,)."""
    nowhere = np.zeros(len(s), dtype=bool)
    off = {
        f"clock_of_{place}": (s.late_s[place] != 0 if named and place in s.late_s else nowhere)
        for place in PLACEMENTS
    }
    return {name: np.asarray(where) for name, where in off.items()}


def in_words(
    flags: Mapping[str, BoolArray], implausible: Mapping[str, FloatArray]
) -> npt.NDArray[np.str_]:
    """Return the reasons of each stance (k,) as one text, ``; `` between them; empty without any.

    `implausible` are the values left out (`Measured`): the words keep name, value and range.
    """
    names = [name for name in REASONS if name in flags]
    found = np.column_stack([flags[name] for name in names])
    # Most stances share one of a few combinations: words are put together once for each.
    _, first, kind = np.unique(_in_one(found), return_index=True, return_inverse=True)
    kinds = found[first]
    said = [f"{{{IMPLAUSIBLE}}}" if name == IMPLAUSIBLE else REASONS[name] for name in names]
    words = np.array([SEPARATOR.join(compress(said, row)) for row in kinds], dtype=np.str_)[kind]
    if not flags[IMPLAUSIBLE].any():
        return words
    texts = words.astype(object)
    for row, values in _values_in_words(implausible).items():
        texts[row] = texts[row].replace(f"{{{IMPLAUSIBLE}}}", SEPARATOR.join(values))
    return texts.astype(np.str_)


def _in_one(found: BoolArray) -> npt.NDArray[np.void]:
    """Return one value for each row (k,) of flags (k, m), the same for the same flags."""
    packed = np.packbits(found, axis=1)
    return packed.view(f"V{packed.shape[1]}")[:, 0]


def parts(text: str) -> list[str]:
    """Split one text of `in_words` into its sentences; none for an empty one."""
    return text.split(SEPARATOR) if text else []


def reason_of(part: str) -> str:
    """Return the key in `REASONS` of one sentence of `parts`; empty where the table lacks it."""
    return IMPLAUSIBLE if LEFT_OUT in part else _REASON_OF.get(part, "")


_REASON_OF: Final = {**EARLIER, **{text: reason for reason, text in REASONS.items() if text}}


def _values_in_words(implausible: Mapping[str, FloatArray]) -> dict[int, list[str]]:
    """Return stance -> e.g. ``pelvic_tilt_range_deg 124.8 implausible, outside 0 to 25 °``."""
    out: dict[int, list[str]] = {}
    for name, values in implausible.items():
        low, high = METRICS[name].valid_range
        end = f"{low:g} to {high:g} {METRICS[name].unit.symbol}".rstrip()
        for row in np.flatnonzero(np.isfinite(values)):
            text = f"{name} {values[row]:.4g}{LEFT_OUT}outside {end}"
            out.setdefault(int(row), []).append(text)
    return out


def _little(amplitude_deg: FloatArray) -> BoolArray:
    with np.errstate(invalid="ignore"):
        return np.asarray(amplitude_deg < LEAST_AMPLITUDE_DEG)
